"""Fetches the images of a request, as a model would, and refuses those that Kling refuses."""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import ipaddress
from urllib.parse import unquote_to_bytes

import aiohttp
from PIL import Image
from yarl import URL

from bot.sandbox.validation import ParameterError

# Kling's usual limits; Oxen does not publish any of its own.
LARGEST_IMAGE_BYTES = 10 * 1024 * 1024
SMALLEST_SIDE_PX = 300
ASPECT_LIMITS = (0.4, 2.5)
_FORMATS = ("JPEG", "PNG", "WEBP")
_FETCH_TIMEOUT_SECONDS = 10


class Pictures:
    """Reads ``data:`` URIs and http addresses on this machine; it never goes out to the world."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def fetch(self, uri: str) -> bytes:
        """The bytes of one image, checked. Raises ``ParameterError``."""
        data = _decode(uri) if uri.startswith("data:") else await self._download(uri)
        await asyncio.to_thread(check_picture, data)
        return data

    async def _download(self, uri: str) -> bytes:
        try:
            url = URL(uri)
        except ValueError:
            raise ParameterError("Failed to download image: invalid URL.") from None
        if url.scheme not in {"http", "https"} or not _is_loopback(url.host):
            raise ParameterError("Failed to download image: host could not be reached.")
        timeout = aiohttp.ClientTimeout(total=_FETCH_TIMEOUT_SECONDS)
        try:
            async with self._session.get(url, timeout=timeout, allow_redirects=False) as answer:
                if answer.status != 200:  # noqa: PLR2004  the one status that carries an image
                    raise ParameterError(f"Failed to download image: HTTP {answer.status}.")
                data = bytearray()
                async for chunk in answer.content.iter_any():
                    data += chunk
                    _check_size(len(data))
                return bytes(data)
        except (aiohttp.ClientError, TimeoutError):
            raise ParameterError("Failed to download image: host could not be reached.") from None


def check_picture(data: bytes) -> None:
    """Hold a picture against the limits. Raises ``ParameterError``."""
    _check_size(len(data))
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            picture.verify()
    except Exception:  # noqa: BLE001  Pillow raises many kinds for damaged files
        raise ParameterError("Invalid image: it must be JPEG, PNG or WebP.") from None
    if min(width, height) < SMALLEST_SIDE_PX:
        raise ParameterError(
            f"Invalid image: both sides must be at least {SMALLEST_SIDE_PX}px, "
            f"got {width}x{height}."
        )
    narrowest, widest = ASPECT_LIMITS
    if not narrowest <= width / height <= widest:
        raise ParameterError(
            f"Invalid image: aspect ratio must be {narrowest} to {widest}, got {width}x{height}."
        )


def _decode(uri: str) -> bytes:
    head, comma, body = uri.partition(",")
    if not comma:
        raise ParameterError("Invalid image: malformed data URI.")
    try:
        if head.endswith(";base64"):
            return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise ParameterError("Invalid image: malformed base64 in data URI.") from None
    return unquote_to_bytes(body)


def _check_size(size_bytes: int) -> None:
    if size_bytes > LARGEST_IMAGE_BYTES:
        raise ParameterError("Invalid image: the file must not be larger than 10MB.")


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
