"""Oxen: its queue, its events and models, and how a model wants to be asked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bot.models.addresses import PictureAddresses
from bot.models.api_call import ApiCall
from bot.models.generation import VideoSettings
from bot.models.model_form import ModelForm
from bot.models.references import StoredImage
from bot.models.remote import RemoteGeneration, RemoteListing, RemoteStatus, StreamEvent
from bot.models.video_model import VideoModel


class OxenQueue(Protocol):
    """Oxen's asynchronous queue. Raises the ``OxenError`` family and nothing else."""

    async def enqueue(self, payload: Mapping[str, Any]) -> RemoteGeneration:
        """Enqueue exactly one generation (``num_generations`` 1); never retried inside."""
        ...

    async def get(self, oxen_id: str) -> RemoteGeneration:
        """One generation; a fresh result link with it."""
        ...

    async def list(
        self, status: RemoteStatus, *, whole: Callable[[str, int | None], bool] | None = None
    ) -> RemoteListing:
        """All generations with this status, of any model.

        ``whole`` says by id and ``enqueued_at_s``, from any thread, of which more shall be kept
        than how far they are: thousands with their parameters are tens of megabytes.
        """
        ...

    def time_ms(self) -> int:
        """UTC milliseconds by Oxen's clock, as far as it is known, and never later than that.

        It does not jump when this machine's clock is set, which is all there is to tell it by as
        long as Oxen has not answered anything.
        """
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

    async def models(self) -> Sequence[VideoModel]:
        """All models that make videos."""
        ...


class ModelMemory(Protocol):
    """What was last heard of the models, over restarts. Raises ``StoreError``."""

    async def remembered(self) -> Sequence[VideoModel]:
        """The models last remembered; none where nothing readable is kept."""
        ...

    async def remember(self, models: Sequence[VideoModel]) -> None:
        """Keep these, in place of what was kept."""
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
        self, settings: VideoSettings, form: ModelForm, pictures: PictureAddresses
    ) -> dict[str, Any]:
        """The body of the POST; prompts name the cast as ``@Element1`` already."""
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
