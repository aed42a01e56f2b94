"""From a request to the body of its POST: each picture gets an address that the model can fetch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

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
        """Return the body of the POST, with addresses that are good now."""
        start_frame = request.frame(ReferenceRole.START_FRAME)
        end_frame = request.frame(ReferenceRole.END_FRAME)
        images = await asyncio.gather(*(self._reference(r) for r in request.reference_images()))
        elements = await asyncio.gather(*(self._element(e) for e in request.elements))
        pictures = PictureAddresses(
            images=tuple(images),
            start_frame=await self._reference(start_frame) if start_frame else None,
            end_frame=await self._reference(end_frame) if end_frame else None,
            elements=tuple(elements),
        )
        settings = as_elements(request.settings, [element.name for element in request.elements])
        return self._wire.payload(settings, self._form(settings.model), pictures)

    async def _reference(self, reference: ReferenceImage) -> str:
        return await self._addresses.address(
            reference.image,
            source_url=reference.source_url,
            source_seen_at_ms=reference.source_seen_at_ms,
        )

    async def _element(self, element: Element) -> ElementAddresses:
        front, *angles = await asyncio.gather(*(self._kept(image) for image in element.images))
        return ElementAddresses(front, tuple(angles))

    async def _kept(self, image: StoredImage) -> str:
        return await self._addresses.address(image, source_url=None, source_seen_at_ms=0)
