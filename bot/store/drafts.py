"""Drafts: what was typed before a check failed, kept for a while."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bot.models.draft import Draft
from bot.models.generation import Origin, OriginKind, Shot, VideoSettings
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.store.database import Database
from bot.store.portable import storable
from bot.store.schema import drafts

_KEPT_MS = 7 * 24 * 3_600_000


class SqlDrafts:
    """Drafts by id. Raises ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, draft: Draft, *, now_ms: int) -> int:
        """Write a draft down, and let go of those that are a week old; its id."""
        return await self._database.run(_keep, draft, now_ms)

    async def draft(self, draft_id: int) -> Draft | None:
        """A draft, if it is still there."""
        return await self._database.run(_draft, draft_id)


def _keep(connection: Connection, draft: Draft, now_ms: int) -> int:
    connection.execute(delete(drafts).where(drafts.c.kept_at_ms < now_ms - _KEPT_MS))
    draft_id: int = connection.execute(
        insert(drafts)
        .values(user_id=draft.user_id, content=_content(draft), kept_at_ms=now_ms)
        .returning(drafts.c.id)
    ).scalar_one()
    return draft_id


def _draft(connection: Connection, draft_id: int) -> Draft | None:
    row = connection.execute(select(drafts).where(drafts.c.id == draft_id)).one_or_none()
    if row is None:
        return None
    content = row.content
    return Draft(
        user_id=row.user_id,
        settings=_settings(content["settings"]),
        references=tuple(_reference(one) for one in content["references"]),
        takes=content["takes"],
        private=content["private"],
        origin=_origin(content.get("origin")),
    )


def _content(draft: Draft) -> dict[str, Any]:
    return {
        "settings": _storable(asdict(draft.settings)),
        "references": [asdict(reference) for reference in draft.references],
        "takes": draft.takes,
        "private": draft.private,
        "origin": asdict(draft.origin) if draft.origin else None,
    }


def _storable(value: Any) -> Any:
    """The same with every text in it as a database takes it."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {name: _storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return value


def _settings(content: dict[str, Any]) -> VideoSettings:
    shots = tuple(Shot(**shot) for shot in content.get("shots", ()))
    extra = tuple((name, value) for name, value in content.get("extra", ()))
    return VideoSettings(**content | {"shots": shots, "extra": extra})


def _origin(content: dict[str, Any] | None) -> Origin | None:
    return Origin(**content | {"kind": OriginKind(content["kind"])}) if content else None


def _reference(content: dict[str, Any]) -> ReferenceImage:
    return ReferenceImage(
        image=StoredImage(**content["image"]),
        role=ReferenceRole(content["role"]),
        position=content["position"],
        source_url=content["source_url"],
        source_seen_at_ms=content["source_seen_at_ms"],
    )
