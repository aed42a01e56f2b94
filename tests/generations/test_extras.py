from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidRequestError
from bot.generations import extras
from bot.models.kling import KLING_FORM
from bot.models.model_form import (
    DurationField,
    ExtraField,
    ExtraKind,
    ExtraValue,
    ModelForm,
    TextField,
)

FORM = ModelForm(
    prompt=TextField("text"),
    duration=DurationField("seconds", (4, 8), 8),
    audio="with_audio",
    extras=(
        ExtraField("resolution", ExtraKind.TEXT, choices=("720p", "1080p"), default="720p"),
        ExtraField("seed", ExtraKind.INTEGER, minimum=0, maximum=99),
        ExtraField("strength", ExtraKind.NUMBER, maximum=1),
        ExtraField("loop", ExtraKind.FLAG),
        ExtraField("style", ExtraKind.TEXT, max_chars=20),
        ExtraField("fps", ExtraKind.INTEGER, choices=(24, 30)),
        ExtraField("source", ExtraKind.ADDRESS),
    ),
)


def refusal(typed: str, form: ModelForm = FORM) -> str:
    with pytest.raises(InvalidRequestError) as caught:
        extras.check(extras.read(typed, form), form)
    return str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        "resolution=1080p, seed=4 loop=true strength=0.5 style='oil painting' fps=30",
        'Resolution = 1080P,seed=4,loop=YES,strength=.5,style="oil painting",fps=30',
    ],
)
def test_values_are_read_by_the_kind_of_their_parameter(typed: str) -> None:
    read = extras.read(typed, FORM)

    assert dict(read) == {
        "resolution": "1080p",
        "seed": 4,
        "loop": True,
        "strength": 0.5,
        "style": "oil painting",
        "fps": 30,
    }
    extras.check(read, FORM)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("resolution=4k", "`resolution` can be `720p` or `1080p`; you wrote `4k`."),
        ("resolution", "`resolution` can be `720p` or `1080p`; it has no value."),
        ("seed=100", "`seed` can be a whole number from 0 to 99; you wrote `100`."),
        ("seed=1.5", "`seed` can be a whole number from 0 to 99; you wrote `1.5`."),
        ("seed=yes", "`seed` can be a whole number from 0 to 99; you wrote `yes`."),
        ("strength=nan", "`strength` can be a number up to 1; you wrote `nan`."),
        ("loop=maybe", "`loop` can be `true` or `false`; you wrote `maybe`."),
        ("fps=25", "`fps` can be `24` or `30`; you wrote `25`."),
        (
            f"style={'x' * 21}",
            "`style` can be a text of at most 20 characters; you wrote `xxxxxxxxxxxxxxxxxxxxx`.",
        ),
        (
            "source=file:///etc/passwd",
            (
                "`source` can be an address that begins with `https://`; "
                "you wrote `file:///etc/passwd`."
            ),
        ),
        ("seed=1 seed=2", "`seed` is there twice under extra. Keep one of them."),
        (
            "seconds=4",
            "`seconds` has an option of its own here: duration. Take it out of extra.",
        ),
        (
            "with_audio=true",
            "`with_audio` has an option of its own here: audio. Take it out of extra.",
        ),
        (
            "style=oil painting",
            (
                "`painting` is not known to this model. Under extra it takes `resolution`, "
                "`seed`, `strength`, `loop`, `style`, `fps` and `source`. "
                "Put a value with spaces into quotes."
            ),
        ),
        (
            "`@everyone`=1",
            (
                "`'@everyone'` is not known to this model. Under extra it takes `resolution`, "
                "`seed`, `strength`, `loop`, `style`, `fps` and `source`."
            ),
        ),
    ],
)
def test_a_refusal_says_what_would_be_right(typed: str, words: str) -> None:
    assert refusal(typed) == words


def test_a_model_without_extras_says_so() -> None:
    assert refusal("seed=4", KLING_FORM) == (
        "`seed` is not known to this model, which takes nothing under extra."
    )


def test_what_is_required_is_asked_for_unless_it_has_a_default() -> None:
    needed = ExtraField("camera", ExtraKind.TEXT, choices=("slow", "fast"), required=True)
    form = ModelForm(prompt=TextField("prompt"), extras=(needed,))

    assert refusal("", form) == (
        "This model needs `camera`: add it under extra, as `camera=` and `slow` or `fast`."
    )


values = st.one_of(
    st.booleans().map(lambda flag: ("loop", flag)),
    st.integers(0, 99).map(lambda number: ("seed", number)),
    st.floats(-5, 1).map(lambda number: ("strength", number)),
    st.sampled_from([("resolution", "1080p"), ("fps", 24)]),
    st.text("ab =,'", min_size=1, max_size=20).map(lambda text: ("style", text)),
)


@given(chosen=st.lists(values, max_size=5, unique_by=lambda pair: pair[0]))
def test_what_is_written_is_read_back(chosen: list[tuple[str, ExtraValue]]) -> None:
    assert extras.read(extras.written(tuple(chosen)), FORM) == tuple(chosen)


@given(typed=st.text(max_size=60))
def test_whatever_is_typed_is_taken_or_refused_in_words(typed: str) -> None:
    with suppress(InvalidRequestError):
        extras.check(extras.read(typed, FORM), FORM)
