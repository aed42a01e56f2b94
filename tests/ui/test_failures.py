import pytest

from bot.models.generation import Failure, FailureKind
from bot.ui.failures import explain


@pytest.mark.parametrize("kind", list(FailureKind))
def test_every_failure_says_what_happened_and_what_to_do(kind: FailureKind) -> None:
    words = explain(Failure(kind))
    assert words.what.endswith(".")
    assert words.next_step.endswith(".")
    assert words.briefly
    assert "!" not in words.what + words.next_step
    assert words.own_words == ""


@pytest.mark.parametrize(
    ("oxen_says", "briefly"),
    [
        ("Insufficient credits", "no credits left at Oxen"),
        ("Content flagged by the safety system", "the safety check refused it"),
        ("Failure to pass the risk control system", "the safety check refused it"),
        ("Total shot duration (16s) exceeds maximum allowed (15s).", "Oxen refused the length"),
        ("duration value '2' is invalid.", "Oxen refused the length"),
        ("Could not download image from url", "Oxen could not use a picture"),
        ("Image pixel size is invalid", "Oxen could not use a picture"),
        ("Request timed out, try again later", "Oxen is too busy"),
        ("Field required", "Oxen could not make it"),
    ],
)
def test_oxens_common_words_are_recognised(oxen_says: str, briefly: str) -> None:
    words = explain(Failure(FailureKind.REFUSED, oxen_says))
    assert words.briefly == briefly
    assert words.own_words


def test_a_failure_without_a_reason_is_still_explained() -> None:
    assert explain(None).what == "The bot itself failed at this one."


def test_links_in_oxens_words_are_not_shown() -> None:
    detail = "cannot load https://cdn.discordapp.com/a.png?hm=5ec4e7"
    assert "5ec4e7" not in explain(Failure(FailureKind.REFUSED, detail)).own_words
