"""Whatever a storyboard holds, Discord takes its card and its forms, and nobody can bend them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.generations.storyboards import MAX_SHOTS, empty_storyboard, with_pictures, with_shot
from bot.models.draft import Draft
from bot.models.generation import Shot
from bot.models.kling import KLING_FORM
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage
from bot.ui import figures
from bot.ui.storyboard_card import Storyboard, Strip, storyboard_view
from bot.ui.storyboard_modals import PicturesModal, SettingsModal, ShotModal, ShotPlace
from tests.conformance.discord_spec import COMPONENTS_V2, DiscordSpec, published_specification
from tests.ui.cards import ALICE, NASTY, PROMPTS, alive, components, shown

TEXTS = PROMPTS | st.sampled_from([text * 60 for text in NASTY])
SHOTS = st.lists(st.builds(Shot, TEXTS, st.integers(1, 15)), max_size=MAX_SHOTS)
ROLES = st.lists(st.sampled_from(ReferenceRole), max_size=10)


@pytest.fixture(scope="module")
def spec() -> DiscordSpec:
    if not published_specification().exists():
        pytest.skip("Discord's specification is not there")
    return DiscordSpec(published_specification())


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    draft = empty_storyboard(ALICE, "kling", KLING_FORM)
    for shot in draw(SHOTS):
        draft = with_shot(draft, shot, place=1)
    pictures = [
        ReferenceImage(StoredImage(str(n), "image/png", 640, 480, 1), role, 1)
        for n, role in enumerate(draw(ROLES))
    ]
    return replace(with_pictures(draft, pictures), takes=draw(st.integers(1, 4)))


@st.composite
def boards(draw: st.DrawFn) -> Storyboard:
    draft = draw(drafts())
    names = [str(n) for n in range(len(draft.references))]
    return Storyboard(
        draft_id=2**63 - 1,
        draft=replace(
            draft, settings=replace(draft.settings, negative_prompt=draw(st.none() | TEXTS))
        ),
        model_name=draw(TEXTS),
        form=KLING_FORM,
        price_microusd=draw(st.none() | st.just(3_360_000)),
        imprint="0123456789ab",
        missing=draw(st.none() | st.just("Something is missing. " * 20)),
        strips=tuple(
            Strip(f"references{at}.webp", tuple(names[at : at + 4]))
            for at in range(0, len(names), 4)
        ),
        notes=("That was not a picture. " * 5,) * draw(st.integers(0, 10)),
        resumed=draw(st.booleans()),
    )


@settings(deadline=None, max_examples=25)
@given(boards())
def test_every_card_is_one_that_discord_takes(spec: DiscordSpec, board: Storyboard) -> None:
    card = storyboard_view(board)
    wire = components(card)
    body = {"components": wire, "flags": COMPONENTS_V2}
    assert spec.check_request("POST", "/channels/1/messages", body) == []
    assert _count(wire) <= 40
    assert len(shown(card)) <= 4000


@settings(max_examples=25)
@given(boards())
def test_no_prompt_leaves_its_line(board: Storyboard) -> None:
    lines = shown(storyboard_view(board)).splitlines()
    quoted = [line for line in lines if line.startswith("> ")]
    assert len(quoted) == len(board.draft.settings.shots)
    for line in quoted:
        typed = line.split(figures.DOT, 3)[3] if line.startswith("> **Shot") else line[2:]
        assert alive(typed) == []


async def _nothing(*_: Any) -> None:
    """Take what a form gives."""


@settings(deadline=None, max_examples=5)
@given(draft=drafts())
async def test_every_form_is_one_that_discord_takes(spec: DiscordSpec, draft: Draft) -> None:
    forms: list[Any] = [
        PicturesModal(draft, KLING_FORM, submitted=_nothing, failed=_nothing),
        SettingsModal(draft, KLING_FORM, submitted=_nothing, failed=_nothing),
    ]
    count = len(draft.settings.shots)
    forms += [
        ShotModal(
            shot, ShotPlace(number, count, -3), KLING_FORM, submitted=_nothing, failed=_nothing
        )
        for number, shot in enumerate(draft.settings.shots, start=1)
    ]
    for form in forms:
        body = {"type": 9, "data": form.to_dict()}
        assert spec.check_request("POST", "/interactions/1/a/callback", body) == []
        assert len(form.children) <= 5


def _count(items: list[dict[str, Any]]) -> int:
    """Every component, nested ones and accessories included, as Discord counts them."""
    return sum(
        1
        + _count(item.get("components", []))
        + _count([item["accessory"]] if "accessory" in item else [])
        for item in items
    )
