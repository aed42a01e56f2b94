"""Is an attached file a picture that a model accepts? Told from its content, never its name."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from bot.errors import InvalidImageError, MediaError
from bot.models.references import StoredImage

MIB: Final = 1024 * 1024

_READERS: Final[Mapping[str, type[ImageFile.ImageFile]]] = MappingProxyType(
    {
        "image/jpeg": JpegImagePlugin.JpegImageFile,
        "image/png": PngImagePlugin.PngImageFile,
        "image/webp": WebPImagePlugin.WebPImageFile,
    }
)
_ORIENTATION_TAG: Final = 0x0112
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
"""EXIF orientations that show a picture's stored width as its height."""
_TO_UPRIGHT: Final = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
"""What undoes each EXIF orientation; 1 is upright already."""


@dataclass(frozen=True, slots=True)
class PictureRules:
    """What a model accepts as a picture. The defaults are Kling's usual limits."""

    max_bytes: int = 10 * MIB
    min_side_px: int = 300
    min_ratio: Fraction = Fraction(2, 5)
    """Smallest width divided by height."""
    max_ratio: Fraction = Fraction(5, 2)
    max_pixels: int = 50_000_000
    """Our own limit: decoding takes four bytes of memory a pixel."""


def check_size(size_bytes: int, rules: PictureRules, *, label: str) -> None:
    """Raise ``InvalidImageError`` for a file that is too large, before it is even fetched."""
    if size_bytes > rules.max_bytes:
        raise InvalidImageError(
            f"{label} is {_mib_rounded_up(size_bytes)} MiB;"
            f" a picture may have at most {_mib(rules.max_bytes)} MiB."
        )


def inspect_picture(data: bytes, rules: PictureRules, *, label: str) -> StoredImage:
    """Check a picture by decoding it, and tell what it is.

    ``label`` is what the person calls it (``image2``) and begins every message. Width and height
    are as displayed, EXIF orientation honoured. Synchronous and slow: call it off the event loop.
    Raises ``InvalidImageError`` and nothing else.
    """
    if not data:
        raise InvalidImageError(f"{label} is empty; attach a JPEG, PNG or WebP.")
    check_size(len(data), rules, label=label)
    media_type = picture_type(data)
    if media_type is None:
        raise InvalidImageError(
            f"{label} is {_describe_other_format(data)}; attach a JPEG, PNG or WebP."
        )
    try:
        width_px, height_px = _measure(data, media_type, rules, label)
    except InvalidImageError:
        raise
    except Exception as error:  # decoders raise whatever the damage makes of them
        raise InvalidImageError(
            f"{label} is damaged or incomplete; save the picture again and attach the new file."
        ) from error
    return StoredImage(
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        width_px=width_px,
        height_px=height_px,
        size_bytes=len(data),
    )


def picture_type(data: bytes) -> str | None:
    """Media type of a JPEG, PNG or WebP by its first bytes, or ``None`` for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def read_picture(data: bytes, *, max_side_px: int) -> Image.Image:
    """Decode a picture for display: upright, RGB, transparency on white, no side over the limit.

    Raises ``MediaError`` where it cannot be decoded. Synchronous and slow.
    """
    media_type = picture_type(data)
    if media_type is None:
        raise MediaError("not a JPEG, PNG or WebP")
    try:
        with _READERS[media_type](io.BytesIO(data)) as source:
            source.draft("RGB", (max_side_px, max_side_px))
            turn = _TO_UPRIGHT.get(_orientation(source))
            picture = _flattened(source)
        picture.thumbnail((max_side_px, max_side_px), Image.Resampling.LANCZOS)
        return picture if turn is None else picture.transpose(turn)
    except Exception as error:  # as above
        raise MediaError("the picture cannot be decoded") from error


def _measure(data: bytes, media_type: str, rules: PictureRules, label: str) -> tuple[int, int]:
    """Read the header, refuse by it, then decode everything to find damage."""
    # The reader itself rather than Image.open: no second guess at the format (a phone's JPEG with
    # an embedded preview would turn into MPO), no warnings in place of our own pixel limit.
    reader = _READERS[media_type]
    with reader(io.BytesIO(data)) as header:
        _refuse_by_header(header, _displayed_size(header), rules, label)
    if media_type == "image/png":
        with reader(io.BytesIO(data)) as chunks:
            chunks.verify()
    with reader(io.BytesIO(data)) as picture:
        size = _displayed_size(picture)
        if media_type == "image/jpeg":
            # An eighth of the size reads every byte all the same, in a sixty-fourth of the memory.
            picture.draft(None, (1, 1))
        picture.load()
    return size


def _refuse_by_header(
    header: ImageFile.ImageFile, size: tuple[int, int], rules: PictureRules, label: str
) -> None:
    width_px, height_px = size
    dimensions = f"{width_px} × {height_px} px"  # noqa: RUF001  a real multiplication sign
    if width_px * height_px > rules.max_pixels:
        raise InvalidImageError(
            f"{label} is {dimensions}; a picture may have at most"
            f" {rules.max_pixels / 1_000_000:g} million pixels."
        )
    if getattr(header, "is_animated", False):
        raise InvalidImageError(f"{label} is animated; attach a still picture.")
    if min(size) < rules.min_side_px:
        raise InvalidImageError(
            f"{label} is {dimensions}; both sides must be at least {rules.min_side_px} px."
        )
    if not rules.min_ratio <= Fraction(width_px, height_px) <= rules.max_ratio:
        shape = "narrow" if width_px < height_px else "wide"
        raise InvalidImageError(
            f"{label} is {dimensions}, which is too {shape}; width to height must be from"
            f" {_ratio(rules.min_ratio)} to {_ratio(rules.max_ratio)}."
        )


def _displayed_size(picture: ImageFile.ImageFile) -> tuple[int, int]:
    width_px, height_px = picture.size
    return (height_px, width_px) if _orientation(picture) in _SIDEWAYS else (width_px, height_px)


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001  broken metadata does not make a picture unusable
        return 1


def _flattened(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    see_through = picture.convert("RGBA")
    flat = Image.new("RGB", see_through.size, "white")
    flat.paste(see_through, mask=see_through)
    return flat


def _describe_other_format(data: bytes) -> str:
    """Name what people commonly attach by mistake."""
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "a GIF"
    if data[4:8] == b"ftyp":
        if data[8:12] in {b"heic", b"heix", b"mif1", b"msf1"}:
            return "a HEIC picture"
        return "an AVIF picture" if data[8:12] in {b"avif", b"avis"} else "a video"
    if data.startswith(b"%PDF"):
        return "a PDF"
    if data.startswith((b"BM", b"II*\x00", b"MM\x00*")):
        return "a BMP or TIFF picture"
    return "not a picture"


def _ratio(ratio: Fraction) -> str:
    return f"{ratio.numerator}:{ratio.denominator}"


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / MIB:.4g}"


def _mib_rounded_up(size_bytes: int) -> str:
    """One decimal, rounded up: a byte over a limit must not read as the limit."""
    tenths = -(-size_bytes * 10 // MIB)
    return f"{tenths // 10}.{tenths % 10}"
