"""The promises, said of everything at rest."""

from __future__ import annotations

import asyncio
import contextlib

from bot.errors import StoreError
from bot.models.generation import Generation, GenerationState
from tests.generations.rig import LONGEST_WAIT_S, Rig

_LOOK_EVERY_S = 2.0
"""On the hurried loop a twentieth of a second: looking costs the database time as well."""


async def at_rest(rig: Rig) -> list[Generation]:
    """Wait until every generation has ended and every card says so."""
    async with asyncio.timeout(LONGEST_WAIT_S):
        while True:
            # The database may be made to fail for the tests as well.
            with contextlib.suppress(StoreError):
                rows = await rig.everything()
                is_over = bool(rows) and all(row.is_final for row in rows)
                if is_over and not await rig.store.cards_to_check(1):
                    return rows
            await asyncio.sleep(_LOOK_EVERY_S)


async def ended_well(rig: Rig, *, states: set[GenerationState] | None = None) -> list[Generation]:
    """Wait for rest; hold everything to the promises, and to these final states if given."""
    rows = await at_rest(rig)
    await hold_to_promises(rig, rows)
    wanted = states or {GenerationState.DELIVERED}
    assert {row.state for row in rows} <= wanted, rows
    return rows


async def hold_to_promises(rig: Rig, rows: list[Generation]) -> None:
    """One visible post at most, one accepted POST at most, the ledger's law, reasons to read."""
    paid = [name for post in rig.sandbox.books.accepted for name in post.generation_ids]
    assert sorted(paid) == sorted(row.oxen_id for row in rows if row.oxen_id), "paid twice, or lost"
    assert await rig.ledger_breaches() == []
    for row in rows:
        visible = rig.channel.visible(row.id)
        if row.state is GenerationState.DELIVERED:
            assert len(visible) == 1, f"{row} is delivered with {visible}"
            assert row.posted_message_id == visible[0].id
        else:
            assert visible == [], f"{row} is visible"
        if row.state is GenerationState.FAILED:
            assert row.failure is not None
