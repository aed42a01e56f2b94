"""Compare and set: a row changes only from a state that the caller expects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    bindparam,
    false,
    or_,
    true,
    update,
)

from bot.errors import StaleStateError
from bot.models.generation import Generation, GenerationState
from bot.models.quota import EntryKind
from bot.store.accounting import settle
from bot.store.portable import BigInt
from bot.store.rows import generation_from
from bot.store.schema import generations

NOW: Final = bindparam("now", type_=BigInt)
"""In a transition: the time at which it is carried out."""
_ROW: Final = bindparam("row", type_=BigInt)


def given(column: str) -> BindParameter[Any]:
    """In a transition: what ``carry_out`` is given under this name, of this column's type."""
    return bindparam(f"given_{column}", type_=generations.c[column].type)


class Transition:
    """A change of one row, made only if the row is in an expected state.

    Each is a constant: building such a statement takes longer than SQLite takes to carry it out.
    ``to`` is the new state, where there is one; a final one ends the generation and settles its
    reservation, which a late orphan has no more. ``values`` are what other columns are set to.
    """

    def __init__(
        self,
        expected: Sequence[GenerationState],
        to: GenerationState | None = None,
        *,
        only_if: ColumnElement[bool] | None = None,
        **values: Any,
    ) -> None:
        if to is not None:
            values = {"state": to.value, "state_since_ms": NOW, **values}
        if to is not None and to.is_final:
            values["ended_at_ms"] = NOW
        self._expected = expected
        self._settles = to is not None and to.is_final
        self._kind = EntryKind.CAPTURE if to is GenerationState.DELIVERED else EntryKind.RELEASE
        self._statement = (
            update(generations)
            .where(
                generations.c.id == _ROW,
                or_(false(), *(generations.c.state == state.value for state in expected)),
                true() if only_if is None else only_if,
            )
            .values(**values)
            .returning(*generations.c)
        )
        self._has_time = "now" in self._statement.compile().params

    def carry_out(
        self, connection: Connection, generation_id: int, now_ms: int, **given_values: Any
    ) -> Generation:
        """Change the row; raises ``StaleStateError`` where it is in none of the states."""
        parameters = {f"given_{column}": value for column, value in given_values.items()}
        if self._has_time:
            parameters["now"] = now_ms
        changed = connection.execute(
            self._statement, {"row": generation_id, **parameters}
        ).one_or_none()
        if changed is None:
            wanted = " or ".join(self._expected)
            raise StaleStateError(f"Generation {generation_id} is not (any more) {wanted}.")
        generation = generation_from(changed)
        if self._settles and not generation.free:
            settle(connection, generation_id, self._kind, now_ms=now_ms)
        return generation
