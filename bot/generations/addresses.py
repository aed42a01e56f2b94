"""From a request to the body of its POST: each picture gets an address that the model can fetch."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.generations.ports import ReferenceAddresses, WireFormat
from bot.models.generation import VideoRequest
from bot.models.references import ReferenceImage, ReferenceRole


class PayloadBuilder:
    """Builds what is sent to Oxen for a request."""

    def __init__(self, addresses: ReferenceAddresses, wire: WireFormat) -> None:
        self._addresses = addresses
        self._wire = wire

    async def build(self, request: VideoRequest) -> dict[str, Any]:
        """Return the body of the POST, with addresses that are good now."""
        images = await asyncio.gather(*(self._address(r) for r in request.reference_images()))
        start_frame = request.frame(ReferenceRole.START_FRAME)
        end_frame = request.frame(ReferenceRole.END_FRAME)
        return self._wire.payload(
            request.settings,
            images=images,
            start_frame=await self._address(start_frame) if start_frame else None,
            end_frame=await self._address(end_frame) if end_frame else None,
        )

    async def _address(self, reference: ReferenceImage) -> str:
        return await self._addresses.address(
            reference.image,
            source_url=reference.source_url,
            source_seen_at_ms=reference.source_seen_at_ms,
        )
