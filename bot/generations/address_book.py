"""Where a model fetches a reference picture from: as configured, and only what is good now."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from enum import StrEnum
from typing import Protocol

import structlog

from bot.errors import OxenError, OxenRejectedError
from bot.models.clock import Clock
from bot.models.references import StoredImage

_log = structlog.get_logger(__name__)


class ReferenceDelivery(StrEnum):
    """How pictures reach the model."""

    DISCORD = "discord"
    """Discord's own address while it is fresh, a ``data:`` URI afterwards."""
    DATA = "data"
    """Always a ``data:`` URI: works everywhere, at a third more to send."""
    REPOSITORY = "repository"
    """A file in a public Oxen repository: durable, and visible to anyone."""


class Pictures(Protocol):
    """The kept pictures."""

    async def read(self, sha256: str) -> bytes:
        """The bytes of a picture; raises ``MediaError``."""
        ...

    async def data_uri(self, image: StoredImage) -> str:
        """A picture as a ``data:`` URI; raises ``MediaError``."""
        ...


class Repository(Protocol):
    """A public Oxen repository."""

    async def commit(self, content: bytes, *, media_type: str, path: str) -> str:
        """Commit a file; its address. Raises the ``OxenError`` family."""
        ...


_REMEMBERED_COMMITS = 1_000
"""A quarter of a megabyte. What is forgotten is committed once more, under the same name."""
_MOST_COMMITS = 3
"""In a row for one picture; then the video goes on without the repository."""
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


class AddressBook:
    """Keeps the services' ``ReferenceAddresses``."""

    def __init__(
        self,
        pictures: Pictures,
        repository: Repository | None,
        *,
        delivery: ReferenceDelivery,
        fresh_ms: int,
        clock: Clock,
    ) -> None:
        self._pictures = pictures
        self._repository = repository
        self._delivery = delivery
        self._fresh_ms = fresh_ms
        self._clock = clock
        self._committed: OrderedDict[str, str] = OrderedDict()
        self._committing: dict[str, asyncio.Task[str]] = {}
        self._failed_commits: Counter[str] = Counter()

    async def address(
        self, image: StoredImage, *, source_url: str | None, source_seen_at_ms: int
    ) -> str:
        """An http(s) or ``data:`` URI that the model can fetch now.

        Raises ``OxenError`` where the repository did not take it now, and ``MediaError``.
        """
        if self._delivery is ReferenceDelivery.REPOSITORY and self._repository is not None:
            try:
                return await self._in_repository(self._repository, image)
            except OxenRejectedError as error:
                # It will refuse every time: the videos go on without it, the operator is told.
                _log.error("references.repository_refused", status_code=error.status_code)
                return await self._pictures.data_uri(image)
            except OxenError as error:
                if self._failed_commits[image.sha256] < _MOST_COMMITS:
                    raise
                _log.warning("references.repository_fails", error=type(error).__name__)
                return await self._pictures.data_uri(image)
        age_ms = self._clock() - source_seen_at_ms
        is_fresh = source_url is not None and 0 <= age_ms < self._fresh_ms
        if self._delivery is ReferenceDelivery.DISCORD and is_fresh and source_url is not None:
            return source_url
        return await self._pictures.data_uri(image)

    async def _in_repository(self, repository: Repository, image: StoredImage) -> str:
        known = self._committed.get(image.sha256)
        if known is not None:
            self._committed.move_to_end(image.sha256)
            return known
        # Requests that need the same picture at the same time wait for one commit of it, which
        # whoever asked first must not take along when they go.
        commit = self._committing.get(image.sha256)
        if commit is None:
            commit = asyncio.create_task(self._commit(repository, image), name="commit-picture")
            self._committing[image.sha256] = commit
            commit.add_done_callback(lambda done: self._done(image.sha256, done))
        return await asyncio.shield(commit)

    async def _commit(self, repository: Repository, image: StoredImage) -> str:
        return await repository.commit(
            await self._pictures.read(image.sha256),
            media_type=image.media_type,
            path=f"references/{image.sha256}.{_ENDINGS[image.media_type]}",
        )

    def _done(self, sha256: str, commit: asyncio.Task[str]) -> None:
        del self._committing[sha256]
        if commit.cancelled():
            return
        if commit.exception() is not None:
            if len(self._failed_commits) > _REMEMBERED_COMMITS:
                self._failed_commits.clear()
            self._failed_commits[sha256] += 1
        else:
            del self._failed_commits[sha256]
            self._committed[sha256] = commit.result()
            while len(self._committed) > _REMEMBERED_COMMITS:
                self._committed.popitem(last=False)
