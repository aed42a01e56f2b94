"""The queue: what was accepted, in which state it is, what it cost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.models.clock import Clock
from bot.models.remote import RemoteStatus
from bot.sandbox.catalogue import CatalogueModel
from bot.sandbox.changes import Changes
from bot.sandbox.journal import Journal
from bot.sandbox.records import QueuedGeneration, own_parameters


class Generations:
    """All generations, in order of enqueueing. Every state is on disk before it is told of."""

    def __init__(
        self,
        *,
        clock: Clock,
        changes: Changes,
        journal: Journal | None,
        credits_microusd: int | None,
        bill_unfinished: bool,
        on_end: Callable[[QueuedGeneration], None],
    ) -> None:
        """``on_end`` hears of each one that succeeded or failed, once."""
        self._clock = clock
        self._changes = changes
        self._journal = journal
        self._credits_microusd = credits_microusd
        self._bill_unfinished = bill_unfinished
        self._on_end = on_end
        self._all: dict[str, QueuedGeneration] = {}
        self._billed_microusd = 0

    def restore(self, generations: Mapping[str, QueuedGeneration]) -> None:
        """Take over what an earlier sandbox in the same folder left."""
        self._all.update(generations)
        self._billed_microusd = sum(g.billed_microusd for g in self._all.values())

    @property
    def all(self) -> tuple[QueuedGeneration, ...]:
        """Everything that was ever accepted, forgotten ones among it."""
        return tuple(self._all.values())

    @property
    def billed_microusd(self) -> int:
        """What all generations have cost so far, in micro-dollars."""
        return self._billed_microusd

    @property
    def has_credits(self) -> bool:
        """Whether there is anything left to spend."""
        return self._credits_microusd is None or self._billed_microusd < self._credits_microusd

    def __getitem__(self, generation_id: str) -> QueuedGeneration:
        return self._all[generation_id]

    def known(self, generation_id: str) -> QueuedGeneration | None:
        """The generation as a client may know it: neither forgotten nor made synchronously."""
        generation = self._all.get(generation_id)
        if generation is None or generation.forgotten or generation.synchronous:
            return None
        return generation

    def listed(self, filters: Mapping[str, str]) -> Sequence[QueuedGeneration]:
        """Newest first; only active ones unless ``status`` is among the filters."""
        status = filters.get("status")
        wanted = {
            "namespace": filters.get("namespace"),
            "model": filters.get("model"),
            "media_type": filters.get("media_type"),
        }
        return [
            generation
            for generation in reversed(self._all.values())
            if self.known(generation.id)
            and (generation.status == status if status else generation.is_active)
            and all(v in {None, getattr(generation, k)} for k, v in wanted.items())
        ]

    async def add(
        self,
        model: CatalogueModel,
        payload: Mapping[str, Any],
        *,
        namespace: str,
        synchronous: bool = False,
        forgotten: bool = False,
    ) -> QueuedGeneration:
        """Accept one generation."""
        generation = QueuedGeneration(
            id=str(uuid.uuid4()),
            model=model.id,
            media_type=model.output,
            namespace=namespace,
            parameters=own_parameters(payload),
            enqueued_at_ms=self._clock(),
            synchronous=synchronous,
            forgotten=forgotten,
        )
        await self._keep(generation)
        return generation

    async def begin(self, generation_id: str) -> QueuedGeneration | None:
        """``queued`` to ``processing``; ``None`` when it is over already."""
        generation = self._all[generation_id]
        if not generation.is_active:
            return None
        begun = replace(
            generation,
            status=RemoteStatus.PROCESSING,
            started_at_ms=generation.started_at_ms or self._clock(),
        )
        await self._keep(begun)
        return self._all[generation_id]

    async def bill(self, generation_id: str, price_microusd: int) -> bool:
        """Set a price aside for a generation; false when the credits do not cover it."""
        generation = self._all[generation_id]
        others = self._billed_microusd - generation.billed_microusd
        if self._credits_microusd is not None and others + price_microusd > self._credits_microusd:
            return False
        if generation.is_active:
            await self._keep(replace(generation, billed_microusd=price_microusd))
        return True

    async def mark_stuck(self, generation_id: str) -> None:
        """It never finishes by itself, not even after a restart."""
        await self._keep(replace(self._all[generation_id], stuck=True))

    async def end(
        self, generation_id: str, status: RemoteStatus, error: str | None = None
    ) -> QueuedGeneration:
        """To a final state, unless it is in one already; tells of success and failure."""
        generation = self._all[generation_id]
        if not generation.is_active:
            return generation
        is_free = status is not RemoteStatus.SUCCEEDED and not self._bill_unfinished
        ended = replace(
            generation,
            status=status,
            error=error,
            completed_at_ms=self._clock(),
            billed_microusd=0 if is_free else generation.billed_microusd,
        )
        await self._keep(ended)
        if status is not RemoteStatus.CANCELLED and not ended.synchronous and not ended.forgotten:
            self._on_end(ended)
        return ended

    async def _keep(self, generation: QueuedGeneration) -> None:
        before = self._all.get(generation.id)
        self._billed_microusd += generation.billed_microusd
        self._billed_microusd -= before.billed_microusd if before else 0
        self._all[generation.id] = generation
        if self._journal is not None:
            await self._journal.append(generation)
        self._changes.notify()
