"""Presets and which of them people begin with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from bot.models.preset import NewPreset, Preset, PresetContent
from bot.store.database import Database
from bot.store.portable import insert_into, storable
from bot.store.schema import default_presets, presets


class SqlPresets:
    """Keeps ``bot.presets.service.PresetStore``. Raises ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def everything(self) -> tuple[tuple[Preset, ...], dict[int, int]]:
        """All presets, and the id of the one that each person begins with."""
        return await self._database.run(_everything)

    async def save(self, new: NewPreset, *, now_ms: int) -> Preset:
        """Write a preset, in place of one of the same name and scope."""
        return await self._database.run(_save, new, now_ms)

    async def remove(self, preset_id: int) -> None:
        """Remove a preset; nobody begins with it any more."""
        await self._database.run(_remove, preset_id)

    async def begin_with(self, user_id: int, preset_id: int | None) -> None:
        """Remember what a person begins with; ``None`` for nothing."""
        await self._database.run(_begin_with, user_id, preset_id)


def _everything(connection: Connection) -> tuple[tuple[Preset, ...], dict[int, int]]:
    found = tuple(_preset(row) for row in connection.execute(select(presets)))
    chosen = connection.execute(select(default_presets))
    return found, {row.user_id: row.preset_id for row in chosen}


def _save(connection: Connection, new: NewPreset, now_ms: int) -> Preset:
    statement = insert_into(connection, presets).values(
        owner_id=new.owner_id,
        scope_key=new.scope_key,
        name=storable(new.name),
        handle=storable(new.handle),
        content=_content_values(new.content),
        changed_at_ms=now_ms,
    )
    changed = ("owner_id", "name", "content", "changed_at_ms")
    row = connection.execute(
        statement.on_conflict_do_update(
            index_elements=[presets.c.scope_key, presets.c.handle],
            set_={name: statement.excluded[name] for name in changed},
        ).returning(presets)
    ).one()
    return _preset(row)


def _remove(connection: Connection, preset_id: int) -> None:
    connection.execute(delete(default_presets).where(default_presets.c.preset_id == preset_id))
    connection.execute(delete(presets).where(presets.c.id == preset_id))


def _begin_with(connection: Connection, user_id: int, preset_id: int | None) -> None:
    if preset_id is None:
        connection.execute(delete(default_presets).where(default_presets.c.user_id == user_id))
        return
    statement = insert_into(connection, default_presets).values(
        user_id=user_id, preset_id=preset_id
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[default_presets.c.user_id],
            set_={"preset_id": statement.excluded.preset_id},
        )
    )


def _content_values(content: PresetContent) -> dict[str, Any]:
    values = {name: value for name, value in asdict(content).items() if value is not None}
    if content.negative_prompt is not None:
        values["negative_prompt"] = storable(content.negative_prompt)
    if content.extra is not None:
        values["extra"] = [
            [name, storable(value) if isinstance(value, str) else value]
            for name, value in content.extra
        ]
    return values


def _preset(row: Row[Any]) -> Preset:
    kept = dict(row.content)
    if "extra" in kept:
        kept["extra"] = tuple((name, value) for name, value in kept["extra"])
    return Preset(row.id, row.owner_id, row.name, row.scope_key, PresetContent(**kept))
