"""Whatever was typed, Discord takes the cards behind More…, and nobody can bend them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.generations.reels import Line, Reel
from bot.generations.shelf import Take
from bot.models.generation import (
    Ancestor,
    GenerationState,
    Origin,
    OriginKind,
    RequestWithTakes,
    Shot,
    Surface,
)
from bot.models.references import Element, StoredImage
from bot.models.video import StoredVideo
from bot.ui.card import Card
from bot.ui.more_card import Viewer, more_view
from bot.ui.reel_card import joining_view, reel_view
from tests.conformance.discord_spec import COMPONENTS_V2, DiscordSpec, published_specification
from tests.ui.cards import (
    ALICE,
    MODEL_NAME,
    ORIGINAL,
    PROMPTS,
    REQUEST,
    SETTINGS,
    alive,
    components,
    labels,
    mentioned,
    shown,
    take,
)

IMAGE = StoredImage("a" * 64, "image/png", 640, 480, 9_000)


@pytest.fixture(scope="module")
def spec() -> DiscordSpec:
    if not published_specification().exists():
        pytest.skip("Discord's specification is not there")
    return DiscordSpec(published_specification())


def problems(spec: DiscordSpec, card: Card) -> list[str]:
    body = {"components": components(card), "flags": COMPONENTS_V2}
    return spec.check_request("POST", "/channels/1/messages", body)


def finished(prompt: str, *, name: str = "alice", shots: int = 0) -> Take:
    request = replace(
        REQUEST,
        settings=replace(
            SETTINGS,
            prompt=prompt,
            negative_prompt=prompt,
            shots=(Shot(prompt, 1),) * shots,
            extra=(("mode", prompt),),
        ),
        elements=(Element(name, IMAGE),),
        origin=Origin(OriginKind.CONTINUE, 3, 4),
        ancestor=Ancestor(ALICE, name, REQUEST.guild_id, 9, private=False, message_id=77),
    )
    made = take(
        GenerationState.DELIVERED,
        result=StoredVideo("1.mp4", ORIGINAL),
        surface=Surface.REPLY,
        oxen_id="9f1c",
    )
    return Take(RequestWithTakes(request, (made,)), made, StoredVideo("1.mp4", ORIGINAL))


@settings(deadline=None)
@given(prompt=PROMPTS, name=PROMPTS, shots=st.integers(0, 20), everything=st.booleans())
def test_every_card_is_one_that_discord_takes(
    spec: DiscordSpec, *, prompt: str, name: str, shots: int, everything: bool
) -> None:
    one = finished(prompt, name=name, shots=shots)
    viewer = Viewer(is_owner=not everything, may_join=everything, may_delete=everything)
    line = Line((one,) * 20 if everything else (one, one))
    for card in (
        more_view(one, viewer, model_name=MODEL_NAME, pictures="all.webp"),
        joining_view(line),
        reel_view(Reel(line, Path("r.mp4"), ORIGINAL, everything), filename="r.mp4", made_by=7),
    ):
        assert problems(spec, card) == []
        assert mentioned(shown(card)) <= {str(ALICE), "7"}


@given(PROMPTS)
def test_nothing_typed_is_alive_on_the_card(prompt: str) -> None:
    viewer = Viewer(is_owner=True, may_join=False, may_delete=True)
    card = more_view(finished(prompt), viewer, model_name=MODEL_NAME)

    (quoted,) = [line for line in shown(card).splitlines() if line.startswith("> ")]
    assert alive(quoted.removeprefix("> ")) == []


def test_two_rows_hold_what_each_may_do() -> None:
    nobody = Viewer(is_owner=False, may_join=False, may_delete=False)
    owner = Viewer(is_owner=True, may_join=True, may_delete=True)

    def row(viewer: Viewer) -> list[str]:
        return labels(more_view(finished("a walk"), viewer, model_name=MODEL_NAME))

    assert row(nobody) == ["Send again", "Fork", "Lineage", "API call", "Original"]
    assert row(owner) == ["Send again", "Make reel", "Lineage", "API call", "Original", "Delete"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "continues [alice’s video](https://discord.com/channels/"),  # noqa: RUF001
        ({"message_id": None}, "continues alice’s video"),  # noqa: RUF001
        ({"private": True}, "continues a private video"),
        ({"guild_id": 1}, "continues a video elsewhere"),
    ],
)
def test_what_it_came_from_is_named_where_it_may_be(change: dict[str, object], said: str) -> None:
    one = finished("a walk")
    request = one.request.request
    assert request.ancestor is not None
    changed = replace(request, ancestor=replace(request.ancestor, **change))  # type: ignore[arg-type]
    one = replace(one, request=replace(one.request, request=changed))
    viewer = Viewer(is_owner=True, may_join=False, may_delete=True)

    told = shown(more_view(one, viewer, model_name=MODEL_NAME))

    assert f"**Lineage** {said}" in told
