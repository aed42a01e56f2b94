"""JSON schemas of the models' parameters, as Oxen publishes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_URI: Schema = {"type": "string", "format": "uri"}
_URIS: Schema = {"type": "array", "items": _URI}
_PROMPT: Schema = {"type": "string", "minLength": 1, "maxLength": 512}
_FLAG: Schema = {"type": "boolean", "default": False}
_RESPONSE_FORMAT: Schema = {"type": "string", "enum": ["url", "b64_json"], "default": "url"}
_ASPECT_RATIO: Schema = {"type": "string", "enum": ["16:9", "9:16", "1:1"], "default": "16:9"}
_NEGATIVE_PROMPT: Schema = {"type": "string", "default": "blur, distort, and low quality"}
_ELEMENTS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "frontal_image_url": _URI,
            "reference_image_urls": {"type": "array", "items": _URI, "maxItems": 3},
        },
        "required": ["frontal_image_url"],
    },
}
_SHOTS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "prompt": _PROMPT,
            "duration": {"type": "integer", "minimum": 1, "maximum": 15, "default": 5},
        },
        "required": ["prompt"],
    },
}
_THREE_TO_FIFTEEN: Schema = {"type": "integer", "enum": list(range(3, 16)), "default": 5}


def schema(required: Sequence[str] = (), /, **properties: Schema) -> Schema:
    """An object of these parameters."""
    return {"type": "object", "properties": properties, "required": list(required)}


KLING_O3_PUBLISHED: Mapping[str, Schema] = {
    "start_image_url": _URI,
    "tail_image_url": _URI,
    "input_image": _URIS,
    "elements": _ELEMENTS,
    "negative_prompt": _NEGATIVE_PROMPT,
    "aspect_ratio": _ASPECT_RATIO,
    "generate_audio": _FLAG,
}
KLING_O3: Schema = schema(
    prompt={"type": "string", "maxLength": 512},
    multi_prompt=_SHOTS,
    duration=_THREE_TO_FIFTEEN,
    response_format=_RESPONSE_FORMAT,
    **KLING_O3_PUBLISHED,
)
OMNI: Schema = schema(
    ["prompt"],
    prompt=_PROMPT,
    input_image={**_URIS, "maxItems": 7},
    input_video=_URI,
    video_mode={"type": "string", "enum": ["reference", "edit"], "default": "reference"},
    resolution={"type": "string", "enum": ["720p", "1080p"], "default": "720p"},
    duration=_THREE_TO_FIFTEEN,
    aspect_ratio=_ASPECT_RATIO,
    generate_audio=_FLAG,
)
WAN: Schema = schema(
    ["prompt", "input_images"],
    prompt={"type": "string", "minLength": 1, "maxLength": 800},
    input_images={"type": "array", "items": _URI, "minItems": 1, "maxItems": 3},
    duration={"type": "integer", "enum": [5, 10], "default": 5},
    aspect_ratio={"type": "string", "enum": ["16:9", "9:16", "1:1", "4:3", "3:4"]},
    seed={"type": "integer", "minimum": 0, "maximum": 2147483647},
)
KLING_26: Schema = schema(
    ["prompt", "start_image_url"],
    prompt=_PROMPT,
    start_image_url=_URI,
    tail_image_url=_URI,
    duration={"type": "integer", "enum": [5, 10], "default": 5},
    negative_prompt=_NEGATIVE_PROMPT,
    generate_audio=_FLAG,
)
_LUMEN_PLAIN: Mapping[str, Schema] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 400},
    "seconds": {"type": "string", "enum": ["4", "8", "12"], "default": "8"},
    "ratio": {"type": "string", "enum": ["16:9", "9:16", "4:5", "21:9"], "default": "16:9"},
    "photos": {"type": "array", "items": _URI, "maxItems": 2},
    "first_frame": _URI,
    "last_frame": _URI,
    "with_audio": {"type": "boolean", "default": True},
    "avoid": {"type": "string", "maxLength": 200},
    "look": {"type": "string", "enum": ["film", "anime", "clay"], "default": "film"},
    "resolution": {"type": "string", "enum": ["720p", "1080p"], "default": "720p"},
    "seed": {"type": "integer", "minimum": 0, "maximum": 65535},
    "strength": {"type": "number", "minimum": 0, "maximum": 1},
}
LUMEN: Schema = schema(["text", "seconds"], **_LUMEN_PLAIN)
LUMEN_PUBLISHED: Schema = {
    **schema(
        ["text", "seconds"],
        **{
            **_LUMEN_PLAIN,
            "first_frame": {"anyOf": [_URI, {"type": "null"}], "default": None},
            "last_frame": {"anyOf": [_URI, {"type": "null"}], "default": None},
            "look": {"allOf": [{"$ref": "#/$defs/Look"}], "default": "film"},
            "seed": {**_LUMEN_PLAIN["seed"], "type": ["integer", "null"]},
        },
    ),
    "$defs": {"Look": {"type": "string", "enum": ["film", "anime", "clay"], "title": "Look"}},
}
"""The same as ``LUMEN``, in the roundabout way in which generators of schemas write."""
FLUX: Schema = schema(
    ["prompt"],
    prompt={"type": "string", "minLength": 1},
    aspect_ratio=_ASPECT_RATIO,
    seed={"type": "integer"},
)
VEO: Schema = schema(
    ["prompt"],
    prompt={"type": "string", "minLength": 1, "maxLength": 1024},
    duration={"type": "integer", "enum": [4, 6, 8], "default": 8},
    aspect_ratio={"type": "string", "enum": ["16:9", "9:16"], "default": "16:9"},
    generate_audio=_FLAG,
)
