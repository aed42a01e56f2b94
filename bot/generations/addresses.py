"""From a request to the body of its POST: each picture gets an address that the model can fetch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bot.errors import InvalidRequestError
from bot.generations.mentions import as_elements
from bot.generations.ports import ReferenceAddresses, WireFormat
from bot.models.addresses import ElementAddresses, PictureAddresses
from bot.models.generation import VideoRequest
from bot.models.model_form import ModelForm
from bot.models.references import Element, ReferenceImage, ReferenceRole, StoredImage


class PayloadBuilder:
    """Builds what is sent to Oxen for a request; ``form`` tells what a model takes."""

    def __init__(
        self,
        addresses: ReferenceAddresses,
        wire: WireFormat,
        *,
        form: Callable[[str], ModelForm],
    ) -> None:
        self._addresses = addresses
        self._wire = wire
        self._form = form

    async def build(self, request: VideoRequest) -> dict[str, Any]:
        """Return the body of the POST, with addresses that are good now.

        Raises ``ValueError`` where the model does not take any more what was asked for.
        """
        return await self._with(self._addresses, request)

    async def sketch(self, request: VideoRequest) -> dict[str, Any]:
        """Return the same with ``data:`` addresses that hold nothing in place of the pictures.

        Raises ``InvalidRequestError`` where the model does not take it any more.
        """
        try:
            return await self._with(_EmptyAddresses(), request)
        except ValueError as error:
            raise InvalidRequestError(
                "The model of this video takes other settings now, so this call would not work "
                "any more. Edit makes a new request from it."
            ) from error

    async def _with(self, addresses: ReferenceAddresses, request: VideoRequest) -> dict[str, Any]:
        async def of(reference: ReferenceImage) -> str:
            return await addresses.address(
                reference.image,
                source_url=reference.source_url,
                source_seen_at_ms=reference.source_seen_at_ms,
            )

        async def kept(image: StoredImage) -> str:
            return await addresses.address(image, source_url=None, source_seen_at_ms=0)

        async def drawn(element: Element) -> ElementAddresses:
            front, *angles = await asyncio.gather(*(kept(image) for image in element.images))
            return ElementAddresses(front, tuple(angles))

        start_frame = request.frame(ReferenceRole.START_FRAME)
        end_frame = request.frame(ReferenceRole.END_FRAME)
        images = await asyncio.gather(*(of(r) for r in request.reference_images()))
        elements = await asyncio.gather(*(drawn(e) for e in request.elements))
        pictures = PictureAddresses(
            images=tuple(images),
            start_frame=await of(start_frame) if start_frame else None,
            end_frame=await of(end_frame) if end_frame else None,
            elements=tuple(elements),
        )
        settings = as_elements(request.settings, [element.name for element in request.elements])
        return self._wire.payload(settings, self._form(settings.model), pictures)


class _EmptyAddresses:
    """Stands in for pictures where nobody is to fetch them."""

    async def address(
        self,
        image: StoredImage,
        *,
        source_url: str | None,  # noqa: ARG002  the protocol's
        source_seen_at_ms: int,  # noqa: ARG002  the protocol's
    ) -> str:
        return f"data:{image.media_type};base64,"
