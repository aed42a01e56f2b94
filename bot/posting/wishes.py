"""What people ask for, before anything of it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.models.draft import Draft
from bot.models.generation import Origin, VideoSettings
from bot.models.references import ReferenceImage, ReferenceRole


class PictureFile(Protocol):
    """Where the bytes of a picture come from: ``discord.Attachment`` is one."""

    @property
    def size(self) -> int:
        """In bytes, as far as it is known; 0 while it is not."""
        ...

    @property
    def url(self) -> str | None:
        """A public address, signed and short-lived, if it has one."""
        ...

    async def read(self) -> bytes:
        """The picture; raises ``UserError``, ``discord.DiscordException`` or ``OSError``."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """An attachment in its role, not yet looked at."""

    label: str
    """What the person calls it: the name of the option."""
    role: ReferenceRole
    position: int
    attachment: PictureFile
    comes_again: bool = False
    """It can be had again at any time, so that a draft is whole without it."""


class First(Enum):
    """What is shown before a video is begun."""

    NOTHING = "nothing"
    """Unless the price asks for it."""
    QUOTE = "quote"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Press:
    """A press on the button that makes the video of a draft, and what the button says of it."""

    draft_id: int
    imprint: str | None
    """Of what the card shows; ``None`` on cards of earlier versions."""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for, before anything is checked."""

    settings: VideoSettings
    pictures: tuple[Picture, ...] = ()
    """Attached just now."""
    references: tuple[ReferenceImage, ...] = ()
    """Already kept, from an earlier request."""
    takes: int = 1
    private: bool = False
    poll: bool = False
    """Whether everybody chooses among the takes."""
    origin: Origin | None = None
    """The request that it came out of."""
    first: First = First.NOTHING
    """What the person wants to see before anything is begun."""

    def roles(self) -> list[ReferenceRole]:
        """What all its pictures are used for."""
        return [picture.role for picture in self.pictures] + [r.role for r in self.references]

    def draft(self, user_id: int, references: tuple[ReferenceImage, ...]) -> Draft:
        """The same with its pictures taken in."""
        return Draft(
            user_id=user_id,
            settings=self.settings,
            references=references,
            takes=self.takes,
            private=self.private,
            origin=self.origin,
            poll=self.poll,
        )
