from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.errors import OxenAmbiguousError, OxenError, OxenRejectedError
from bot.generations import address_book
from bot.generations.address_book import AddressBook, ReferenceDelivery
from bot.models.references import StoredImage
from tests.world import Troubles

MINUTE_MS = 60_000
SEEN_MS = 1_786_000_000_000
IMAGE = StoredImage("ab" * 32, "image/webp", 640, 480, 9)
DISCORD_URL = "https://cdn.discordapp.com/attachments/1/2/a.webp?ex=1&is=2&hm=3"
DATA_URI = "data:image/webp;base64,AAAA"


class Pictures:
    async def read(self, sha256: str) -> bytes:
        assert sha256 == IMAGE.sha256
        return b"bytes"

    async def data_uri(self, image: StoredImage) -> str:
        assert image == IMAGE
        return DATA_URI


@dataclass
class Repository:
    problem: OxenError | None = None
    commits: list[tuple[bytes, str, str]] = field(default_factory=list)

    async def commit(self, content: bytes, *, media_type: str, path: str) -> str:
        if self.problem is not None:
            raise self.problem
        self.commits.append((content, media_type, path))
        return f"https://oxen.test/{path}"


def book(
    delivery: ReferenceDelivery, *, age_ms: int = 0, repository: Repository | None = None
) -> AddressBook:
    return AddressBook(
        Pictures(),
        repository,
        delivery=delivery,
        fresh_ms=30 * MINUTE_MS,
        clock=lambda: SEEN_MS + age_ms,
    )


async def address(book: AddressBook, url: str | None = DISCORD_URL) -> str:
    return await book.address(IMAGE, source_url=url, source_seen_at_ms=SEEN_MS)


@pytest.mark.parametrize(
    ("age_ms", "found"),
    [
        (0, DISCORD_URL),
        (30 * MINUTE_MS - 1, DISCORD_URL),
        (30 * MINUTE_MS, DATA_URI),
        (-1, DATA_URI),  # the clock was set back: its age is not known
    ],
)
async def test_discords_address_is_used_only_while_it_is_fresh(age_ms: int, found: str) -> None:
    assert await address(book(ReferenceDelivery.DISCORD, age_ms=age_ms)) == found


async def test_a_picture_without_an_address_goes_as_data() -> None:
    assert await address(book(ReferenceDelivery.DISCORD), url=None) == DATA_URI


async def test_data_is_data_even_when_discords_address_is_fresh() -> None:
    assert await address(book(ReferenceDelivery.DATA)) == DATA_URI


async def test_a_picture_is_committed_once_by_its_content() -> None:
    repository = Repository()
    addresses = book(ReferenceDelivery.REPOSITORY, repository=repository)

    first, second = await address(addresses), await address(addresses)

    assert first == second == f"https://oxen.test/references/{IMAGE.sha256}.webp"
    assert repository.commits == [(b"bytes", "image/webp", f"references/{IMAGE.sha256}.webp")]


async def test_a_repository_that_refuses_does_not_hold_videos_up(troubles: Troubles) -> None:
    refusing = Repository(problem=OxenRejectedError("no such repository", status_code=404))

    assert await address(book(ReferenceDelivery.REPOSITORY, repository=refusing)) == DATA_URI
    troubles.expect("references.repository_refused")


async def test_a_repository_that_does_not_answer_is_asked_again_later() -> None:
    away = Repository(problem=OxenAmbiguousError(status_code=502))
    addresses = book(ReferenceDelivery.REPOSITORY, repository=away)

    with pytest.raises(OxenAmbiguousError):
        await address(addresses)
    away.problem = None
    assert (await address(addresses)).startswith("https://oxen.test/")


async def test_a_repository_that_never_takes_a_picture_does_not_hold_its_video_up() -> None:
    away = Repository(problem=OxenAmbiguousError(status_code=500))
    addresses = book(ReferenceDelivery.REPOSITORY, repository=away)

    for _ in range(2):
        with pytest.raises(OxenAmbiguousError):
            await address(addresses)
    assert [await address(addresses) for _ in range(2)] == [DATA_URI] * 2

    away.problem = None
    assert (await address(addresses)).startswith("https://oxen.test/")


async def test_a_picture_that_several_need_at_once_is_committed_once() -> None:
    repository = Repository()
    addresses = book(ReferenceDelivery.REPOSITORY, repository=repository)
    leaving = asyncio.create_task(address(addresses))
    staying = [asyncio.create_task(address(addresses)) for _ in range(3)]
    await asyncio.sleep(0)

    leaving.cancel()

    assert len(set(await asyncio.gather(*staying))) == 1
    assert len(repository.commits) == 1


async def test_not_every_commit_there_ever_was_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(address_book, "_REMEMBERED_COMMITS", 0)
    repository = Repository()
    addresses = book(ReferenceDelivery.REPOSITORY, repository=repository)

    for _ in range(2):
        await address(addresses)

    assert len(repository.commits) == 2
