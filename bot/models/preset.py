"""Named settings: what a request begins with where an option is left out."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum

from bot.models.model_form import ExtraValue


class PresetScope(StrEnum):
    """Who can use a preset."""

    PERSONAL = "personal"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class PresetContent:
    """What a preset fixes; what is ``None`` it leaves open."""

    model: str | None = None
    aspect_ratio: str | None = None
    duration_s: int | None = None
    audio: bool | None = None
    negative_prompt: str | None = None
    extra: tuple[tuple[str, ExtraValue], ...] | None = None
    takes: int | None = None
    private: bool | None = None

    def over(self, other: PresetContent) -> PresetContent:
        """What is fixed here, and for the rest what is fixed there.

        Another model's own parameters do not come along.
        """
        mine = {
            name: value
            for name, value in ((field.name, getattr(self, field.name)) for field in fields(self))
            if value is not None
        }
        if self.model is not None and self.model != other.model:
            other = replace(other, extra=None)
        return replace(other, **mine)


@dataclass(frozen=True, slots=True)
class NewPreset:
    """A preset as it shall be saved."""

    owner_id: int
    """Who saves it."""
    name: str
    scope: PresetScope
    guild_id: int | None
    """Of a server's preset."""
    content: PresetContent

    @property
    def handle(self) -> str:
        """By what it is found, whatever the case; unique in its scope."""
        return self.name.casefold()

    @property
    def scope_key(self) -> str:
        """Whose it is: one person's, or one server's."""
        if self.scope is PresetScope.SERVER:
            return f"server:{self.guild_id}"
        return f"person:{self.owner_id}"


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset as it stands in the database."""

    id: int
    owner_id: int
    name: str
    scope_key: str
    content: PresetContent

    @property
    def scope(self) -> PresetScope:
        """Who can use it."""
        is_servers = self.scope_key.startswith("server:")
        return PresetScope.SERVER if is_servers else PresetScope.PERSONAL

    @property
    def handle(self) -> str:
        """By what it is found, whatever the case."""
        return self.name.casefold()


def scope_keys(user_id: int, guild_id: int | None) -> tuple[str, ...]:
    """Whose presets a person can use there: their own before the server's."""
    own = f"person:{user_id}"
    return (own,) if guild_id is None else (own, f"server:{guild_id}")
