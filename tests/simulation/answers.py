"""Answers of the store's reading functions, kept for as long as no change could alter them.

A schedule asks the same few questions over and over while nothing changes. The answers come from
the real functions; what is kept only spares asking them again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from bot.models.generation import Generation, GenerationState
from bot.store import accounting, changing, choosing, looking, recovering, rows, waiting

_ALWAYS_MS = -(2**62)
"""Earlier than any time: the questions "since when" are asked once, for all times."""
_NEVER_MS = 2**62

READS: frozenset[Callable[..., Any]] = frozenset(
    {
        accounting.person_usage,
        choosing.load_choice,
        looking.by_id,
        looking.by_oxen_id,
        looking.cards_to_check,
        looking.ids_in_states,
        looking.in_states,
        looking.known_oxen_ids,
        looking.lost,
        looking.open_since,
        looking.possible_parents,
        looking.recent_render_ms,
        looking.rendering,
        rows.load_request,
        rows.request_of,
        waiting.line,
        waiting.next_turns,
    }
)
_OF_POSTING = READS - {
    looking.known_oxen_ids,
    looking.recent_render_ms,
    looking.rendering,
    waiting.line,
    waiting.next_turns,
}
_ALTERED_BY: dict[Callable[..., Any], frozenset[Callable[..., Any]]] = {
    changing.set_placeholder: frozenset({rows.load_request, rows.request_of, waiting.next_turns}),
    changing.placeholder_settled: frozenset({looking.cards_to_check}),
    recovering.record_orphan: frozenset({looking.known_oxen_ids}),
    recovering.count_absence: _OF_POSTING,
    changing.begin_posting: _OF_POSTING,
    changing.deliver: _OF_POSTING,
}
"""Changes of which it is known how little they alter; all others may alter everything."""


class Answers:
    """What was read since the last change that mattered."""

    def __init__(self) -> None:
        self._kept: dict[Callable[..., Any], dict[Hashable, Any]] = {fn: {} for fn in READS}

    def ask(self, fn: Callable[..., Any], args: tuple[Any, ...], read: Callable[..., Any]) -> Any:
        """The answer to ``fn(*args)``; ``read`` has the database asked for it."""
        if fn is looking.open_since:
            found = self._keep(fn, (), (_NEVER_MS,), read)
            return tuple(g for g in found if g.created_at_ms < args[0])
        if fn is looking.possible_parents:
            found = self._keep(fn, (), (_ALWAYS_MS,), read)
            return tuple(g for g in found if g.first_attempted_at_ms >= args[0])
        if fn is looking.lost and not self._keep(fn, (), (_ALWAYS_MS,), read):
            return ()
        return self._keep(fn, args, args, read)

    def changed(self, fn: Callable[..., Any], told: object) -> None:
        """Forget what a change may have altered."""
        for read in _ALTERED_BY.get(fn, READS):
            kept = self._kept[read]
            if not isinstance(told, Generation) or read not in _BY_ROW:
                kept.clear()
                continue
            for key in [key for key, answer in kept.items() if _is_about(told, read, key, answer)]:
                del kept[key]

    def _keep(
        self,
        fn: Callable[..., Any],
        key: Hashable,
        args: tuple[Any, ...],
        read: Callable[..., Any],
    ) -> Any:
        kept = self._kept[fn]
        if key not in kept:
            kept[key] = read(*args)
        return kept[key]


_BY_ROW = frozenset(
    {
        choosing.load_choice,
        looking.by_id,
        looking.by_oxen_id,
        looking.ids_in_states,
        looking.in_states,
        rows.load_request,
        rows.request_of,
        waiting.line,
    }
)
"""Of these it can be told which answers the change of one row alters."""


def _is_about(changed: Generation, read: Callable[..., Any], key: Any, answer: Any) -> bool:
    if read in {looking.by_id, looking.by_oxen_id}:
        return answer is None or bool(answer.id == changed.id)
    if read in {rows.load_request, rows.request_of}:
        return answer is None or bool(answer.request.id == changed.request_id)
    if read is choosing.load_choice:
        return False
    if read is looking.ids_in_states:
        return changed.state in key[0] or changed.id in answer
    if read is looking.in_states:
        return changed.state in key[0] or any(one.id == changed.id for one in answer)
    # The order of those who wait: without anybody, it changes when somebody comes.
    return bool(answer) or changed.state is GenerationState.RESERVED
