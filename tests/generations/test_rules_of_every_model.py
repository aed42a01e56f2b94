"""What the bot lets through a model takes, and what it refuses the model would have failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.errors import InvalidRequestError
from bot.generations.mentions import as_elements, named
from bot.generations.rules import Attached, check_settings, tidy
from bot.models.addresses import ElementAddresses, PictureAddresses
from bot.models.generation import Shot, VideoSettings
from bot.models.model_form import ExtraField, ExtraKind, ExtraValue, ModelForm
from bot.oxen import parameters
from bot.oxen.forms import form_of
from bot.sandbox.catalogue import MODELS, CatalogueModel
from bot.sandbox.validation import ParameterError, RenderPlan, plan

T = TypeVar("T")

PUBLISHED = [model for model in MODELS if model.published and model.output == "video"]

OURS_ALONE = (
    "nobody in the cast has that name",
    "@Image",  # a mention that leads nowhere
    "That negative prompt",  # where no limit is known, the prompt's own is assumed
    "This model decides on",  # a length or shape that nothing could be done with
    "is not known to this model",  # Oxen ignores what it does not know, and charges
    "has an option of its own",
    "is there twice",
    "an address that begins with",  # the sandbox takes any text for an address
)
"""Rules for which Oxen has none, told by words of their refusals."""

nothing = st.just(value=False)
characters = st.characters(exclude_categories=["Cs"])


def mostly(usual: st.SearchStrategy[T], rare: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """The usual five times out of six, so that requests which pass come up often enough."""
    return st.integers(0, 5).flatmap(lambda n: rare if n == 0 else usual)


def prompts(limit: int | None, mentions: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts of all kinds, and some around the limit."""
    most = limit or 500
    return mostly(
        st.lists(st.sampled_from([*mentions, "a walk ", "é"]), min_size=1).map("".join),
        st.one_of(
            st.text(characters, max_size=40),
            st.integers(most - 2, most + 2).flatmap(
                lambda n: st.text(characters, min_size=n, max_size=n)
            ),
            st.lists(st.sampled_from(["@luna ", "@Rex, ", "@Image9 ", "x" * 250])).map("".join),
        ),
    )


def values(field: ExtraField) -> st.SearchStrategy[ExtraValue]:
    """Values for an extra parameter, most of them fitting."""
    low, high = int(field.minimum or 0), int(field.maximum or 9)
    usual: dict[ExtraKind, st.SearchStrategy[Any]] = {
        ExtraKind.TEXT: st.just("calm"),
        ExtraKind.ADDRESS: st.just("https://cdn.test/a.mp4"),
        ExtraKind.INTEGER: st.integers(low, high),
        ExtraKind.NUMBER: st.integers(low, high) | st.floats(low, high),
        ExtraKind.FLAG: st.booleans(),
    }
    fitting = st.sampled_from(field.choices) if field.choices else usual[field.kind]
    anything = st.integers(-2, 100_000) | st.booleans() | st.text("ab 1", max_size=3)
    return mostly(fitting, anything | st.floats(-2, 2))


@st.composite
def requests(
    draw: st.DrawFn, model: CatalogueModel, form: ModelForm
) -> tuple[VideoSettings, Attached]:
    """A request for a model, right or wrong in any of its parts."""
    images = form.images
    most = (images.most or form.max_images_in_all or 4) if images else 0
    number = draw(mostly(st.integers(images.least if images else 0, most), st.integers(0, 8)))
    words = prompts(
        form.prompt.max_chars,
        [f"@Image{n + 1} " for n in range(min(number, 3))]
        + (["@luna ", "@rex "] if form.elements else []),
    )
    lengths = form.duration.choices_s if form.duration else (form.default_duration_s,)
    shapes = form.aspect_ratio.choices if form.aspect_ratio else ("",)
    shots = st.lists(st.builds(Shot, words, st.integers(-1, 16)), max_size=4).map(tuple)
    extra = st.lists(st.sampled_from(form.extras), unique=True) if form.extras else st.just([])
    unknown: list[tuple[str, ExtraValue]] = [("nonsense", 1), (form.prompt.parameter, "x")]
    strange = st.sampled_from(unknown)
    settings = VideoSettings(
        model=model.id,
        prompt=draw(words),
        aspect_ratio=draw(
            mostly(st.sampled_from(shapes), st.sampled_from(["16:9", "4:3", "", "wide"]))
        ),
        duration_s=draw(mostly(st.sampled_from(lengths), st.integers(-1, 18))),
        audio=draw(mostly(nothing, st.booleans()) if not form.audio else st.booleans()),
        negative_prompt=draw(
            mostly(st.none(), words) if not form.negative_prompt else st.none() | words
        ),
        shots=draw(mostly(st.just(()), shots) if not form.shots else st.just(()) | shots),
        extra=(
            *((field.parameter, draw(values(field))) for field in draw(extra)),
            *draw(mostly(st.just([]), st.lists(strange, max_size=1))),
        ),
    )
    start = form.start_frame
    attached = Attached(
        images=number,
        start_frame=draw(
            mostly(st.just(value=bool(start and start.required)), st.booleans())
            if not start or start.required
            else st.booleans()
        ),
        end_frame=draw(mostly(nothing, st.booleans())),
        cast={"luna": draw(st.integers(1, 4)), "rex": draw(st.integers(1, 2))},
    )
    tidied = tidy(settings)
    asked = {name.casefold() for name in named(tidied.prompts())}
    cast = {name: n for name, n in (attached.cast or {}).items() if name in asked}
    return tidied, replace(attached, cast=cast)


def planned(
    model: CatalogueModel, form: ModelForm, settings: VideoSettings, attached: Attached
) -> RenderPlan | None:
    """What the sandbox, which checks as Oxen does, would make of it; ``None`` for a failure."""
    cast: Mapping[str, int] = attached.cast or {}
    names = named(settings.prompts())
    try:
        body = parameters.payload(
            as_elements(settings, names),
            form,
            PictureAddresses(
                images=tuple(f"https://cdn.test/{n}.png" for n in range(attached.images)),
                start_frame="https://cdn.test/s.png" if attached.start_frame else None,
                elements=tuple(
                    ElementAddresses("https://cdn.test/f.png", ("https://cdn.test/a.png",) * n)
                    for n in [cast.get(name.casefold(), 1) - 1 for name in names]
                ),
            ),
        )
        if attached.end_frame:
            assert form.end_frame is not None
            body[form.end_frame.parameter] = "https://cdn.test/e.png"
        return plan(model, body)
    except (ParameterError, ValueError, AssertionError):
        return None


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.id)
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_passes_is_what_the_model_takes(model: CatalogueModel, data: st.DataObject) -> None:
    form = form_of(model.id, model.published)
    settings, attached = data.draw(requests(model, form))

    refusal = ""
    try:
        check_settings(settings, attached, form=form)
    except InvalidRequestError as error:
        refusal = str(error)
    taken = planned(model, form, settings, attached)

    if refusal:
        # An extra may carry what its option lacks: that is refused for the one or for the other.
        smuggled = any(name == model.prompt_parameter for name, _ in settings.extra)
        ours_alone = smuggled or any(words in refusal for words in OURS_ALONE)
        assert taken is None or ours_alone, refusal
        return
    assert taken is not None
    assert taken.duration_s == settings.duration_s
    assert taken.audio == settings.audio
    assert len(taken.image_uris) == attached.images
    pictures = [1 + len(element.angle_uris) for element in taken.elements]
    assert sum(pictures) >= sum((attached.cast or {}).values())
    assert taken.aspect_ratio == (settings.aspect_ratio or "16:9")
