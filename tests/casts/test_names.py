from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casts.names import check_name, did_you_mean, mentioned, names_in
from bot.errors import InvalidRequestError
from bot.generations.mentions import named, with_cast
from bot.models.cast import handle_of, is_name

TYPED = st.text(max_size=40) | st.from_regex(
    r"(image|element|luna|here)[0-9]?[\w-]*", fullmatch=True
)
RESERVED = {"everyone", "here"}


@given(TYPED)
def test_a_name_is_exactly_what_a_prompt_can_write(typed: str) -> None:
    whole = named([f"so @{typed} walks"]) == (typed,)

    assert not is_name(typed) or whole
    assert is_name(typed) or not whole or len(typed) > 32 or handle_of(typed) in RESERVED


@given(TYPED)
def test_what_cannot_be_a_name_is_refused_in_words(typed: str) -> None:
    if is_name(typed):
        check_name(typed)
        return
    with pytest.raises(InvalidRequestError, match=r"name"):
        check_name(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Element3", "@Element3 means something else already. Choose another name, such as luna."),
        ("everyone", "@everyone means something else already. Choose another name, such as luna."),
        ("x" * 33, "That name is 33 characters; a name can have 32."),
        ("two words", "A name begins with a letter and has letters, digits, _ and - after it"),
        ("7up", "A name begins with a letter"),
    ],
)
def test_a_refusal_says_what_would_be_right(typed: str, words: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        check_name(typed)

    assert str(refusal.value).startswith(words)


@given(st.lists(TYPED.filter(is_name), max_size=4), TYPED)
def test_names_are_added_to_a_prompt_once(names: list[str], prompt: str) -> None:
    added = with_cast(prompt, names)

    assert {handle_of(name) for name in names} <= {handle_of(name) for name in named([added])}
    assert added.startswith(prompt)
    assert with_cast(added, names) == added


def test_names_may_have_commas_spaces_and_signs_between_them() -> None:
    assert names_in(" @luna, rex,,\tred_bike ") == ("luna", "rex", "red_bike")
    assert names_in("") == ()


def test_only_names_that_are_near_are_offered() -> None:
    known = ["luna", "Lune", "red_bike", "zorro"]

    assert did_you_mean("LUNNA", known) == "Did you mean @luna or @Lune?"
    assert did_you_mean("red-bike", known) == r"Did you mean @red\_bike?"
    assert did_you_mean("quentin", known) == ""
    assert mentioned("__x__") == r"@\_\_x\_\_"
