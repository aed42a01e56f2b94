from typing import Any

import pytest
from discord import ui

from bot.models.generation import Failure, FailureKind, Generation, GenerationState
from bot.models.video import StoredVideo
from bot.ui.card import Accent, Card
from bot.ui.progress_card import Pictures, pictures_of, progress_view
from tests.ui.cards import (
    ALICE,
    MODEL_NAME,
    NOW_MS,
    ORIGINAL,
    accent,
    components,
    labels,
    progress,
    shown,
    take,
)

State = GenerationState
LINK = "https://discord.com/channels/613425648685547541/381870553235193857/1001"
SAFETY = "Oxen could not make this one: its safety check refused the prompt or a picture."


def view(*takes: Generation, pictures: str | None = None, **changes: Any) -> Card:
    return progress_view(progress(*takes, **changes), model_name=MODEL_NAME, pictures=pictures)


def test_a_rendering_card_reads_from_who_to_what_it_costs() -> None:
    card = view(take(State.RENDERING), expected_at_ms=NOW_MS)
    assert shown(card).splitlines() == [
        f"### Rendering for <@{ALICE}>",
        "> a calm walk on the moon",
        "Expected <t:1770000000:R>",
        "-# Kling O3 Pro · 6 s · 9:16 · sound · $1.34",
    ]
    assert labels(card) == ["Cancel"]


@pytest.mark.parametrize(
    ("state", "colour", "words", "buttons"),
    [
        (State.RESERVED, Accent.QUIET, "In line · usually a few minutes", ["Cancel"]),
        (State.SUBMITTING, Accent.AT_WORK, "Oxen is being asked.", ["Cancel"]),
        (State.RENDERING, Accent.AT_WORK, "Usually a few minutes", ["Cancel"]),
        (State.READY, Accent.AT_WORK, "on its way here", []),
        (State.POSTING, Accent.AT_WORK, "on its way here", []),
        (State.DELIVERED, Accent.DONE, f"Done for <@{ALICE}>", []),
        (State.FAILED, Accent.FAILED, "its safety check refused", ["Again", "Edit"]),
        (State.CANCELLED, Accent.QUIET, "Nothing was charged.", ["Again", "Edit"]),
    ],
)
def test_each_state_has_its_colour_its_words_and_its_buttons(
    state: GenerationState, colour: Accent, words: str, buttons: list[str]
) -> None:
    card = view(take(state))
    assert accent(card) == colour
    assert words in shown(card)
    assert labels(card) == buttons


@pytest.mark.parametrize(
    ("position", "words"), [(1, "Next in line"), (4, "Number 4 in line"), (None, "In line")]
)
def test_a_waiting_card_shows_its_place(position: int | None, words: str) -> None:
    assert words in shown(view(take(State.RESERVED), waiting_position=position))


def test_a_delivered_card_shrinks_to_one_line_with_a_link() -> None:
    card = view(take(State.DELIVERED), pictures="a.webp")
    (line,) = shown(card).splitlines()
    assert line == (f"Done for <@{ALICE}> · [see the video]({LINK})")
    assert len(list(card.walk_children())) == 2


def test_a_failed_card_has_the_reason_oxens_own_words_and_what_to_do() -> None:
    failure = Failure(FailureKind.REFUSED, "Blocked by **safety** filter, see https://x.example/a")
    card = view(take(State.FAILED, failure=failure))
    assert shown(card).splitlines()[2:5] == [
        f"{SAFETY} Nothing was charged.",
        r"-# Oxen: “Blocked by \*\*safety\*\* filter, see (address)”",
        "Change the words with Edit, or send the command with other pictures.",
    ]


def test_the_bots_own_details_stay_in_the_log() -> None:
    failure = Failure(FailureKind.INTERNAL, "KeyError: 'token'")
    assert "KeyError" not in shown(view(take(State.FAILED, failure=failure)))


def test_a_cancellation_under_way_cannot_be_pressed_again() -> None:
    card = view(take(State.RENDERING, cancel_requested_at_ms=NOW_MS))
    assert "Oxen has been asked to stop." in shown(card)
    assert labels(card) == []


def test_oxen_being_away_is_said_without_alarm() -> None:
    card = view(take(State.RESERVED), oxen_away=True, waiting_total=12)
    assert accent(card) == Accent.ATTENTION
    assert (
        "Oxen is not answering. This request is safe and goes out as soon as it is back; "
        "12 are waiting." in shown(card)
    )
    assert labels(card) == ["Cancel"]


def test_oxen_being_away_does_not_touch_what_has_ended() -> None:
    assert accent(view(take(State.DELIVERED), oxen_away=True)) == Accent.DONE
    assert "not answering" not in shown(view(take(State.CANCELLED), oxen_away=True))


def test_several_takes_have_a_line_each() -> None:
    card = view(
        take(State.DELIVERED, 1),
        take(State.RENDERING, 2),
        take(State.FAILED, 3),
        take(State.RESERVED, 4),
        expected_at_ms=NOW_MS,
    )
    assert shown(card).splitlines()[2:6] == [
        f"**Take 1** · [see the video]({LINK})",
        "**Take 2** · rendering, expected <t:1770000000:R>",
        "**Take 3** · not made: the safety check refused it",
        "**Take 4** · in line",
    ]
    assert labels(card) == ["Cancel"]


def test_all_takes_stay_side_by_side_to_choose_from() -> None:
    card = view(take(State.DELIVERED, 1), take(State.DELIVERED, 2), take(State.CANCELLED, 3))
    told = shown(card)
    assert told.startswith(f"### Done for <@{ALICE}>")
    assert told.count("[see the video](") == 2
    assert "**Take 3** · cancelled\nNothing was charged for what was not made." in told
    assert f"<@{ALICE}> picks the best one." in told
    assert labels(card) == ["Pick take 1", "Pick take 2", "Again", "Edit"]


def test_takes_that_partly_failed_keep_links_and_reasons() -> None:
    card = view(take(State.DELIVERED, 1), take(State.FAILED, 2))
    assert accent(card) == Accent.ATTENTION
    assert "[see the video](" in shown(card)
    assert "Nothing was charged for what was not made." in shown(card)
    assert labels(card) == ["Again", "Edit"]


def test_reference_pictures_are_shown_as_one_image_while_the_work_is_under_way() -> None:
    (gallery,) = [
        part
        for part in components(view(take(State.RENDERING), pictures="all.webp"))[0]["components"]
        if part["type"] == 12
    ]
    assert [item["media"]["url"] for item in gallery["items"]] == ["attachment://all.webp"]
    assert pictures_of(progress(take(State.RENDERING))) is Pictures.REFERENCES
    assert pictures_of(progress(take(State.FAILED))) is Pictures.NOTHING
    assert pictures_of(progress(take(State.DELIVERED))) is Pictures.NOTHING
    several = progress(take(State.DELIVERED), take(State.RENDERING, 2))
    assert pictures_of(several) is Pictures.TAKES


def without_a_place(number: int = 1) -> Generation:
    kept = StoredVideo("1.mp4", ORIGINAL)
    failure = Failure(FailureKind.UNDELIVERABLE)
    return take(State.FAILED, number, failure=failure, result=kept)


def test_a_video_without_a_place_is_told_from_one_that_was_not_made() -> None:
    card = view(without_a_place())
    assert shown(card).startswith(f"### Not posted for <@{ALICE}>")
    assert labels(card) == ["Send again", "Again", "Edit"]

    mixed = view(without_a_place(1), take(State.FAILED, 2))
    assert "**Take 1** · not posted: no place to post it" in shown(mixed)
    assert "**Take 2** · not made: the safety check refused it" in shown(mixed)
    assert labels(mixed) == ["Send take 1 again", "Again", "Edit"]


def test_more_buttons_than_a_row_takes_stand_in_two() -> None:
    card = view(*(without_a_place(number) for number in range(1, 5)))
    rows = [item for item in card.walk_children() if isinstance(item, ui.ActionRow)]
    assert [len(row.children) for row in rows] == [4, 2]


def test_whoever_looks_a_video_up_need_not_wait_for_its_post() -> None:
    arriving = progress(take(State.POSTING, result=StoredVideo("1.mp4", ORIGINAL)))
    assert labels(progress_view(arriving, model_name=MODEL_NAME)) == []
    card = progress_view(arriving, model_name=MODEL_NAME, looked_up=True)
    assert labels(card) == ["Send again"]
