"""Whatever was typed and whatever happened, Discord takes the card and nobody can bend it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.generations.ports import Progress
from bot.models.generation import Failure, FailureKind, Generation, GenerationState
from bot.models.video import StoredVideo
from bot.ui.card import Card
from bot.ui.progress_card import progress_view
from bot.ui.result_card import result_view
from tests.conformance.discord_spec import COMPONENTS_V2, DiscordSpec, published_specification
from tests.ui.cards import (
    ALICE,
    MODEL_NAME,
    NOW_MS,
    ORIGINAL,
    PROMPTS,
    alive,
    components,
    finished,
    mentioned,
    progress,
    shown,
    take,
)

MOMENTS = st.integers(NOW_MS, NOW_MS + 10_000_000)


@st.composite
def generations(draw: st.DrawFn) -> tuple[Generation, ...]:
    states = draw(st.lists(st.sampled_from(GenerationState), min_size=1, max_size=4))
    return tuple(
        take(
            state,
            number,
            cancel_requested_at_ms=draw(st.none() | MOMENTS),
            failure=Failure(draw(st.sampled_from(FailureKind)), draw(PROMPTS))
            if state is GenerationState.FAILED and draw(st.booleans())
            else None,
            result=draw(st.none() | st.just(StoredVideo("1.mp4", ORIGINAL))),
        )
        for number, state in enumerate(states, start=1)
    )


@st.composite
def progresses(draw: st.DrawFn) -> Progress:
    takes = draw(generations())
    return progress(
        *takes,
        prompt=draw(PROMPTS),
        waiting_position=draw(st.none() | st.integers(1, 10_000)),
        expected_at_ms=draw(st.none() | MOMENTS),
        oxen_away=draw(st.booleans()),
        waiting_total=draw(st.integers(0, 10_000)),
    )


@pytest.fixture(scope="module")
def spec() -> DiscordSpec:
    if not published_specification().exists():
        pytest.skip("Discord's specification is not there")
    return DiscordSpec(published_specification())


def problems(spec: DiscordSpec, card: ui.LayoutView) -> list[str]:
    body = {"components": components(card), "flags": COMPONENTS_V2}
    return spec.check_request("POST", "/channels/1/messages", body)


def draw_progress(progress: Progress, pictures: str | None = None) -> Card:
    return progress_view(progress, model_name=MODEL_NAME, pictures=pictures, looked_up=True)


@settings(deadline=None)
@given(progresses(), st.sampled_from([None, "all.webp"]))
def test_every_placeholder_is_one_that_discord_takes(
    spec: DiscordSpec, progress: Progress, pictures: str | None
) -> None:
    card = draw_progress(progress, pictures)
    assert problems(spec, card) == []


@settings(deadline=None)
@given(PROMPTS, st.integers(1, 4))
def test_every_result_is_one_that_discord_takes(spec: DiscordSpec, prompt: str, takes: int) -> None:
    card = result_view(
        finished(prompt=prompt, shrunk=True, takes=takes),
        model_name=MODEL_NAME,
        filename="a.mp4",
    )
    assert problems(spec, card) == []
    assert mentioned(shown(card)) == {str(ALICE)}


@given(progresses())
def test_a_placeholder_mentions_nobody_but_the_requester(progress: Progress) -> None:
    assert mentioned(shown(draw_progress(progress))) == {str(ALICE)}


@given(progresses())
def test_nothing_typed_changes_a_card_outside_its_own_place(progress: Progress) -> None:
    """The same card with tame words differs in the quotations only, and they are lifeless."""
    wild = shown(draw_progress(progress)).splitlines()
    tame = shown(draw_progress(tamed(progress))).splitlines()
    assert len([line for line in wild if line.startswith("> ")]) <= 1
    assert [line for line in wild if not is_quotation(line)] == [
        line for line in tame if not is_quotation(line)
    ]
    for line in filter(is_quotation, wild):
        assert alive(line.removeprefix("> ").removeprefix("-# ")) == []


def is_quotation(line: str) -> bool:
    return line.startswith(("> ", "-# Oxen: “"))


def tamed(progress: Progress) -> Progress:
    """The same progress with harmless words, as far as they do not decide what the card says."""
    request = progress.request.request
    return replace(
        progress,
        request=replace(
            progress.request,
            request=replace(request, settings=replace(request.settings, prompt="a walk")),
        ),
    )
