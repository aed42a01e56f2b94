"""Drafts: requests in preparation, kept for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from bot.errors import StaleStateError
from bot.models.draft import Draft
from bot.models.generation import Origin, OriginKind, Shot, VideoSettings
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.store.database import Database
from bot.store.portable import storable
from bot.store.schema import drafts, request_origins

DAY_MS = 24 * 3_600_000
_LOOKED_THROUGH = 200
"""Drafts of one person among which a storyboard is sought."""


class SqlDrafts:
    """Drafts by id, for ``kept_ms`` after they were last touched. Raises ``StoreError``."""

    def __init__(self, database: Database, *, kept_ms: int = 7 * DAY_MS) -> None:
        self._database = database
        self._kept_ms = kept_ms

    async def keep(self, draft: Draft, *, now_ms: int) -> int:
        """Write a draft down, and let go of those that are too old; its id."""
        return await self._database.run(_keep, draft, now_ms, now_ms - self._kept_ms)

    async def draft(self, draft_id: int, *, now_ms: int) -> Draft | None:
        """A draft, if it is still there."""
        return await self._database.run(_draft, draft_id, now_ms - self._kept_ms)

    async def change(
        self, draft_id: int, user_id: int, edit: Callable[[Draft], Draft], *, now_ms: int
    ) -> Draft | None:
        """Change a person's draft in one transaction; how it is now, ``None`` if it is not theirs.

        ``edit`` is pure and quick: it may be called again after a deadlock, and what it raises
        leaves the draft as it was. Raises ``StaleStateError`` for one that has become a request.
        """
        return await self._database.run(
            _change, draft_id, user_id, edit, now_ms=now_ms, since_ms=now_ms - self._kept_ms
        )

    async def latest_storyboard(self, user_id: int, *, now_ms: int) -> tuple[int, Draft] | None:
        """The storyboard that a person last touched and that has not become a request.

        One without shots yet counts: it is told from a form by its prompt, which a form has.
        """
        return await self._database.run(_latest_storyboard, user_id, now_ms - self._kept_ms)

    async def discard(self, draft_id: int, user_id: int) -> None:
        """Forget a person's draft."""
        await self._database.run(_discard, draft_id, user_id)


def _keep(connection: Connection, draft: Draft, now_ms: int, since_ms: int) -> int:
    connection.execute(delete(drafts).where(drafts.c.kept_at_ms < since_ms))
    draft_id: int = connection.execute(
        insert(drafts)
        .values(user_id=draft.user_id, content=_content(draft), kept_at_ms=now_ms)
        .returning(drafts.c.id)
    ).scalar_one()
    return draft_id


def _draft(connection: Connection, draft_id: int, since_ms: int) -> Draft | None:
    row = connection.execute(
        select(drafts).where(drafts.c.id == draft_id, drafts.c.kept_at_ms >= since_ms)
    ).one_or_none()
    return _from_row(row) if row else None


def _change(
    connection: Connection,
    draft_id: int,
    user_id: int,
    edit: Callable[[Draft], Draft],
    *,
    now_ms: int,
    since_ms: int,
) -> Draft | None:
    row = connection.execute(
        select(drafts)
        .where(
            drafts.c.id == draft_id, drafts.c.user_id == user_id, drafts.c.kept_at_ms >= since_ms
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        return None
    if connection.execute(_begun(draft_id)).first() is not None:
        raise StaleStateError(f"Draft {draft_id} has become a request.")
    content = _content(edit(_from_row(row)))
    connection.execute(
        update(drafts).where(drafts.c.id == draft_id).values(content=content, kept_at_ms=now_ms)
    )
    # As the database has it: without what it cannot hold.
    return _from_content(user_id, content)


def _latest_storyboard(
    connection: Connection, user_id: int, since_ms: int
) -> tuple[int, Draft] | None:
    rows = connection.execute(
        select(drafts)
        .where(drafts.c.user_id == user_id, drafts.c.kept_at_ms >= since_ms)
        .order_by(drafts.c.kept_at_ms.desc(), drafts.c.id.desc())
        .limit(_LOOKED_THROUGH)
    )
    for row in rows:
        settings = row.content["settings"]
        is_storyboard = settings.get("shots") or not settings["prompt"]
        if is_storyboard and not connection.execute(_begun(row.id)).first():
            return row.id, _from_row(row)
    return None


def _discard(connection: Connection, draft_id: int, user_id: int) -> None:
    connection.execute(delete(drafts).where(drafts.c.id == draft_id, drafts.c.user_id == user_id))


def _begun(draft_id: int) -> Select[tuple[int]]:
    return select(request_origins.c.request_id).where(request_origins.c.draft_id == draft_id)


def _from_row(row: Row[Any]) -> Draft:
    return _from_content(row.user_id, row.content)


def _from_content(user_id: int, content: dict[str, Any]) -> Draft:
    return Draft(
        user_id=user_id,
        settings=_settings(content["settings"]),
        references=tuple(_reference(one) for one in content["references"]),
        takes=content["takes"],
        private=content["private"],
        origin=_origin(content.get("origin")),
        poll=content.get("poll", False),
    )


def _content(draft: Draft) -> dict[str, Any]:
    return {
        "settings": _storable(asdict(draft.settings)),
        "references": [asdict(reference) for reference in draft.references],
        "takes": draft.takes,
        "private": draft.private,
        "origin": asdict(draft.origin) if draft.origin else None,
        "poll": draft.poll,
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
