from typing import Any

from bot.ui.card import Accent, Card
from bot.ui.result_card import result_view
from tests.ui.cards import ALICE, MODEL_NAME, accent, components, finished, labels, shown


def view(**changes: Any) -> Card:
    return result_view(finished(**changes), model_name=MODEL_NAME, filename="moon.mp4")


def test_a_result_shows_who_what_and_how_long_it_took() -> None:
    card = view()
    assert shown(card).splitlines() == [
        f"### Video for <@{ALICE}>",
        "> a calm walk on the moon",
        "-# Kling O3 Pro · 6 s · 9:16 · sound · $1.34 · took 1 min 40 s",
    ]
    assert accent(card) == Accent.DONE
    assert labels(card) == ["Again", "Edit", "Continue", "More…"]


def test_the_video_is_the_attached_file_described_for_those_who_cannot_see_it() -> None:
    gallery = components(view())[0]["components"][1]
    (item,) = gallery["items"]
    assert item["media"]["url"] == "attachment://moon.mp4"
    assert item["description"] == "Video: a calm walk on the moon"


def test_a_video_made_smaller_says_so_and_offers_the_original() -> None:
    card = view(shrunk=True)
    assert (
        "-# Made smaller to fit this channel; the original is 14.2 MiB." in shown(card).splitlines()
    )
    assert labels(card) == ["Again", "Edit", "Continue", "Original", "More…"]


def test_one_of_several_takes_says_which() -> None:
    assert f"### Video for <@{ALICE}> · take 2 of 3" in shown(view(number=2, takes=3))


def test_buttons_carry_the_ids_that_outlive_a_restart() -> None:
    row = components(view(shrunk=True))[0]["components"][-1]
    assert [button["custom_id"] for button in row["components"]] == [
        "clap:again:17",
        "clap:edit:17",
        "clap:continue:101",
        "clap:original:101",
        "clap:more:101",
    ]
