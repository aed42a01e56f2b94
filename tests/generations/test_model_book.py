from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.errors import OxenError, OxenNotFoundError, OxenUnreachableError
from bot.generations.model_book import ModelBook
from bot.models.generation import VideoSettings
from bot.models.video_model import DEFAULT_MODEL, Pricing, VideoModel


def settings(model: str = DEFAULT_MODEL) -> VideoSettings:
    return VideoSettings(model, "a kite", "16:9", 6)


def priced(model_id: str, per_second_microusd: int) -> VideoModel:
    return VideoModel(
        model_id,
        f"The long name of {model_id}",
        Pricing("per_video_output_second", per_second_microusd=per_second_microusd),
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


def test_the_default_models_price_is_known_before_oxen_was_asked() -> None:
    book = ModelBook(Models(), [DEFAULT_MODEL])

    assert book.price_microusd(settings()) == 1_344_000
    assert book.display_name(DEFAULT_MODEL) == "Kling O3 Pro"


async def test_a_price_that_changed_counts_from_the_next_request_on() -> None:
    models = Models({DEFAULT_MODEL: priced(DEFAULT_MODEL, 300_000)})
    book = ModelBook(models, [DEFAULT_MODEL])

    assert await book.refresh()

    assert book.price_microusd(settings()) == 1_800_000
    assert book.display_name(DEFAULT_MODEL) == "Kling O3 Pro"


async def test_while_oxen_is_away_the_last_known_price_stands() -> None:
    models = Models({DEFAULT_MODEL: priced(DEFAULT_MODEL, 300_000)})
    book = ModelBook(models, [DEFAULT_MODEL])
    await book.refresh()
    models.problem = OxenUnreachableError()

    assert not await book.refresh()

    assert book.price_microusd(settings()) == 1_800_000


async def test_a_model_that_nobody_knows_has_no_price_and_does_not_hide_the_others() -> None:
    book = ModelBook(Models({"other": priced("other", 100)}), ["unknown", "other"])

    assert not await book.refresh()

    assert book.price_microusd(settings("unknown")) is None
    assert book.display_name("unknown") == "unknown"
    assert book.price_microusd(settings("other")) == 600
    assert book.display_name("other") == "The long name of other"


async def test_it_asks_at_once_and_then_rests() -> None:
    models = Models({DEFAULT_MODEL: priced(DEFAULT_MODEL, 1)})
    running = asyncio.create_task(ModelBook(models, [DEFAULT_MODEL]).run())

    while not models.asked:  # noqa: ASYNC110  a turn of the loop each
        await asyncio.sleep(0)
    for _ in range(10):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert models.asked == [DEFAULT_MODEL]
