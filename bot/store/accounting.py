"""The ledger: one ``reserve`` per generation, then one ``capture`` or ``release``; use is a sum."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Text, bindparam, case, func, insert, select

from bot.errors import StoreError
from bot.models.generation import NewRequest
from bot.models.quota import EntryKind, QuotaWindow, Usage, Used
from bot.store.portable import BigInt, whole_sum
from bot.store.schema import generations, ledger

# Built once: building them takes longer than SQLite takes to carry them out.
_ENTER = insert(ledger)
_SETTLE = insert(ledger).from_select(
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
        bindparam("settled_key", type_=Text),
        ledger.c.generation_id,
        ledger.c.user_id,
        bindparam("settled_kind", type_=Text),
        ledger.c.generations,
        ledger.c.seconds,
        ledger.c.microusd,
        ledger.c.counts_at_ms,
        bindparam("settled_at", type_=BigInt),
    ).where(
        ledger.c.generation_id == bindparam("settled_row", type_=BigInt),
        ledger.c.kind == EntryKind.RESERVE.value,
    ),
)
# A capture changes nothing: it turns what is set aside into what is charged.
_SIGN = case(
    (ledger.c.kind == EntryKind.RESERVE.value, 1),
    (ledger.c.kind == EntryKind.RELEASE.value, -1),
    else_=0,
)
_PERSON = bindparam("person", type_=BigInt)
_IN_FLIGHT = select(func.count()).where(
    generations.c.user_id == _PERSON, generations.c.ended_at_ms.is_(None)
)
_USED = select(
    whole_sum(_SIGN * ledger.c.generations).label("generations"),
    whole_sum(_SIGN * ledger.c.seconds).label("seconds"),
).where(
    ledger.c.user_id == _PERSON,
    ledger.c.counts_at_ms >= bindparam("starts", type_=BigInt),
    ledger.c.counts_at_ms < bindparam("renews", type_=BigInt),
)


def enter_reserve(
    connection: Connection, generation_id: int, new: NewRequest, *, now_ms: int
) -> None:
    """Set one take's quota aside; it counts at the present time."""
    connection.execute(
        _ENTER,
        {
            "operation_key": f"{EntryKind.RESERVE}:{generation_id}",
            "generation_id": generation_id,
            "user_id": new.user_id,
            "kind": EntryKind.RESERVE.value,
            "generations": 1,
            "seconds": new.settings.duration_s,
            "microusd": new.price_microusd,
            "counts_at_ms": now_ms,
            "recorded_at_ms": now_ms,
        },
    )


def settle(connection: Connection, generation_id: int, kind: EntryKind, *, now_ms: int) -> None:
    """Enter the ``capture`` or ``release`` that ends a reservation, in full.

    It counts at the time of the reservation, so that a release gives back where it was taken.
    Raises ``StoreError`` when there is no reservation, or it is settled already.
    """
    entered = connection.execute(
        _SETTLE,
        {
            "settled_key": f"{kind}:{generation_id}",
            "settled_kind": kind.value,
            "settled_row": generation_id,
            "settled_at": now_ms,
        },
    )
    if entered.rowcount != 1:
        raise StoreError(f"Generation {generation_id} has no reservation to settle.")


def person_usage(connection: Connection, user_id: int, windows: Sequence[QuotaWindow]) -> Usage:
    """What a person has used in each window, and has in flight."""
    in_flight = connection.execute(_IN_FLIGHT, {"person": user_id}).scalar_one()
    used = tuple((window, _used(connection, user_id, window)) for window in windows)
    return Usage(windows=used, in_flight=in_flight)


def _used(connection: Connection, user_id: int, window: QuotaWindow) -> Used:
    span = {"starts": window.starts_at_ms, "renews": window.renews_at_ms}
    row = connection.execute(_USED, {"person": user_id, **span}).one()
    return Used(generations=row.generations, seconds=row.seconds)
