"""What one seed stands for: how bad the world is, what people do, and when the process dies."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulation.timeline import Timeline

_RATES = (0.0, 0.0, 0.0, 0.04, 0.12, 0.35)
"""Most troubles are absent from most schedules: few at a time leave room for long sequences."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One command for videos."""

    at_s: float
    user_id: int
    takes: int
    private: bool
    prompt: str
    card_known: bool
    """Whether the placeholder's id is known when the request is written down."""
    cancelled_after_s: float | None


@dataclass(slots=True)
class Troubles:
    """Probability of each trouble, each time it could happen."""

    unreachable: float = 0.0
    throttled: float = 0.0
    rejected: float = 0.0
    server_error: float = 0.0
    lost_reply: float = 0.0
    garbled_reply: float = 0.0
    arrives_late: float = 0.0
    list_incomplete: float = 0.0
    get_fails: float = 0.0
    event_lost: float = 0.0
    event_twice: float = 0.0
    stream_breaks: float = 0.0
    download_fails: float = 0.0
    file_damaged: float = 0.0
    generation_fails: float = 0.0
    never_ends: float = 0.0
    post_ambiguous: float = 0.0
    post_too_large: float = 0.0
    edit_ambiguous: float = 0.0
    find_fails: float = 0.0
    transaction_fails: float = 0.0


@dataclass(slots=True)
class Plan:
    """One schedule, drawn from the timeline's chance."""

    troubles: Troubles
    wishes: tuple[Wish, ...]
    kills: int
    stops: int
    """How many of the ends are polite ones (SIGTERM)."""
    list_lag_s: float
    render_s: float
    nonce_window_s: float
    sweep_interval_s: float
    upheavals: tuple[tuple[float, str], ...] = field(default=())
    """When a moderator, the clock or a permission interferes."""
    upset_by_post: str | None = None
    """What follows at once on the first video that is shown: rare at random, and telling."""
    at_rest: tuple[str, ...] = ()
    """What happens, one after the other, each when everything has come to rest."""
    calm_after_s: float = 0.0
    clock_set_while_down: float = 0.0
    """How often somebody sets the clock, or sets it right, between two lives."""


_UPHEAVALS = (
    "delete a message",
    "delete a message",
    "lose the right to send",
    "lose the right to read",
    "get all rights back",
    "delete the channel",
    "close direct messages",
    "clock jumps",
    "clock is corrected",
    "break the stream",
    "owner deletes",
    "lose sight of the channel",
    "a moderator gives up",
    "a moderator tries again",
)
DIES = "the process dies"
"""With its video shown, which it will have to look for."""
_AT_REST = (
    ("a moderator tries again",),
    ("get all rights back", "a moderator tries again"),
    ("get all rights back", "a moderator tries again", "a moderator tries again"),
)
"""What waited for a place to be posted in, or was given up, is taken up by hand."""


def draw(timeline: Timeline) -> Plan:
    """The plan of the timeline's seed."""
    random = timeline.random
    troubles = Troubles(**{name: random.choice(_RATES) for name in Troubles.__dataclass_fields__})
    # Rare even where they happen: each takes a share of a generation's few tries.
    troubles.rejected /= 4
    troubles.never_ends /= 4
    troubles.file_damaged /= 4
    troubles.transaction_fails /= 8
    wishes = tuple(_wish(timeline) for _ in range(random.choice((1, 1, 1, 1, 1, 2, 2, 3, 4))))
    spread_s = max(wish.at_s for wish in wishes) + 600
    upheavals = sorted(
        (random.uniform(0, spread_s), random.choice(_UPHEAVALS))
        for _ in range(random.choice((0, 0, 1, 2, 4)))
    )
    return Plan(
        troubles=troubles,
        wishes=wishes,
        kills=random.choice((0, 1, 1, 2, 3, 6)),
        stops=random.choice((0, 0, 1)),
        list_lag_s=random.choice((0.0, 0.0, 5.0, 30.0, 120.0)),
        render_s=random.choice((0.05, 5.0, 60.0, 300.0)),
        nonce_window_s=random.uniform(190, 400),
        sweep_interval_s=random.choice((30.0, 120.0, 600.0)),
        upheavals=tuple(upheavals),
        upset_by_post=random.choice((None, None, DIES, random.choice(_UPHEAVALS))),
        calm_after_s=spread_s,
        clock_set_while_down=random.choice((0.0, 0.0, 0.0, 0.5)),
    )


def _wish(timeline: Timeline) -> Wish:
    random = timeline.random
    return Wish(
        at_s=random.choice((0.0, random.uniform(0, 600))),
        user_id=random.choice((71, 72)),
        takes=random.choice((1, 1, 1, 1, 1, 2, 3)),
        private=random.random() < 0.1,
        prompt=random.choice(("A heron lands on the pond.", "A heron takes off.")),
        card_known=random.random() < 0.6,
        cancelled_after_s=random.choice((None, None, random.uniform(0, 3), random.uniform(0, 400))),
    )
