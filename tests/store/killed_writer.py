"""Writes to the database named on the command line until it is killed, telling what it has done."""

from __future__ import annotations

import asyncio
import itertools
import sys

from bot.models.generation import Failure, FailureKind, NewRequest, Surface, VideoSettings
from bot.models.video import StoredVideo, VideoFacts
from bot.store.database import Database
from bot.store.generations import SqlGenerationStore

FACTS = VideoFacts(
    width_px=640,
    height_px=360,
    duration_ms=5_000,
    size_bytes=1,
    has_audio=False,
    video_codec="h264",
)


async def write(store: SqlGenerationStore, user_id: int) -> None:
    for n in itertools.count():
        settings = VideoSettings("kling", "A kite", "16:9", 5)
        new = NewRequest(
            interaction_id=user_id * 1_000_000 + n,
            user_id=user_id,
            user_name="Mona",
            guild_id=None,
            channel_id=3,
            private=False,
            settings=settings,
            references=(),
            takes=2,
            price_microusd=None,
        )
        written = await store.reserve(new, windows=(), check=lambda _: None, now_ms=n)
        one, other = (generation.id for generation in written.generations)
        await store.begin_attempt(one, fingerprint="f", now_ms=n)
        await store.accept(one, oxen_id=f"oxen-{one}", now_ms=n)
        await store.store_result(one, result=StoredVideo(f"{one}.mp4", FACTS), now_ms=n)
        await store.begin_posting(one, nonce=f"nonce-{one}", surface=Surface.REPLY, now_ms=n)
        await store.deliver(one, message_id=one, now_ms=n)
        await store.fail(other, failure=Failure(FailureKind.LOST), now_ms=n)
        sys.stdout.write(f"done {one} {other}\n")
        sys.stdout.flush()


async def main(url: str) -> None:
    database = Database(url)
    await database.open()
    store = SqlGenerationStore(database)
    await asyncio.gather(*(write(store, user_id) for user_id in (1, 2, 3)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
