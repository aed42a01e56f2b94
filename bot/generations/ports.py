"""The outside world as the generation services see it: small protocols, kept by the adapters."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.models.api_call import ApiCall
from bot.models.generation import (
    Failure,
    Generation,
    GenerationState,
    NewRequest,
    RequestWithTakes,
    Surface,
    VideoSettings,
)
from bot.models.quota import QuotaWindow, Usage
from bot.models.references import StoredImage
from bot.models.remote import RemoteGeneration, RemoteListing, RemoteStatus, StreamEvent
from bot.models.video import StoredVideo, VideoFacts
from bot.models.video_model import VideoModel


class GenerationStore(Protocol):
    """Requests, generations and their ledger. Every method is one transaction.

    State changes name the state they expect and raise ``StaleStateError`` when the row has moved
    on; the ledger entry that belongs to a change is written in the same transaction.
    """

    async def reserve(
        self,
        new: NewRequest,
        *,
        windows: Sequence[QuotaWindow],
        check: Callable[[Usage], None],
        now_ms: int,
    ) -> RequestWithTakes:
        """Write request, references, one row and one ``reserve`` entry per take.

        ``check`` sees the person's usage under a lock that serialises the person's requests and
        raises to refuse; then nothing is written. A request whose interaction id is there already
        is returned as it stands, unchecked.
        """
        ...

    async def usage(self, user_id: int, windows: Sequence[QuotaWindow]) -> Usage:
        """What a person has used in each window, and has in flight."""
        ...

    async def set_placeholder(self, request_id: int, message_id: int) -> None:
        """Remember which message shows the state of the request."""
        ...

    async def request(self, request_id: int) -> RequestWithTakes | None:
        """A request with all its takes."""
        ...

    async def generation(self, generation_id: int) -> Generation | None:
        """One generation."""
        ...

    async def by_oxen_id(self, oxen_id: str) -> Generation | None:
        """The generation that Oxen knows by this id."""
        ...

    async def known_oxen_ids(self, oxen_ids: Sequence[str]) -> frozenset[str]:
        """Those of the given ids that belong to a generation of ours."""
        ...

    async def in_states(self, *states: GenerationState) -> tuple[Generation, ...]:
        """All generations in these states, oldest first."""
        ...

    async def unsettled_requests(self) -> tuple[int, ...]:
        """Requests whose placeholder does not yet show their final state."""
        ...

    async def placeholder_settled(self, request_id: int) -> None:
        """The placeholder shows the final state: nothing more will be edited."""
        ...

    async def next_reserved(self, limit: int) -> tuple[Generation, ...]:
        """The generations whose turn it is, fair between users.

        Order: a user's n-th waiting generation comes after everybody's (n-1)-th, counting what the
        user already has at Oxen; within a rank, whose last turn is longest ago, then first come.
        """
        ...

    async def waiting_order(self) -> tuple[Generation, ...]:
        """Everything in ``reserved``, in the order of ``next_reserved``."""
        ...

    async def count_at_oxen(self) -> int:
        """How many generations are in ``submitting`` or ``rendering``."""
        ...

    async def begin_attempt(
        self, generation_id: int, *, fingerprint: str, now_ms: int
    ) -> Generation:
        """``reserved`` to ``submitting``: the intent is on record before the POST."""
        ...

    async def attempt_not_begun(
        self, generation_id: int, *, now_ms: int, counts: bool = True
    ) -> Generation:
        """``submitting`` to ``reserved``: Oxen did not begin it.

        ``counts`` is false where that is proven, not only told from its absence: the attempt then
        does not count among ``attempts``. The row becomes ``cancelled``, and is released, when a
        person has asked for that meanwhile.
        """
        ...

    async def count_absence(self, generation_id: int, *, now_ms: int) -> Generation:
        """One more complete sweep did not find the attempt at Oxen (stays ``submitting``)."""
        ...

    async def accept(self, generation_id: int, *, oxen_id: str, now_ms: int) -> Generation:
        """``submitting`` (or ``reserved``, for an orphan) to ``rendering``."""
        ...

    async def store_result(
        self, generation_id: int, *, result: StoredVideo, now_ms: int
    ) -> Generation:
        """``rendering`` to ``ready``."""
        ...

    async def lose_result(self, generation_id: int, *, now_ms: int) -> Generation:
        """``ready`` or ``posting`` back to ``rendering``: the file on disk is gone or damaged."""
        ...

    async def adopt_late(self, generation_id: int, *, oxen_id: str, now_ms: int) -> Generation:
        """``failed`` without a remote generation to ``rendering``: the lost one has turned up.

        Its reservation was released and stays so: it costs the user nothing.
        """
        ...

    async def record_orphan(self, oxen_id: str, *, generation_id: int, now_ms: int) -> None:
        """Remember whose a remote generation is, beside the one that its row stands for."""
        ...

    async def possible_parents(self, since_ms: int) -> tuple[Generation, ...]:
        """Generations whose POST may have begun another remote one than they stand for.

        They ended without a remote one, or were sent twice; first attempted since that time.
        """
        ...

    async def open_since(self, before_ms: int) -> tuple[Generation, ...]:
        """Generations asked for before a time that have not ended, oldest first."""
        ...

    async def undelivered(self, since_ms: int) -> tuple[Generation, ...]:
        """Generations that ended since that time with a video and no place to post it."""
        ...

    async def reopen(self, generation_id: int, *, now_ms: int) -> Generation:
        """``failed`` for want of a place back to where it can be posted; it stays released."""
        ...

    async def begin_posting(
        self, generation_id: int, *, nonce: str, surface: Surface, now_ms: int
    ) -> Generation:
        """``ready`` to ``posting``: nonce, surface and time are on record before the send.

        From ``posting`` again it keeps the nonce and renews the time.
        """
        ...

    async def deliver(self, generation_id: int, *, message_id: int, now_ms: int) -> Generation:
        """``posting`` to ``delivered``; the reservation becomes a charge (``capture``)."""
        ...

    async def fail(self, generation_id: int, *, failure: Failure, now_ms: int) -> Generation:
        """Any state that is not final to ``failed``; the reservation is released."""
        ...

    async def ask_to_cancel(self, generation_id: int, *, now_ms: int) -> Generation:
        """Note the wish; a row in ``reserved`` becomes ``cancelled`` at once and is released."""
        ...

    async def cancel(self, generation_id: int, *, now_ms: int) -> Generation:
        """``submitting`` or ``rendering`` to ``cancelled``; the reservation is released."""
        ...

    async def recent_render_ms(self, model: str, duration_s: int, limit: int) -> tuple[int, ...]:
        """Times from acceptance to the result, of the latest generations like this one."""
        ...


class OxenQueue(Protocol):
    """Oxen's asynchronous queue. Raises the ``OxenError`` family and nothing else."""

    async def enqueue(self, payload: Mapping[str, Any]) -> RemoteGeneration:
        """Enqueue exactly one generation (``num_generations`` 1); never retried inside."""
        ...

    async def get(self, oxen_id: str) -> RemoteGeneration:
        """One generation; a fresh result link with it."""
        ...

    async def list(self, status: RemoteStatus) -> RemoteListing:
        """All generations with this status, of any model."""
        ...

    async def cancel(self, oxen_id: str) -> None:
        """Ask Oxen to cancel; changes nothing for a finished one."""
        ...

    async def download(self, url: str, to: Path, *, max_bytes: int) -> int:
        """Stream a result into the file ``to`` (created, flushed, fsynced); its size in bytes.

        Raises the ``DownloadError`` family, and ``DiskError`` where the file cannot be written. The
        API key goes to Oxen's own host only.
        """
        ...


class OxenEvents(Protocol):
    """Oxen's event stream, reconnecting by itself for ever."""

    def events(self) -> AsyncGenerator[StreamEvent, None]:
        """``StreamConnected`` after each (re)connection, ``GenerationFinished`` for each event.

        Closing it drops the connection.
        """
        ...


class OxenModels(Protocol):
    """Oxen's list of models."""

    async def model(self, model_id: str) -> VideoModel:
        """One model; raises ``OxenNotFoundError``."""
        ...


class ReferenceAddresses(Protocol):
    """An address for a picture, as configured: Discord's own, ``data:``, or in a repository."""

    async def address(
        self, image: StoredImage, *, source_url: str | None, source_seen_at_ms: int
    ) -> str:
        """An http(s) or ``data:`` URI that the model can fetch now. Never logged."""
        ...


class WireFormat(Protocol):
    """How a model wants to be asked, and how a generation of ours is told from others."""

    def payload(
        self,
        settings: VideoSettings,
        *,
        images: Sequence[str],
        start_frame: str | None,
        end_frame: str | None,
    ) -> dict[str, Any]:
        """The body of the POST; the pictures are given as addresses."""
        ...

    def fingerprint(self, payload: Mapping[str, Any]) -> str:
        """What an orphan is recognised by: no addresses, only their digests."""
        ...

    def matches(self, fingerprint: str, remote: RemoteGeneration, /) -> bool:
        """Whether a generation at Oxen could be the one that was sent with this fingerprint."""
        ...

    def api_call(self, payload: Mapping[str, Any]) -> ApiCall:
        """The same request as programs that anyone with a key can run."""
        ...


class VideoLibrary(Protocol):
    """Results on disk."""

    def new_download(self, generation_id: int) -> Path:
        """A fresh path for a download in progress; not yet in the library."""
        ...

    async def take_in(self, download: Path, generation_id: int) -> StoredVideo:
        """Probe, fsync and rename into the library, whole; raises ``NotAVideoError``."""
        ...

    async def is_whole(self, video: StoredVideo) -> bool:
        """Whether the file is still there and still the video that was taken in."""
        ...

    async def fitted(self, video: StoredVideo, max_bytes: int) -> tuple[Path, VideoFacts]:
        """The video under a size, with its sound: the file itself if it fits, else re-encoded.

        Raises ``CannotFitError``.
        """
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """All that a placeholder shows."""

    request: RequestWithTakes
    waiting_position: int | None = None
    """1 for next in line; ``None`` when nothing of the request is waiting."""
    expected_at_ms: int | None = None
    """When the request is expected to be finished, from recent generations like it."""
    oxen_away: bool = False
    """Oxen is not answering; the request is safe and goes out when it is back."""
    waiting_total: int = 0
    """Generations waiting in all, for the text that goes with ``oxen_away``."""


@dataclass(frozen=True, slots=True)
class FinishedVideo:
    """All that a result card shows."""

    request: RequestWithTakes
    generation: Generation
    file: Path | None
    """``None`` where no version of the video is small enough for the channel."""
    facts: VideoFacts
    """Of ``file``, which may be smaller than the original; of the original without a file."""
    shrunk: bool
    """The channel's limit did not admit the original; a button fetches a link to it."""


class Placeholders(Protocol):
    """The cards that show how far requests are. Raises the ``PostError`` family."""

    async def show_progress(self, progress: Progress) -> int | None:
        """Bring the placeholder in step; its message id, or ``None`` where there is none."""
        ...


class ResultPosts(Protocol):
    """The messages with the videos. Raises the ``PostError`` family."""

    async def choose_surface(self, request: RequestWithTakes) -> Surface:
        """Where the result can be posted, by what the bot may do there now."""
        ...

    async def upload_limit_bytes(self, request: RequestWithTakes, surface: Surface) -> int:
        """How large a file may be there."""
        ...

    async def post(self, finished: FinishedVideo, surface: Surface, *, nonce: str) -> int:
        """Post the result; the message id.

        Again with the same nonce within the nonce window it does not post twice; an edited
        placeholder stays one message in any case. Raises ``PostDeletedError`` when the message was
        there and has been deleted.
        """
        ...

    async def find(
        self, request: RequestWithTakes, generation: Generation, surface: Surface
    ) -> int | None:
        """Look for the bot's own post of this generation; its message id."""
        ...

    async def delete(self, request: RequestWithTakes, generation: Generation) -> None:
        """Take the post away, and a placeholder that only points to it; gone already is fine."""
        ...
