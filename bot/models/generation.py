"""Requests and their generations: the rows that the whole program turns around."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.model_form import ExtraValue
from bot.models.references import Element, ReferenceImage, ReferenceRole
from bot.models.video import StoredVideo


class GenerationState(StrEnum):
    """Where a generation is in its life; see "The life of a generation" in the README."""

    RESERVED = "reserved"
    """Written down, quota set aside; waiting for a place at Oxen."""
    SUBMITTING = "submitting"
    """The attempt is on record; the POST may or may not have reached Oxen."""
    RENDERING = "rendering"
    """Oxen accepted it and named it."""
    READY = "ready"
    """The result lies on disk, whole and checked."""
    POSTING = "posting"
    """The nonce is on record; the message may or may not be in the channel."""
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to the generation."""
        return self in FINAL_STATES


FINAL_STATES = frozenset(
    {GenerationState.DELIVERED, GenerationState.FAILED, GenerationState.CANCELLED}
)
AT_OXEN_STATES = frozenset({GenerationState.SUBMITTING, GenerationState.RENDERING})
"""States that count towards the bot's own limit of generations at Oxen."""


class FailureKind(StrEnum):
    """Why a generation failed, coarsely; decides the words that a person reads."""

    REFUSED = "refused"
    """Oxen or the model refused or failed it; ``detail`` holds Oxen's own words."""
    NO_CREDITS = "no_credits"
    NOT_ACCEPTED = "not_accepted"
    """Oxen rejected the enqueue for good (bad key, unknown model, ...)."""
    LOST = "lost"
    """Oxen does not know it any more, or never finished within the deadline."""
    BROKEN_RESULT = "broken_result"
    """The file could not be fetched whole or is not a playable video."""
    UNDELIVERABLE = "undeliverable"
    """There is no place left to post it: channel gone, direct messages closed, no permission."""
    INTERNAL = "internal"


class Surface(StrEnum):
    """Where a finished video appears."""

    REPLY = "reply"
    """A new message, in reply to the placeholder."""
    PLACEHOLDER = "placeholder"
    """The placeholder itself, edited: where nothing new may be sent, or history not be read."""
    DIRECT = "direct"
    """Direct messages to the person: where the channel is gone."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason a person can read, with Oxen's own words beside it."""

    kind: FailureKind
    detail: str = ""
    """The other side's own words, or empty. Untrusted text."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot of a storyboard."""

    prompt: str
    duration_s: int


@dataclass(frozen=True, slots=True)
class VideoSettings:
    """What one video shall be, in the bot's own words rather than a model's parameter names."""

    model: str
    prompt: str
    """As it was typed, ``@luna`` for a cast member; empty where there are shots."""
    aspect_ratio: str
    """Width to height, such as ``16:9``."""
    duration_s: int
    """In all: with shots, their sum."""
    audio: bool = False
    negative_prompt: str | None = None
    """``None`` leaves the model's own default."""
    shots: tuple[Shot, ...] = ()
    """A storyboard, in place of the prompt."""
    extra: tuple[tuple[str, ExtraValue], ...] = ()
    """What is special to the model, by the model's own parameter names."""

    def prompts(self) -> tuple[str, ...]:
        """Everything that says what happens, shot by shot."""
        return tuple(shot.prompt for shot in self.shots) if self.shots else (self.prompt,)

    def words(self) -> str:
        """The same as one text, for people."""
        return " / ".join(self.prompts())


class OriginKind(StrEnum):
    """How a request came out of another one."""

    AGAIN = "again"
    EDIT = "edit"
    FORK = "fork"
    """Made by somebody else than the one before."""
    CONTINUE = "continue"
    """The next scene: it begins with the last frame of the one before."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from."""

    kind: OriginKind
    request_id: int
    """The ancestor."""
    generation_id: int | None = None
    """The very take, where it matters."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """The request that another one came out of, as far as cards name it."""

    user_id: int
    user_name: str
    """Untrusted text."""
    guild_id: int | None
    channel_id: int
    private: bool
    message_id: int | None
    """The post of the very take, or of the first one that was posted."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """All that is needed to reserve: written in one transaction."""

    interaction_id: int
    """Snowflake of the interaction; the request is unique by it."""
    user_id: int
    user_name: str
    """Display name at the time, for logs of moderators and for cards; untrusted text."""
    guild_id: int | None
    channel_id: int
    """Where the result goes: the channel of the command, or the direct messages when private."""
    private: bool
    settings: VideoSettings
    references: tuple[ReferenceImage, ...]
    takes: int
    price_microusd: int | None
    """Of one take; ``None`` where the model's price is not known."""
    placeholder_message_id: int | None = None
    """Message in ``channel_id`` that shows the state, when it is known already."""
    elements: tuple[Element, ...] = ()
    """The cast that the prompts name, in the order of ``@Element1`` onwards."""
    origin: Origin | None = None
    poll: bool = False
    """Whether everybody chooses among the takes."""
    draft_id: int | None = None
    """The draft that was confirmed; a second request from it is never written."""


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """A request as it stands in the database."""

    id: int
    interaction_id: int
    user_id: int
    user_name: str
    guild_id: int | None
    channel_id: int
    private: bool
    settings: VideoSettings
    references: tuple[ReferenceImage, ...]
    takes: int
    price_microusd: int | None
    placeholder_message_id: int | None
    created_at_ms: int
    elements: tuple[Element, ...] = ()
    origin: Origin | None = None
    ancestor: Ancestor | None = None
    """What the origin points to."""

    def reference_images(self) -> tuple[ReferenceImage, ...]:
        """``@Image1`` onwards, in order."""
        images = [r for r in self.references if r.role is ReferenceRole.IMAGE]
        return tuple(sorted(images, key=lambda r: r.position))

    def frame(self, role: ReferenceRole) -> ReferenceImage | None:
        """The first or last frame, if there is one."""
        return next((r for r in self.references if r.role is role), None)


@dataclass(frozen=True, slots=True)
class Generation:
    """One remote generation: one take of a request."""

    id: int
    request_id: int
    take: int
    """1 to the request's ``takes``."""
    user_id: int
    state: GenerationState
    state_since_ms: int
    created_at_ms: int
    oxen_id: str | None = None
    """Oxen's ``generation_id``; unique, known from ``rendering`` on."""
    attempts: int = 0
    """POSTs begun so far, without those that provably began nothing at Oxen."""
    attempt_fingerprint: str | None = None
    """Canonical JSON by which an orphan is recognised; see ``bot.oxen.fingerprint``."""
    attempted_at_ms: int | None = None
    """When the present attempt was put on record, by Oxen's clock as far as it was known."""
    absent_sweeps: int = 0
    """Complete sweeps since the attempt that did not find it at Oxen."""
    accepted_at_ms: int | None = None
    result: StoredVideo | None = None
    ready_at_ms: int | None = None
    nonce: str | None = None
    posting_at_ms: int | None = None
    """When the send was put on record."""
    posted_message_id: int | None = None
    delivered_at_ms: int | None = None
    cancel_requested_at_ms: int | None = None
    failure: Failure | None = None
    surface: Surface | None = None
    """Where it is posted; chosen once, before the first attempt."""
    free: bool = False
    """It turned up after its reservation had been released: it costs the user nothing."""
    first_attempted_at_ms: int | None = None
    """The same of the earliest one: an orphan of any attempt was enqueued after it."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state.is_final


@dataclass(frozen=True, slots=True)
class Rendering:
    """The little that a sweep has to know of a generation in ``rendering``: there are thousands."""

    id: int
    oxen_id: str
    accepted_at_ms: int
    is_cancel_wished: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A generation that may be sent to Oxen now, and what was asked for."""

    generation: Generation
    request: VideoRequest


@dataclass(frozen=True, slots=True)
class RequestWithTakes:
    """A request and all its generations, in order of take."""

    request: VideoRequest
    generations: tuple[Generation, ...]
