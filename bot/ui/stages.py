"""What a generation's state means to the people who wait for it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from bot.models.generation import AT_OXEN_STATES, Generation, GenerationState


class Stage(Enum):
    """States as a card tells them, furthest along first among those still under way."""

    RENDERING = "rendering"
    ARRIVING = "arriving"
    SENT = "sent"
    WAITING = "waiting"
    CANCELLING = "cancelling"
    DONE = "done"
    PARTLY_DONE = "partly done"
    """Of several takes, some were made and some failed."""
    FAILED = "failed"
    CANCELLED = "cancelled"


STAGE_NAMES = {
    Stage.RENDERING: "Rendering",
    Stage.ARRIVING: "Arriving",
    Stage.SENT: "On its way",
    Stage.WAITING: "In line",
    Stage.CANCELLING: "Cancelling",
    Stage.DONE: "Done",
    Stage.PARTLY_DONE: "Partly done",
    Stage.FAILED: "Not made",
    Stage.CANCELLED: "Cancelled",
}
"""As lists of requests say it."""

UNDER_WAY = (Stage.RENDERING, Stage.ARRIVING, Stage.SENT, Stage.WAITING, Stage.CANCELLING)

_BY_STATE = {
    GenerationState.RESERVED: Stage.WAITING,
    GenerationState.SUBMITTING: Stage.SENT,
    GenerationState.RENDERING: Stage.RENDERING,
    GenerationState.READY: Stage.ARRIVING,
    GenerationState.POSTING: Stage.ARRIVING,
    GenerationState.DELIVERED: Stage.DONE,
    GenerationState.FAILED: Stage.FAILED,
    GenerationState.CANCELLED: Stage.CANCELLED,
}


def stage_of(generation: Generation) -> Stage:
    """The stage of one take."""
    if generation.state in AT_OXEN_STATES and generation.cancel_requested_at_ms is not None:
        return Stage.CANCELLING
    return _BY_STATE[generation.state]


def overall_stage(generations: Sequence[Generation]) -> Stage:
    """The stage of a request: that of its take furthest along, or how all of them ended."""
    stages = {stage_of(generation) for generation in generations}
    for stage in UNDER_WAY:
        if stage in stages:
            return stage
    if Stage.DONE in stages:
        return Stage.PARTLY_DONE if Stage.FAILED in stages else Stage.DONE
    return Stage.FAILED if Stage.FAILED in stages else Stage.CANCELLED


def has_no_place(generation: Generation) -> bool:
    """Whether it was made, and could not be posted anywhere."""
    return generation.result is not None and generation.state is GenerationState.FAILED


def can_cancel(generations: Sequence[Generation]) -> bool:
    """Whether there is something left that a cancel button could stop."""
    stoppable = {Stage.WAITING, Stage.SENT, Stage.RENDERING}
    return any(stage_of(generation) in stoppable for generation in generations)
