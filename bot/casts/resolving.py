"""Whom the prompts of a request mean: the cast by name, for who asks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.casts.names import did_you_mean, mentioned
from bot.casts.ports import CastStore
from bot.errors import InvalidRequestError
from bot.models.cast import CastMember, Viewer, by_precedence, handle_of
from bot.models.references import Element


class CastResolver:
    """Looks names up anew each time: what was removed or is not shared is not used."""

    def __init__(self, store: CastStore) -> None:
        self._store = store

    async def resolve(
        self, names: Sequence[str], viewer: Viewer, *, origin_request_id: int | None = None
    ) -> tuple[Element, ...]:
        """The members of these names, in their order, as the viewer may use them.

        ``origin_request_id`` is the request that this one is made from: a name that was good there
        and is not here belongs to somebody else. Raises ``InvalidRequestError`` with the nearest
        names that the viewer knows.
        """
        if not names:
            return ()
        usable = usable_by_handle(await self._store.around(viewer), viewer)
        unknown = [name for name in names if handle_of(name) not in usable]
        if unknown:
            before = await self._before(viewer, origin_request_id)
            known = [member.name for member in usable.values()]
            raise InvalidRequestError(
                "\n".join(before.get(handle_of(name)) or _nobody(name, known) for name in unknown)
            )
        return tuple(usable[handle_of(name)].as_element() for name in names)

    async def _before(self, viewer: Viewer, request_id: int | None) -> dict[str, str]:
        """What to say of names that were good in the request before, which the viewer has seen."""
        found = None if request_id is None else await self._store.cast_of_request(request_id)
        if found is None:
            return {}
        asked_by, names = found
        say = _no_longer if asked_by == viewer.user_id else _belongs_to_another
        return {handle_of(name): say(name) for name in names}


def usable_by_handle(members: tuple[CastMember, ...], viewer: Viewer) -> dict[str, CastMember]:
    """What the viewer's prompts can name; of one name the one that is looked up first."""
    usable: dict[str, CastMember] = {}
    for member in by_precedence(members, viewer):
        if member.is_usable_by(viewer):
            usable.setdefault(handle_of(member.name), member)
    return usable


def _belongs_to_another(name: str) -> str:
    return (
        f"{mentioned(name)} is in the prompt, but belongs to somebody else, whose cast stays with "
        "them. Name one of yours (/cast list), or describe in words who is seen."
    )


def _no_longer(name: str) -> str:
    return (
        f"{mentioned(name)} is in the prompt and was in the cast, but is not to be used here: "
        "removed since, or shared in another server. See who there is with /cast list."
    )


def _nobody(name: str, known: Sequence[str]) -> str:
    hint = did_you_mean(name, known)
    if not hint:
        hint = (
            "See who there is with /cast list, or add somebody with /cast add."
            if known
            else "Add somebody with /cast add, or describe in words who is seen."
        )
    return f"{mentioned(name)} is in the prompt, but nobody in the cast has that name. {hint}"
