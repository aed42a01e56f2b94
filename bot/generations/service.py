"""What people may do with videos: ask for one, cancel it, take it away, get at its source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.errors import (
    NotAllowedError,
    NotFoundError,
    OxenError,
    QuotaExceededError,
    StaleStateError,
    StoreError,
    UnavailableError,
)
from bot.generations.actor import Actor
from bot.generations.addresses import PayloadBuilder
from bot.generations.fitting import begun
from bot.generations.model_book import ModelBook
from bot.generations.ports import GenerationStore, OxenQueue, ResultPosts, WireFormat
from bot.generations.rules import Attached, check_settings, tidy
from bot.models.api_call import ApiCall
from bot.models.clock import Clock
from bot.models.draft import Draft
from bot.models.generation import (
    Generation,
    GenerationState,
    NewRequest,
    Origin,
    OriginKind,
    RequestWithTakes,
    VideoSettings,
)
from bot.models.preset import PresetContent
from bot.models.references import Element, ReferenceRole
from bot.models.video_model import Pricing
from bot.quotas.service import QuotaService

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Original:
    """A video as Oxen made it."""

    url: str
    """Presigned and short-lived: for the person's eyes, never logged."""
    size_bytes: int


@dataclass(frozen=True, slots=True)
class EngineSignals:
    """How the service wakes the engine."""

    reserved: Callable[[RequestWithTakes], None]
    changed: Callable[[Generation], None]
    cancel_asked: Callable[[Generation], None]


class GenerationService:
    """The rules of requests. Everything raises ``UserError`` with words for the person."""

    def __init__(
        self,
        store: GenerationStore,
        queue: OxenQueue,
        posts: ResultPosts,
        *,
        payloads: PayloadBuilder,
        wire: WireFormat,
        quotas: QuotaService,
        models: ModelBook,
        signals: EngineSignals,
        clock: Clock,
    ) -> None:
        self._store = store
        self._queue = queue
        self._posts = posts
        self._payloads = payloads
        self._wire = wire
        self._quotas = quotas
        self._models = models
        self._signals = signals
        self._clock = clock

    def pricing(self, model_id: str) -> Pricing | None:
        """What a model costs, where it is known."""
        return self._models.pricing(model_id)

    def display_name(self, model_id: str) -> str:
        """A model's name for people."""
        return self._models.display_name(model_id)

    def check(
        self,
        settings: VideoSettings,
        roles: Sequence[ReferenceRole],
        *,
        takes: int = 1,
        cast: Sequence[Element] | None = None,
    ) -> None:
        """Raise ``InvalidRequestError`` unless the model would take this; no I/O.

        ``cast`` is whom the prompts name, ``None`` while they have not been looked up.
        """
        attached = Attached(
            images=sum(role is ReferenceRole.IMAGE for role in roles),
            start_frame=ReferenceRole.START_FRAME in roles,
            end_frame=ReferenceRole.END_FRAME in roles,
            cast=None if cast is None else {one.name: len(one.images) for one in cast},
        )
        self._models.check(settings.model)
        form = self._models.form(settings.model)
        check_settings(tidy(settings), attached, takes=takes, form=form)

    async def check_quota(self, user_id: int, settings: VideoSettings, *, takes: int) -> None:
        """Raise ``QuotaExceededError``, as ``create`` would, for who has not even the least left.

        For what costs effort before a request can be reserved: the reservation itself decides.
        """
        usage = await self._store.usage(user_id, self._quotas.windows())
        duration = self._models.form(settings.model).duration
        shortest_s = min(duration.choices_s if duration else (settings.duration_s,))
        try:
            self._quotas.check(takes=1, duration_s=shortest_s)(usage)
        except QuotaExceededError:
            # In the words for what was asked.
            self._quotas.check(takes=takes, duration_s=settings.duration_s)(usage)
            raise

    def check_preset(self, content: PresetContent, *, default_model: str) -> None:
        """Raise ``InvalidRequestError`` where a preset fixes what its model does not take.

        What it leaves open counts as the model's own; so do the pictures that the model needs.
        """
        model = content.model or default_model
        form = self._models.form(model)
        settings = begun(content, "anything", model=model, form=form)
        attached = Attached(
            images=form.images.least if form.images else 0,
            start_frame=bool(form.start_frame and form.start_frame.required),
            end_frame=bool(form.end_frame and form.end_frame.required),
        )
        check_settings(tidy(settings), attached, takes=content.takes or 1, form=form)

    async def create(self, new: NewRequest) -> RequestWithTakes:
        """Check, price and reserve; from here on the request is safe.

        Raises ``InvalidRequestError`` or ``QuotaExceededError``, with nothing written.
        """
        roles = [reference.role for reference in new.references]
        self.check(new.settings, roles, takes=new.takes, cast=new.elements)
        settings = tidy(new.settings)
        priced = replace(
            new, settings=settings, price_microusd=self._models.price_microusd(settings)
        )
        try:
            asked = await self._reserve(priced)
        except StoreError:
            # The commit may have gone through all the same. Unique by its interaction, the request
            # is written once however often this is repeated.
            asked = await self._reserve(priced)
        _log.info("request.reserved", request=asked.request.id, takes=new.takes)
        self._signals.reserved(asked)
        return asked

    async def _reserve(self, new: NewRequest) -> RequestWithTakes:
        return await self._store.reserve(
            new,
            windows=self._quotas.windows(),
            check=self._quotas.check(takes=new.takes, duration_s=new.settings.duration_s),
            now_ms=self._clock(),
        )

    async def request(self, request_id: int, actor: Actor) -> RequestWithTakes:
        """A request that the person may see; raises ``NotFoundError``."""
        asked = await self._store.request(request_id)
        if asked is None or not actor.may_see(asked.request):
            raise NotFoundError("There is no such video here.")
        return asked

    async def begun(self, draft_id: int, actor: Actor) -> RequestWithTakes | None:
        """The request that a draft has become; raises ``NotFoundError`` if it is not theirs."""
        asked = await self._store.request_of_draft(draft_id)
        if asked is not None and asked.request.user_id != actor.user_id:
            raise NotFoundError("That draft is somebody else's.")
        return asked

    async def cancel(self, request_id: int, actor: Actor) -> int:
        """Cancel what has not ended yet; how many takes that is.

        What waits is cancelled at once; what Oxen has is asked for, and still delivers and charges
        if it finishes first. Raises ``NotAllowedError``, or ``NotFoundError`` if nothing is left.
        """
        asked = await self.request(request_id, actor)
        self._only_owner_or_moderator(asked, actor, "cancel it")
        asked_for = 0
        for generation in asked.generations:
            if generation.state not in _CANCELLABLE:
                continue
            try:
                updated = await self._store.ask_to_cancel(generation.id, now_ms=self._clock())
            except StaleStateError:
                continue
            asked_for += 1
            self._signals.changed(updated)
            if not updated.is_final:
                self._signals.cancel_asked(updated)
        if not asked_for:
            raise NotFoundError("There is nothing left to cancel: it has finished already.")
        _log.info("request.cancel_asked", request=request_id, takes=asked_for)
        return asked_for

    async def result_to_delete(
        self, generation_id: int, actor: Actor
    ) -> tuple[RequestWithTakes, Generation]:
        """Check that the person may delete this video; raises ``NotAllowedError``."""
        asked, generation = await self.take(generation_id, actor)
        self._only_owner_or_moderator(asked, actor, "delete it")
        return asked, generation

    async def delete_result(self, generation_id: int, actor: Actor) -> None:
        """Take the post out of the channel. What it cost stays spent."""
        asked, generation = await self.result_to_delete(generation_id, actor)
        await self._posts.delete(asked, generation)
        _log.info("generation.deleted", generation=generation_id)

    async def original(self, generation_id: int, actor: Actor) -> Original:
        """Fetch a fresh link to the video as Oxen made it; raises ``UnavailableError``."""
        _, generation = await self.take(generation_id, actor)
        if generation.oxen_id is None or generation.result is None:
            raise NotFoundError("There is no original: the video was never made.")
        try:
            remote = await self._queue.get(generation.oxen_id)
        except OxenError as error:
            raise UnavailableError(
                "Oxen is not answering, so there is no fresh link just now. Try again in a minute."
            ) from error
        if not remote.result_url:
            raise NotFoundError("Oxen does not keep the original any more.")
        return Original(remote.result_url, generation.result.facts.size_bytes)

    async def api_call(self, request_id: int, actor: Actor) -> ApiCall:
        """The request as cURL and Python, for Oxen's own API; pictures are files beside it."""
        asked = await self.request(request_id, actor)
        return self._wire.api_call(await self._payloads.sketch(asked.request))

    async def draft_of(
        self, request_id: int, actor: Actor, *, kind: OriginKind = OriginKind.EDIT
    ) -> Draft:
        """A new draft from a request; the pictures come along.

        Whatever somebody else than its owner makes of it is a fork.
        """
        request = (await self.request(request_id, actor)).request
        is_owner = request.user_id == actor.user_id
        return Draft(
            user_id=actor.user_id,
            settings=request.settings,
            references=request.references,
            takes=1,
            private=request.private,
            origin=Origin(kind if is_owner else OriginKind.FORK, request_id),
        )

    async def take(self, generation_id: int, actor: Actor) -> tuple[RequestWithTakes, Generation]:
        """One take with its request, if the person may see it; raises ``NotFoundError``."""
        generation = await self._store.generation(generation_id)
        if generation is None:
            raise NotFoundError("There is no such video here.")
        return await self.request(generation.request_id, actor), generation

    @staticmethod
    def _only_owner_or_moderator(asked: RequestWithTakes, actor: Actor, deed: str) -> None:
        if actor.user_id != asked.request.user_id and not actor.moderates(asked.request):
            raise NotAllowedError(
                f"Only <@{asked.request.user_id}>, who asked for this video, "
                f"or a moderator can {deed}."
            )


_CANCELLABLE = {
    GenerationState.RESERVED,
    GenerationState.SUBMITTING,
    GenerationState.RENDERING,
}
