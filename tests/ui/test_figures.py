from dataclasses import replace

import pytest

from bot.ui import figures
from tests.ui.cards import MODEL_NAME, REQUEST, SETTINGS


def test_small_print_keeps_its_order() -> None:
    parts = figures.small_print(SETTINGS, 1_344_000, model_name=MODEL_NAME)
    assert figures.small(*parts) == "-# Kling O3 Pro · 6 s · 9:16 · sound · $1.34"


def test_small_print_says_when_the_price_is_unknown() -> None:
    parts = figures.small_print(
        replace(SETTINGS, audio=False), None, model_name=MODEL_NAME, takes=3
    )
    assert parts == ("Kling O3 Pro", "6 s", "9:16", "no sound", "3 takes", "price unknown")


def test_small_print_of_several_takes_shows_what_all_of_them_cost() -> None:
    parts = figures.small_print(SETTINGS, 1_344_000, model_name=MODEL_NAME, takes=3)
    assert parts[-2:] == ("3 takes", "$4.03")


@pytest.mark.parametrize(
    ("span_ms", "words"),
    [
        (0, "1 s"),
        (9_400, "9 s"),
        (100_000, "1 min 40 s"),
        (120_000, "2 min"),
        (3_900_000, "1 h 5 min"),
        (3_661_000, "1 h 1 min"),
    ],
)
def test_durations_use_the_units_that_matter(span_ms: int, words: str) -> None:
    assert figures.duration(span_ms) == words


def test_sizes_are_in_mebibytes() -> None:
    assert figures.mebibytes(14_889_779) == "14.2 MiB"
    assert figures.mebibytes(10) == "0.1 MiB"


@pytest.mark.parametrize(
    ("used", "limit", "filled"),
    [(0, 5, 0), (1, 500, 1), (3, 5, 6), (499, 500, 9), (5, 5, 10), (7, 5, 10), (0, 0, 10)],
)
def test_a_bar_is_full_only_when_nothing_is_left(used: int, limit: int, filled: int) -> None:
    assert figures.bar(used, limit) == "█" * filled + "░" * (10 - filled)


def test_links_lead_to_the_channel_or_to_the_direct_messages() -> None:
    assert figures.message_link(REQUEST, 9) == (
        "https://discord.com/channels/613425648685547541/381870553235193857/9"
    )
    assert "/@me/" in figures.message_link(replace(REQUEST, private=True), 9)
    assert "/@me/" in figures.message_link(replace(REQUEST, guild_id=None), 9)


def test_times_are_left_to_discord() -> None:
    assert figures.relative(1_770_000_000_999) == "<t:1770000000:R>"
