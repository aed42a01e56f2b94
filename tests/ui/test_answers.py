from __future__ import annotations

import pytest
from discord import ui
from hypothesis import example, given
from hypothesis import strategies as st

from bot.ui import answers
from bot.ui.card import Accent
from tests.conformance.discord_spec import COMPONENTS_V2, DiscordSpec, published_specification
from tests.ui.cards import PROMPTS, accent, components, labels, shown

ALL = [
    answers.notice("Done."),
    answers.refusal("Too long."),
    answers.refusal("Too long.", draft_id=2**64 - 1),
    answers.refusal("Too many.", draft_id=1, typed="*" * 9_000, by_command=True),
    answers.refusal("  "),
    answers.refusal("Too long.", typed="*" * 9_000),
    answers.unexpected(),
    answers.on_its_way(),
    answers.on_its_way("https://discord.com/channels/1/2/3"),
    answers.cancelling(),
    answers.confirm_delete(7, take=2, takes=4),
    answers.deleted(),
    answers.original("https://hub.oxen.ai/a b?x=(1)", 14_889_779),
    answers.original("https://hub.oxen.ai/" + "a" * 5000, 1),
    answers.api_call("curl x", filenames=("call.sh", "call.py")),
]


@pytest.mark.parametrize("card", ALL)
def test_every_answer_is_one_that_discord_takes(card: ui.LayoutView) -> None:
    if not published_specification().exists():
        pytest.skip("Discord's specification is not there")
    body = {
        "type": 4,
        "data": {"components": components(card), "flags": COMPONENTS_V2 | 64},
    }
    spec = DiscordSpec(published_specification())
    assert spec.check_request("POST", "/interactions/1/token/callback", body) == []


def test_a_refusal_is_the_errors_own_text_with_a_way_back_to_the_form() -> None:
    card = answers.refusal("That prompt is 540 characters, 28 too many.", draft_id=12)
    assert shown(card) == "That prompt is 540 characters, 28 too many."
    assert accent(card) == Accent.ATTENTION
    assert labels(card) == ["Edit"]
    assert "clap:draft:12" in str(components(card))


@given(st.text(max_size=100))
@example("x" * 9000)
@example("word " * 1000)
def test_a_refusal_of_any_length_fits(message: str) -> None:
    card = answers.refusal(message)
    assert 1 <= card.content_length() <= 4000


def test_an_address_cannot_end_its_link_early() -> None:
    card = answers.original("https://x.example/a)b](c d", 14_889_779)
    assert shown(card).splitlines()[0] == (
        "[The original, 14.2 MiB](https://x.example/a%29b%5D%28c%20d)"
    )


def test_a_call_that_would_break_out_of_its_code_block_is_only_attached() -> None:
    card = answers.api_call("curl -d '```'", filenames=("call.sh",))
    assert "curl" not in shown(card)
    assert "attachment://call.sh" in str(components(card))


def test_a_short_call_is_shown_and_attached() -> None:
    card = answers.api_call("curl https://hub.oxen.ai", filenames=("call.sh", "call.py"))
    assert "```bash\ncurl https://hub.oxen.ai\n```" in shown(card)
    assert str(components(card)).count("attachment://") == 2


@given(PROMPTS)
def test_no_call_breaks_out_of_its_code_block(prompt: str) -> None:
    blocks = shown(answers.api_call(prompt, filenames=("call.sh",))).count("```")
    assert blocks in {0, 2}


def test_deleting_asks_once() -> None:
    card = answers.confirm_delete(7, take=1, takes=1)
    assert labels(card) == ["Delete"]
    assert "clap:delete-yes:7" in str(components(card))
    assert "Delete take 2 of 4 from" in shown(answers.confirm_delete(7, take=2, takes=4))
