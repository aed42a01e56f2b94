from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models.draft import Draft
from bot.models.generation import Shot
from bot.models.quota import Period, QuotaLimits, QuotaWindow, Usage, Used
from bot.models.quote import Confirm, Quote, QuotePolicy
from bot.ui.draft_card import preview_view, quote_view
from tests.conformance.discord_spec import DiscordSpec
from tests.ui.cards import ALICE, MODEL_NAME, NOW_MS, PROMPTS, SETTINGS, labels, mentioned, shown
from tests.ui.test_every_card import problems, spec

__all__ = ["spec"]

LIMITS = QuotaLimits(5, None, 50, 500, None)
DAY = QuotaWindow(Period.DAY, NOW_MS, NOW_MS + 1)
MONTH = QuotaWindow(Period.MONTH, NOW_MS, NOW_MS + 1)
USAGE = Usage(((DAY, Used(1, 6)), (MONTH, Used(40, 400))), in_flight=0)
DRAFT = Draft(ALICE, SETTINGS, (), takes=2, private=False)
IMPRINT = "0123456789ab"
QUOTE = Quote(17, DRAFT, 1_344_000, LIMITS, USAGE, over_quota=None, typical_ms=95_000)


def question(quote: Quote = QUOTE) -> str:
    return shown(quote_view(quote, imprint=IMPRINT, model_name=MODEL_NAME))


def test_a_question_says_all_that_decides() -> None:
    assert question().splitlines() == [
        "### Render this for $2.69?",
        "> a calm walk on the moon",
        "2 takes at $1.34 each.",
        "Usually there in about 1 min 35 s.",
        "Leaves 2 of 5 videos and 32 of 50 s today,",
        "88 of 500 s this month.",
        "-# Kling O3 Pro · 6 s · 9:16 · sound · 2 takes · $2.69",
    ]
    card = quote_view(QUOTE, imprint=IMPRINT, model_name=MODEL_NAME)
    assert labels(card) == ["Render for $2.69", "Preview", "Edit", "Discard"]


def test_what_is_not_known_or_not_limited_is_not_made_up() -> None:
    free = QuotaLimits(None, None, None, None, None)
    card = question(replace(QUOTE, price_microusd=None, limits=free))
    assert "at a price that is not known?" in card
    assert "Oxen names no price for this model" in card
    assert "Leaves" not in card


def test_a_private_one_says_so() -> None:
    assert "by direct message" in question(replace(QUOTE, draft=replace(DRAFT, private=True)))


def test_a_preview_that_the_quota_does_not_admit_has_no_button_to_begin_it() -> None:
    refused = replace(QUOTE, over_quota="You have used 5 of 5 videos today.")
    card = preview_view(refused, imprint=IMPRINT, model_name=MODEL_NAME, filename="a.mp4")
    assert "You have used 5 of 5 videos today." in shown(card)
    assert labels(card) == ["Edit", "Discard"]


SHOTS = st.lists(st.builds(Shot, PROMPTS, st.integers(1, 15)), max_size=15).map(tuple)


@settings(deadline=None)
@given(PROMPTS, SHOTS, st.none() | st.integers(0, 10**9), st.booleans())
def test_every_card_of_a_draft_is_one_that_discord_takes(
    spec: DiscordSpec, prompt: str, shots: tuple[Shot, ...], price: int | None, private: Any
) -> None:
    asked = replace(SETTINGS, prompt=prompt, shots=shots)
    draft = replace(DRAFT, settings=asked, private=bool(private))
    quote = replace(QUOTE, draft=draft, price_microusd=price)
    for card in (
        quote_view(quote, imprint=IMPRINT, model_name=MODEL_NAME, pictures="all.webp"),
        preview_view(quote, imprint=IMPRINT, model_name=MODEL_NAME, filename="a.mp4"),
    ):
        assert problems(spec, card) == []
        assert mentioned(shown(card)) == set()


@pytest.mark.parametrize(
    ("confirm", "total", "asks"),
    [
        (Confirm.ALWAYS, 0, True),
        (Confirm.NEVER, None, False),
        (Confirm.ABOVE, 4_000_000, False),
        (Confirm.ABOVE, 4_000_001, True),
        (Confirm.ABOVE, None, True),
    ],
)
def test_when_to_ask(confirm: Confirm, total: int | None, *, asks: bool) -> None:
    assert QuotePolicy(confirm, 4_000_000).asks(total) == asks
