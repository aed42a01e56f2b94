"""Every table that names a picture keeps it in the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, insert

from bot.models.draft import Draft
from bot.models.generation import NewRequest, VideoSettings
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.store.database import Database
from bot.store.drafts import SqlDrafts
from bot.store.generations import SqlGenerationStore
from bot.store.picture_uses import SqlPictureUses
from bot.store.schema import cast_members, cast_pictures, request_elements

ASKED, DRAFTED, IN_CAST, AS_ELEMENT, NOBODYS = (digit * 64 for digit in "abcde")
LOOKS = {"media_type": "image/png", "width_px": 640, "height_px": 480, "size_bytes": 1_000}


def reference(sha256: str) -> ReferenceImage:
    image = StoredImage(sha256, "image/png", 640, 480, 1_000)
    return ReferenceImage(image, ReferenceRole.IMAGE, 1)


def write_cast(connection: Connection, request_id: int) -> None:
    place = {"request_id": request_id, "element": 1, "angle": 0, "name": "fox"}
    connection.execute(insert(request_elements).values(**place, sha256=AS_ELEMENT, **LOOKS))
    member = {"id": 1, "owner_id": 7, "name": "Fox", "handle": "fox", "kind": "character"}
    times = {"agreed_at_ms": 1, "created_at_ms": 1, "changed_at_ms": 1}
    connection.execute(
        insert(cast_members).values(**member, scope="private", scope_key="7", **times)
    )
    connection.execute(insert(cast_pictures).values(member_id=1, angle=0, sha256=IN_CAST, **LOOKS))


async def test_what_a_request_a_draft_or_the_cast_means_is_in_use(
    database: Database, store: SqlGenerationStore, a_request: Callable[..., NewRequest]
) -> None:
    new = replace(a_request(), references=(reference(ASKED),))
    asked = await store.reserve(new, windows=(), check=lambda _: None, now_ms=1)
    settings = VideoSettings("kling", "p", "16:9", 5)
    draft = Draft(7, settings, (reference(DRAFTED),), takes=1, private=False)
    await SqlDrafts(database).keep(draft, now_ms=1)
    await database.run(write_cast, asked.request.id)

    uses = SqlPictureUses(database)

    assert await uses.unused([ASKED, DRAFTED, AS_ELEMENT, IN_CAST, NOBODYS]) == {NOBODYS}
    assert await uses.unused([]) == frozenset()
