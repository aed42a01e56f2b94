"""What people may do with presets. All of them are in memory: a command begins without waiting."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol

import structlog

from bot.errors import InvalidRequestError, NotAllowedError, NotFoundError
from bot.models.clock import Clock
from bot.models.preset import NewPreset, Preset, PresetContent, PresetScope, scope_keys

NAME_MAX_CHARS = 32
MAX_PER_SCOPE = 25
"""As many as Discord shows while a name is typed."""

_log = structlog.get_logger(__name__)


class PresetStore(Protocol):
    """Presets, durably."""

    async def everything(self) -> tuple[tuple[Preset, ...], dict[int, int]]:
        """All presets, and the id of the one that each person begins with."""
        ...

    async def save(self, new: NewPreset, *, now_ms: int) -> Preset:
        """Write a preset, in place of one of the same name and scope."""
        ...

    async def remove(self, preset_id: int) -> None:
        """Remove a preset; nobody begins with it any more."""
        ...

    async def begin_with(self, user_id: int, preset_id: int | None) -> None:
        """Remember what a person begins with."""
        ...


class PresetService:
    """A person's and a server's presets. Everything raises ``UserError`` with words for people.

    Call ``load`` before the first use.
    """

    def __init__(self, store: PresetStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._presets: dict[int, Preset] = {}
        self._begun_with: dict[int, int] = {}

    async def load(self) -> None:
        """Read everything, once."""
        found, chosen = await self._store.everything()
        self._presets = {preset.id: preset for preset in found}
        self._begun_with = chosen

    def usable(self, user_id: int, guild_id: int | None) -> tuple[Preset, ...]:
        """What a person can use there: their own first, then the server's, each by name."""
        keys = scope_keys(user_id, guild_id)
        found = (preset for preset in self._presets.values() if preset.scope_key in keys)
        return tuple(sorted(found, key=lambda p: (keys.index(p.scope_key), p.handle)))

    def find(self, name: str, user_id: int, guild_id: int | None) -> Preset:
        """The preset of that name, the person's own before the server's.

        Raises ``NotFoundError`` with the nearest name.
        """
        usable = self.usable(user_id, guild_id)
        handle = name.strip().casefold()
        for preset in usable:
            if preset.handle == handle:
                return preset
        near = get_close_matches(handle, [preset.handle for preset in usable], n=1)
        hint = f"Did you mean “{near[0]}”?" if near else "See what there is with /preset list."
        raise NotFoundError(f"There is no preset of that name. {hint}")

    def begun_with(self, user_id: int, guild_id: int | None) -> Preset | None:
        """What a person's requests begin with; a server's preset only in that server."""
        preset = self._presets.get(self._begun_with.get(user_id, 0))
        if preset is None or preset.scope_key not in scope_keys(user_id, guild_id):
            return None
        return preset

    def content(self, name: str | None, user_id: int, guild_id: int | None) -> PresetContent:
        """What a request begins with: the named preset, else the person's default, else nothing.

        Raises ``NotFoundError`` for a name that there is not.
        """
        if name is not None and name.strip():
            return self.find(name, user_id, guild_id).content
        preset = self.begun_with(user_id, guild_id)
        return preset.content if preset else PresetContent()

    async def save(self, new: NewPreset, *, is_moderator: bool) -> tuple[Preset, bool]:
        """Save a preset; whether it took the place of an earlier one.

        Raises ``InvalidRequestError`` and, for a server's preset, ``NotAllowedError``.
        """
        _check_name(new.name)
        if new.content == PresetContent():
            raise InvalidRequestError(
                "That preset holds no settings. Give at least one setting, such as duration, "
                "or take them from one of your videos with from_video."
            )
        if new.scope is PresetScope.SERVER:
            _check_servers(new.guild_id, is_moderator=is_moderator)
        siblings = [p for p in self._presets.values() if p.scope_key == new.scope_key]
        replaced = any(preset.handle == new.handle for preset in siblings)
        if not replaced and len(siblings) >= MAX_PER_SCOPE:
            raise InvalidRequestError(
                f"There are {MAX_PER_SCOPE} presets already, which is as many as can be kept. "
                "Remove one with /preset remove."
            )
        preset = await self._store.save(new, now_ms=self._clock())
        self._presets[preset.id] = preset
        _log.info("preset.saved", preset=preset.id, scope=preset.scope.value)
        return preset, replaced

    async def begin_with(self, user_id: int, preset: Preset | None) -> None:
        """Make a preset what the person's requests begin with; ``None`` for nothing."""
        await self._store.begin_with(user_id, preset.id if preset else None)
        if preset is None:
            self._begun_with.pop(user_id, None)
        else:
            self._begun_with[user_id] = preset.id

    async def remove(self, preset: Preset, user_id: int, *, is_moderator: bool) -> None:
        """Remove a preset; raises ``NotAllowedError``."""
        if preset.scope is PresetScope.SERVER and not is_moderator:
            raise NotAllowedError("Only moderators can remove a preset of the server.")
        if preset.scope is PresetScope.PERSONAL and preset.owner_id != user_id:
            raise NotAllowedError("That preset is somebody else's.")
        await self._store.remove(preset.id)
        self._presets.pop(preset.id, None)
        self._begun_with = {u: p for u, p in self._begun_with.items() if p != preset.id}
        _log.info("preset.removed", preset=preset.id)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > NAME_MAX_CHARS or "\n" in name:
        raise InvalidRequestError(f"A preset's name has 1 to {NAME_MAX_CHARS} characters.")


def _check_servers(guild_id: int | None, *, is_moderator: bool) -> None:
    if guild_id is None:
        raise InvalidRequestError("There is no server here: save it as your own.")
    if not is_moderator:
        raise NotAllowedError(
            "Only moderators can save a preset for the server. Leave out server to keep it for "
            "yourself."
        )
