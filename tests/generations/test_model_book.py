from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import structlog

from bot.errors import InvalidRequestError, OxenError, OxenNotFoundError, OxenUnreachableError
from bot.generations.model_book import ModelBook, ModelChoice
from bot.models.generation import VideoSettings
from bot.models.kling import KLING_FORM
from bot.models.model_correction import ModelCorrection
from bot.models.video_model import DEFAULT_MODEL, Pricing, VideoModel
from bot.oxen.catalogue import video_model
from bot.oxen.remembered_models import RememberedModels

WAN = video_model(
    {
        "id": "wan",
        "display_name": "Wan 2.6",
        "pricing": {"method": "per_video_output_second", "cost_per_second": 0.1},
        "request_schema": {
            "properties": {
                "prompt": {"type": "string", "maxLength": 800},
                "duration": {"enum": [5, 10]},
                "resolution": {"enum": ["720p", "1080p"], "default": "720p"},
            }
        },
    }
)
USELESS = video_model(
    {
        "id": "useless",
        "request_schema": {"properties": {"rig": {"type": "object"}}, "required": ["rig"]},
    }
)


def settings(model: str = DEFAULT_MODEL, **changes: Any) -> VideoSettings:
    return replace(VideoSettings(model, "a kite", "16:9", 6), **changes)


def priced(model_id: str, per_second_microusd: int) -> VideoModel:
    return VideoModel(
        model_id,
        f"The long name of {model_id}",
        Pricing("per_video_output_second", per_second_microusd=per_second_microusd),
        form=KLING_FORM,
    )


@dataclass
class Models:
    known: dict[str, VideoModel] = field(default_factory=dict)
    problem: OxenError | None = None
    asked: list[str] = field(default_factory=list)

    async def model(self, model_id: str) -> VideoModel:
        self.asked.append(model_id)
        if self.problem is not None:
            raise self.problem
        if model_id not in self.known:
            raise OxenNotFoundError(f"Model not found: {model_id}", status_code=404)
        return self.known[model_id]

    async def models(self) -> Sequence[VideoModel]:
        self.asked.append("*")
        if self.problem is not None:
            raise self.problem
        return tuple(self.known.values())


@dataclass
class Notes:
    """A memory that outlives the book."""

    kept: dict[str, str] = field(default_factory=dict)
    puts: int = 0

    async def get(self, key: str) -> str | None:
        return self.kept.get(key)

    async def put(self, key: str, value: str) -> None:
        self.puts += 1
        self.kept[key] = value


def offered(book: ModelBook) -> list[str]:
    return [model.id for model in book.offered()]


def test_the_default_models_price_is_known_before_oxen_was_asked() -> None:
    book = ModelBook(Models())

    assert book.price_microusd(settings()) == 1_344_000
    assert book.display_name(DEFAULT_MODEL) == "Kling O3 Pro"
    assert offered(book) == [DEFAULT_MODEL]


async def test_a_price_that_changed_counts_from_the_next_request_on() -> None:
    models = Models({DEFAULT_MODEL: priced(DEFAULT_MODEL, 300_000)})
    book = ModelBook(models)

    with structlog.testing.capture_logs() as logs:
        assert await book.refresh()

    assert book.price_microusd(settings()) == 1_800_000
    assert book.display_name(DEFAULT_MODEL) == "Kling O3 Pro"
    assert [entry["event"] for entry in logs] == ["models.price_changed"]


async def test_while_oxen_is_away_the_last_known_price_stands() -> None:
    models = Models({DEFAULT_MODEL: priced(DEFAULT_MODEL, 300_000)})
    book = ModelBook(models)
    await book.refresh()
    models.problem = OxenUnreachableError()

    assert not await book.refresh()

    assert book.price_microusd(settings()) == 1_800_000


async def test_a_model_that_nobody_knows_has_no_price_and_does_not_hide_the_others() -> None:
    book = ModelBook(Models({"other": priced("other", 100)}), ModelChoice("unknown", ("other",)))

    with structlog.testing.capture_logs() as logs:
        assert await book.refresh(), "asking again at once is of no use"

    assert [entry["event"] for entry in logs] == ["models.unknown"]

    assert offered(book) == ["unknown", "other"]
    assert book.price_microusd(settings("unknown")) is None
    assert book.display_name("unknown") == "unknown"
    assert book.price_microusd(settings("other")) == 600
    assert book.display_name("other") == "The long name of other"


async def test_only_what_the_server_allows_is_asked_for_and_offered() -> None:
    models = Models({DEFAULT_MODEL: priced(DEFAULT_MODEL, 1), "wan": WAN, "veo": priced("veo", 1)})
    book = ModelBook(models, ModelChoice(others=("wan",)))

    await book.refresh()

    assert models.asked == [DEFAULT_MODEL, "wan"]
    assert offered(book) == [DEFAULT_MODEL, "wan"]
    assert book.find(" WAN 2.6") == "wan"
    book.check("wan")
    assert book.find("veo") is None
    with pytest.raises(InvalidRequestError, match=r"There is no model `veo` here.*Kling O3 Pro"):
        book.check("veo")


async def test_all_models_are_one_question_and_those_of_no_use_are_left_out() -> None:
    known = [priced(DEFAULT_MODEL, 1), WAN, USELESS, priced("a", 1)]
    models = Models({model.id: model for model in known})
    book = ModelBook(models, ModelChoice(others=("*",)))

    await book.refresh()
    assert models.asked == ["*"]
    assert offered(book) == [DEFAULT_MODEL, "a", "wan"]

    del models.known["a"]
    await book.refresh()

    assert offered(book) == [DEFAULT_MODEL, "wan"]
    assert book.display_name("a") == "The long name of a"


async def test_what_is_known_outlives_a_restart_without_oxen() -> None:
    models = Models({DEFAULT_MODEL: priced(DEFAULT_MODEL, 300_000), "wan": WAN})
    notes = Notes()
    choice = ModelChoice(others=("*",))
    before = ModelBook(models, choice, memory=RememberedModels(notes))
    await before.refresh()
    await before.refresh()
    models.problem = OxenUnreachableError()

    after = ModelBook(models, choice, memory=RememberedModels(notes))
    await after.recall()

    assert notes.puts == 1
    assert not await after.refresh()
    assert after.offered() == before.offered()
    assert after.form("wan") == WAN.form
    assert after.price_microusd(settings()) == 1_800_000


@pytest.mark.parametrize("kept", ["", "nonsense", "{}", '{"models": 3}', '[{"id": 3}, 4]'])
async def test_a_memory_that_cannot_be_read_is_no_memory(kept: str) -> None:
    book = ModelBook(Models(), memory=RememberedModels(Notes({"oxen.models": kept})))

    await book.recall()

    assert book.price_microusd(settings()) == 1_344_000


async def test_a_schema_that_changed_over_a_restart_is_noted() -> None:
    notes = Notes()
    models = Models({"wan": WAN})
    await ModelBook(models, ModelChoice("wan"), memory=RememberedModels(notes)).refresh()
    models.known["wan"] = video_model({"id": "wan", "request_schema": {"properties": {}}})
    book = ModelBook(models, ModelChoice("wan"), memory=RememberedModels(notes))
    await book.recall()

    with structlog.testing.capture_logs() as logs:
        await book.refresh()

    assert [entry["event"] for entry in logs] == ["models.schema_changed"]
    assert book.price_microusd(settings("wan")) == 600_000, "the price that was known stands"


async def test_the_operators_word_counts_more_than_oxens() -> None:
    correction = ModelCorrection("Wan", (4, 12), ("4:3",), 100, 2, 500_000)
    book = ModelBook(Models({"wan": WAN}), ModelChoice("wan", corrections={"wan": correction}))
    await book.refresh()

    form = book.form("wan")

    assert book.display_name("wan") == "Wan"
    assert form.duration is not None
    assert (form.duration.choices_s, form.duration.default_s) == ((4, 12), 4)
    assert form.aspect_ratio is not None
    assert (form.aspect_ratio.choices, form.aspect_ratio.default) == (("4:3",), "4:3")
    assert form.prompt.max_chars == 100
    assert form.max_images_in_all == 2
    assert book.price_microusd(settings("wan", duration_s=4)) == 2_000_000


def test_a_high_resolution_has_its_own_price() -> None:
    pricing = Pricing("", per_second_microusd=100, per_second_high_res_microusd=150)
    dear = replace(WAN, id=DEFAULT_MODEL, pricing=pricing)
    book = ModelBook(Models({DEFAULT_MODEL: dear}))
    asyncio.run(book.refresh())

    assert book.price_microusd(settings()) == 600
    assert book.price_microusd(settings(extra=(("resolution", "720p"),))) == 600
    assert book.price_microusd(settings(extra=(("resolution", "1080p"),))) == 900


async def test_where_the_model_decides_on_the_length_no_price_is_promised() -> None:
    undecided = video_model(
        {
            "id": "undecided",
            "pricing": {"cost_per_second": 1},
            "request_schema": {"properties": {"prompt": {"type": "string"}}},
        }
    )
    book = ModelBook(Models({"undecided": undecided}), ModelChoice("undecided"))
    await book.refresh()

    assert book.price_microusd(settings("undecided", duration_s=5)) is None


async def test_it_asks_at_once_and_then_rests() -> None:
    models = Models({DEFAULT_MODEL: priced(DEFAULT_MODEL, 1)})
    running = asyncio.create_task(ModelBook(models).run())

    while not models.asked:  # noqa: ASYNC110  a turn of the loop each
        await asyncio.sleep(0)
    for _ in range(10):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert models.asked == [DEFAULT_MODEL]
