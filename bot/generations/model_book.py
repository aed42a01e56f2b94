"""What is known of the models: names, prices and forms, refreshed in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.errors import InvalidRequestError, OxenError, OxenNotFoundError, StoreError
from bot.generations.correcting import corrected
from bot.generations.ports import ModelMemory, OxenModels
from bot.generations.pricing import price_microusd
from bot.generations.wording import code
from bot.models.generation import VideoSettings
from bot.models.kling import KLING_O3_PRO, form_without_schema
from bot.models.model_correction import ModelCorrection
from bot.models.model_form import ModelForm
from bot.models.video_model import DEFAULT_MODEL, Pricing, VideoModel

_log = structlog.get_logger(__name__)

ALL_MODELS = "*"
_REFRESH_S = 3_600.0
_RETRY_S = 60.0


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which models the server lets people use."""

    default: str = DEFAULT_MODEL
    """The one for those who choose none; always allowed."""
    others: tuple[str, ...] = ()
    """Further ones, by Oxen's names; ``*`` is every video model of Oxen's."""
    corrections: Mapping[str, ModelCorrection] = field(default_factory=dict, hash=False)

    @property
    def is_everything(self) -> bool:
        """Whether all of Oxen's video models may be used."""
        return ALL_MODELS in self.others

    def named(self) -> tuple[str, ...]:
        """The models that are allowed by name, the default first."""
        names = (self.default, *(name for name in self.others if name != ALL_MODELS))
        return tuple(dict.fromkeys(names))


class ModelBook:
    """Answers at once from what was last heard; never makes a command wait for Oxen."""

    def __init__(
        self,
        oxen: OxenModels,
        choice: ModelChoice = ModelChoice(),
        *,
        memory: ModelMemory | None = None,
    ) -> None:
        self._oxen = oxen
        self._choice = choice
        self._memory = memory
        self._heard: dict[str, VideoModel] = {KLING_O3_PRO.id: KLING_O3_PRO}
        self._known: dict[str, VideoModel] = {}
        self._listed: frozenset[str] | None = None
        self._correct()

    @property
    def default(self) -> str:
        """The model for those who choose none."""
        return self._choice.default

    def offered(self) -> tuple[VideoModel, ...]:
        """The models that people can choose from, the default first, the others by name."""
        usable = [
            model
            for model in self._known.values()
            if self.allows(model.id)
            and (model.id == self.default or not (model.form and model.form.unfillable))
        ]
        return tuple(
            sorted(usable, key=lambda m: (m.id != self.default, m.display_name.casefold(), m.id))
        )

    def find(self, typed: str) -> str | None:
        """The model that was meant, by its name in any case, if it is offered."""
        wanted = typed.strip().casefold()
        for model in self.offered():
            if wanted in {model.id.casefold(), model.display_name.casefold()}:
                return model.id
        return None

    def check(self, model_id: str) -> None:
        """Raise ``InvalidRequestError`` for a model that may not be used."""
        if not self.allows(model_id):
            raise InvalidRequestError(self._not_offered(model_id))

    def display_name(self, model_id: str) -> str:
        """The name that people read."""
        known = self._known.get(model_id)
        return known.display_name if known else model_id

    def form(self, model_id: str) -> ModelForm:
        """What a model takes, as far as it is known."""
        known = self._known.get(model_id)
        return (known.form if known else None) or form_without_schema(model_id)

    def pricing(self, model_id: str) -> Pricing | None:
        """What a model costs, where it is known."""
        known = self._known.get(model_id)
        return known.pricing if known else None

    def price_microusd(self, settings: VideoSettings) -> int | None:
        """Price of one take, or ``None`` where it is not known."""
        return price_microusd(settings, self.form(settings.model), self.pricing(settings.model))

    async def recall(self) -> None:
        """Take up what was known before the restart, so that a start without Oxen knows it."""
        if self._memory is None:
            return
        try:
            remembered = await self._memory.remembered()
        except StoreError as error:
            _log.warning("models.not_recalled", error=type(error).__name__)
            return
        self._heard |= {model.id: model for model in remembered}
        self._correct()

    async def run(self) -> None:
        """Refresh for ever."""
        failures = 0
        while True:
            failures = 0 if await self.refresh() else failures + 1
            doubled_s = _RETRY_S * 2.0 ** min(failures - 1, 8)
            await asyncio.sleep(min(_REFRESH_S, doubled_s) if failures else _REFRESH_S)

    async def refresh(self) -> bool:
        """Ask Oxen for the models in use; whether it answered for every one."""
        complete = True
        told: dict[str, VideoModel] = {}
        if self._choice.is_everything:
            try:
                told = {model.id: model for model in await self._oxen.models()}
            except OxenError as error:
                _log.warning("models.not_listed", error=type(error).__name__)
                complete = False
            else:
                self._listed = frozenset(told)
        for model_id in self._choice.named():
            if model_id in told:
                continue
            try:
                told[model_id] = await self._oxen.model(model_id)
            except OxenNotFoundError:
                # A name that is misspelt stays so: asking again within the minute is of no use.
                _log.warning("models.unknown", model=model_id, remedy="look at oxen.model(s)")
            except OxenError as error:
                _log.warning("models.not_told", model=model_id, error=type(error).__name__)
                complete = False
        await self._take_in(told.values())
        return complete

    async def _take_in(self, told: Iterable[VideoModel]) -> None:
        before = dict(self._heard)
        for model in told:
            self._heard[model.id] = _changed(before.get(model.id), model)
        self._correct()
        if self._memory is None or self._heard == before:
            return
        try:
            await self._memory.remember(tuple(self._heard.values()))
        except StoreError as error:
            _log.warning("models.not_remembered", error=type(error).__name__)

    def _correct(self) -> None:
        """Work out anew how the models are used."""
        corrections = self._choice.corrections
        self._known = {
            model.id: corrected(_renamed(model), corrections.get(model.id))
            for model in self._heard.values()
        }
        if self.default not in self._known:
            unheard = VideoModel(self.default, self.default, None)
            self._known[self.default] = corrected(unheard, corrections.get(self.default))

    def allows(self, model_id: str) -> bool:
        """Whether people may use a model."""
        if model_id in self._choice.named():
            return True
        return self._choice.is_everything and model_id in (
            self._known if self._listed is None else self._listed
        )

    def _not_offered(self, typed: str) -> str:
        others: Sequence[VideoModel] = self.offered()
        if len(others) <= 1:
            return f"There is no model {code(typed)} here, only {self.display_name(self.default)}."
        return (
            f"There is no model {code(typed)} here. Choose one of the {len(others)} that come up "
            f"when you type in the option model. Edit goes on with "
            f"{self.display_name(self.default)}."
        )


def _renamed(model: VideoModel) -> VideoModel:
    """The default model without what all models here have in common."""
    if model.id != KLING_O3_PRO.id:
        return model
    return replace(model, display_name=KLING_O3_PRO.display_name)


def _changed(before: VideoModel | None, model: VideoModel) -> VideoModel:
    """What is heard of a model now; a change is noted, and a price that is missing was known."""
    if before is None:
        return model
    if model.pricing is None:
        model = replace(model, pricing=before.pricing)
    if before.pricing != model.pricing:
        _log.info("models.price_changed", model=model.id)
    # The built-in knowledge of the default model is no schema of Oxen's.
    if before is not KLING_O3_PRO and before.request_schema != model.request_schema:
        _log.info("models.schema_changed", model=model.id, form=before.form != model.form)
    return model
