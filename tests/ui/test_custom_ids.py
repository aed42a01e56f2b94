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
    Pair,
    Worded,
    custom_id,
    imprinted_id,
    imprinted_template,
    pair_id,
    pair_template,
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


@pytest.mark.parametrize("action", list(Pair))
def test_a_template_reads_back_both_of_its_numbers(action: Pair) -> None:
    longest = pair_id(action, 2**64 - 1, 2**64 - 2)
    assert len(longest) <= 100
    match = re.fullmatch(pair_template(action), longest)
    assert match is not None
    assert (int(match["number"]), int(match["second"])) == (2**64 - 1, 2**64 - 2)
    for incomplete in (longest + "0", longest + ":1", f"clap:{action}:17", f"clap:{action}:17:"):
        assert re.fullmatch(pair_template(action), incomplete) is None


@pytest.mark.parametrize("action", [Action.BEGIN, Action.BEGIN_PRIVATE])
def test_a_button_says_what_its_card_shows_and_older_ones_are_still_read(action: Action) -> None:
    longest = imprinted_id(action, 2**64 - 1, "0123456789ab")
    assert len(longest) <= 100
    match = re.fullmatch(imprinted_template(action), longest)
    assert match is not None
    assert (int(match["number"]), match["imprint"]) == (2**64 - 1, "0123456789ab")
    earlier = re.fullmatch(imprinted_template(action), custom_id(action, 17))
    assert earlier is not None
    assert (earlier["number"], earlier["imprint"]) == ("17", None)
    assert re.fullmatch(imprinted_template(action), f"{longest}0") is None


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
    assert pair_id(Pair.STORYBOARD_SHOT, 17, 2) == "clap:board-shot:17:2"


def test_no_template_is_the_start_of_another() -> None:
    known = [(template(action), custom_id(action, 1)) for action in Action]
    known += [(pair_template(pair), pair_id(pair, 1, 2)) for pair in Pair]
    known += [(worded_template(one), worded_id(one, "1")) for one in Worded]
    for one, other in itertools.permutations(known, 2):
        assert re.match(one[0], other[1]) is None


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
