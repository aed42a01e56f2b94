"""The cast: named characters and objects that prompts call by ``@name``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.models.references import Element, StoredImage

NAME_MAX_CHARS = 32
MAX_ANGLES = 3
"""Views beside the front, as the model takes them."""

_NAME = re.compile(rf"[^\W\d_][\w-]{{0,{NAME_MAX_CHARS - 1}}}")
_RESERVED = re.compile(r"(?:image|element)\d.*|everyone|here")
"""What means something else in a prompt, or to Discord; case-folded."""


class CastKind(StrEnum):
    """What a cast member is; somebody must agree to being shown only for the first."""

    CHARACTER = "character"
    OBJECT = "object"


class CastScope(StrEnum):
    """How widely a cast member is shared."""

    PRIVATE = "private"
    """For its owner alone, everywhere."""
    SERVER = "server"
    """For everybody in one server."""
    TEAM = "team"
    """For those who have one role of a server."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who can use a cast member, its owner aside."""

    scope: CastScope
    guild_id: int | None = None
    role_id: int | None = None

    def key(self, owner_id: int) -> str:
        """The scope in which its name is unique."""
        if self.scope is CastScope.PRIVATE:
            return f"private:{owner_id}"
        if self.scope is CastScope.SERVER:
            return f"server:{self.guild_id}"
        return f"team:{self.guild_id}:{self.role_id}"


PRIVATE = Sharing(CastScope.PRIVATE)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the cast, and from where."""

    user_id: int
    guild_id: int | None = None
    """``None`` in direct messages."""
    role_ids: frozenset[int] = frozenset()
    is_moderator: bool = False
    """Whether they may manage messages there."""


@dataclass(frozen=True, slots=True)
class CastDetails:
    """What a person decides about a cast member."""

    name: str
    """As it was typed; upper and lower case are one name."""
    kind: CastKind
    sharing: Sharing
    front: StoredImage
    angles: tuple[StoredImage, ...] = ()

    @property
    def images(self) -> tuple[StoredImage, ...]:
        """All pictures, the front view first."""
        return (self.front, *self.angles)


@dataclass(frozen=True, slots=True)
class CastMember:
    """A cast member as it stands in the database."""

    id: int
    owner_id: int
    details: CastDetails
    created_at_ms: int
    changed_at_ms: int

    @property
    def name(self) -> str:
        """Its name, as it was typed."""
        return self.details.name

    @property
    def sharing(self) -> Sharing:
        """Who can use it."""
        return self.details.sharing

    def as_element(self) -> Element:
        """The member as one request uses it."""
        return Element(self.name, self.details.front, self.details.angles)

    def is_usable_by(self, viewer: Viewer) -> bool:
        """Whether the viewer's prompts may name it."""
        if self.sharing.scope is CastScope.PRIVATE:
            return viewer.user_id == self.owner_id
        if viewer.guild_id != self.sharing.guild_id:
            return False
        return self.sharing.scope is CastScope.SERVER or self.sharing.role_id in viewer.role_ids

    def is_kept_by(self, viewer: Viewer) -> bool:
        """Whether the viewer may edit and remove it: its owner, or a moderator where it is shared.

        What is private stays so for moderators, too. In direct messages a person has all that is
        theirs at hand.
        """
        if viewer.user_id == self.owner_id:
            return self.sharing.guild_id is None or viewer.guild_id in {None, self.sharing.guild_id}
        shared = self.sharing.scope is not CastScope.PRIVATE
        return shared and viewer.is_moderator and viewer.guild_id == self.sharing.guild_id

    def is_visible_to(self, viewer: Viewer) -> bool:
        """Whether the viewer may know of it at all."""
        return self.is_usable_by(viewer) or self.is_kept_by(viewer)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new or changed cast member that waits for the word that the person shown agrees."""

    user_id: int
    """Who was asked."""
    details: CastDetails
    member_id: int | None = None
    """Whom it changes; ``None`` for a new one."""


@dataclass(frozen=True, slots=True)
class NewReport:
    """A wish that moderators remove a likeness."""

    member_id: int
    guild_id: int
    reporter_id: int
    reason: str
    """In the person's own words, untrusted."""


@dataclass(frozen=True, slots=True)
class CastReport:
    """A report that nobody has settled, with the member that it is about."""

    id: int
    member: CastMember
    reporter_id: int
    reason: str
    reported_at_ms: int


def as_typed(text: str) -> str:
    """A name as a person typed it somewhere, without what does not belong to it."""
    return unicodedata.normalize("NFC", text.strip().removeprefix("@"))


def handle_of(name: str) -> str:
    """What a name is known by: upper and lower case are one."""
    return name.casefold()


def is_name(name: str) -> bool:
    """Whether a cast member may be called so, which is what a prompt can write after ``@``."""
    return bool(_NAME.fullmatch(name)) and not _RESERVED.fullmatch(name.casefold())


def by_precedence(members: tuple[CastMember, ...], viewer: Viewer) -> tuple[CastMember, ...]:
    """In the order in which names are looked up: one's own, then teams', then the server's."""
    order = {CastScope.PRIVATE: 0, CastScope.TEAM: 1, CastScope.SERVER: 2}
    return tuple(
        sorted(
            members,
            key=lambda one: (order[one.sharing.scope], one.owner_id != viewer.user_id, one.id),
        )
    )
