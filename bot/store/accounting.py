"""The ledger: one ``reserve`` per generation, then one ``capture`` or ``release``; use is a sum."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, case, func, insert, literal, select

from bot.errors import StoreError
from bot.models.generation import NewRequest
from bot.models.quota import EntryKind, QuotaWindow, Usage, Used
from bot.store.portable import BigInt, whole_sum
from bot.store.schema import generations, ledger


def enter_reserve(
    connection: Connection, generation_id: int, new: NewRequest, *, now_ms: int
) -> None:
    """Set one take's quota aside; it counts at the present time."""
    connection.execute(
        insert(ledger).values(
            operation_key=f"{EntryKind.RESERVE}:{generation_id}",
            generation_id=generation_id,
            user_id=new.user_id,
            kind=EntryKind.RESERVE.value,
            generations=1,
            seconds=new.settings.duration_s,
            microusd=new.price_microusd,
            counts_at_ms=now_ms,
            recorded_at_ms=now_ms,
        )
    )


def settle(connection: Connection, generation_id: int, kind: EntryKind, *, now_ms: int) -> None:
    """Enter the ``capture`` or ``release`` that ends a reservation, in full.

    It counts at the time of the reservation, so that a release gives back where it was taken.
    Raises ``StoreError`` when there is no reservation, or it is settled already.
    """
    entered = connection.execute(
        insert(ledger).from_select(
            [
                "operation_key",
                "generation_id",
                "user_id",
                "kind",
                "generations",
                "seconds",
                "microusd",
                "counts_at_ms",
                "recorded_at_ms",
            ],
            select(
                literal(f"{kind}:{generation_id}"),
                ledger.c.generation_id,
                ledger.c.user_id,
                literal(kind.value),
                ledger.c.generations,
                ledger.c.seconds,
                ledger.c.microusd,
                ledger.c.counts_at_ms,
                literal(now_ms, BigInt),
            ).where(
                ledger.c.generation_id == generation_id, ledger.c.kind == EntryKind.RESERVE.value
            ),
        )
    )
    if entered.rowcount != 1:
        raise StoreError(f"Generation {generation_id} has no reservation to settle.")


def person_usage(connection: Connection, user_id: int, windows: Sequence[QuotaWindow]) -> Usage:
    """What a person has used in each window, and has in flight."""
    in_flight = connection.execute(
        select(func.count()).where(
            generations.c.user_id == user_id, generations.c.ended_at_ms.is_(None)
        )
    ).scalar_one()
    used = tuple((window, _used(connection, user_id, window)) for window in windows)
    return Usage(windows=used, in_flight=in_flight)


def _used(connection: Connection, user_id: int, window: QuotaWindow) -> Used:
    # A capture changes nothing: it turns what is set aside into what is charged.
    sign = case(
        (ledger.c.kind == EntryKind.RESERVE.value, 1),
        (ledger.c.kind == EntryKind.RELEASE.value, -1),
        else_=0,
    )
    row = connection.execute(
        select(
            whole_sum(sign * ledger.c.generations).label("generations"),
            whole_sum(sign * ledger.c.seconds).label("seconds"),
        ).where(
            ledger.c.user_id == user_id,
            ledger.c.counts_at_ms >= window.starts_at_ms,
            ledger.c.counts_at_ms < window.renews_at_ms,
        )
    ).one()
    return Used(generations=row.generations, seconds=row.seconds)
