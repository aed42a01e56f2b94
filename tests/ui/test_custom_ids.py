import itertools
import re
from dataclasses import replace
from datetime import date

import pytest

from bot.generations.history import Search, digest
from bot.models.history import HistoryState
from bot.ui.card import Accent, Card, button, buttons
from bot.ui.custom_ids import (
    Action,
    Worded,
    custom_id,
    template,
    worded_id,
    worded_template,
)
from bot.ui.history_card import SEARCHED_CHARS, packed, unpacked


@pytest.mark.parametrize("action", list(Action))
def test_a_template_reads_back_its_own_ids_and_no_others(action: Action) -> None:
    longest = custom_id(action, 2**64 - 1)
    assert len(longest) <= 100
    match = re.fullmatch(template(action), longest)
    assert match is not None
    assert int(match["number"]) == 2**64 - 1
    for other in set(Action) - {action}:
        assert re.fullmatch(template(other), longest) is None
    assert re.fullmatch(template(action), f"{longest}0") is None


def test_names_on_the_wire_are_never_changed() -> None:
    """Buttons posted long ago carry them: this list may only grow."""
    assert {action.value for action in Action} >= {
        "again",
        "edit",
        "api",
        "cancel",
        "delete",
        "delete-yes",
        "original",
        "draft",
    }
    assert custom_id(Action.AGAIN, 17) == "clap:again:17"


def test_no_template_is_the_start_of_another() -> None:
    for one, other in itertools.permutations(Action, 2):
        assert re.match(template(one), custom_id(other, 1)) is None


async def test_a_card_is_never_kept_in_memory_to_wait_for_its_buttons() -> None:
    card = Card(buttons(button("Again", Action.AGAIN, 1)), accent=Accent.DONE)
    assert card.is_finished()
    assert not card.is_dispatchable()


def test_a_page_of_the_history_with_the_longest_search_fits_into_a_button() -> None:
    search = Search(
        state=HistoryState.UNDER_WAY,
        model="a-model-with-quite-a-long-name",
        text="|" * SEARCHED_CHARS,
        since=date.max,
        until=date.max,
    )
    custom = worded_id(Worded.HISTORY, packed(99_999, search))

    match = re.fullmatch(worded_template(Worded.HISTORY), custom)
    assert match is not None
    number, found = unpacked(match["words"])
    assert number == 99_999
    assert found == replace(search, model=digest(search.model))
