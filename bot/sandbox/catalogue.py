"""The models that the sandbox offers: what it publishes of each, and what it enforces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.models.money import microusd_from_usd
from bot.models.video_model import DEFAULT_MODEL

Schema = Mapping[str, Any]

_STRING: Schema = {"type": "string"}
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


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """One model. ``published`` is what clients see; ``enforced`` is what running it checks."""

    id: str
    display_name: str
    output: str
    """``video``, ``image`` or ``text``."""
    pricing: Mapping[str, Any] = field(hash=False)
    enforced: Schema = field(hash=False)
    published: Schema | None = field(hash=False)
    endpoint: str = "/videos/generate"
    schema_key: str = "json_request_schema"
    """Oxen's pages and its reference name the schema differently; both occur."""
    image_parameters: Sequence[str] = ()
    """Parameters that hold lists of reference images, in the order of ``@Image1`` onwards."""
    start_parameter: str | None = None
    end_parameter: str | None = None
    max_images: int | None = None
    shots: bool = False
    """Whether ``multi_prompt`` may stand in place of ``prompt``."""
    total_duration_s: tuple[int, int] | None = None
    """Least and most seconds over all shots."""

    @property
    def makes_media(self) -> bool:
        """Whether the queue accepts it."""
        return self.output in {"video", "image"}

    def price_microusd(self, duration_s: int, parameters: Mapping[str, Any]) -> int:
        """What one result costs, in micro-dollars."""
        if "cost_per_image" in self.pricing:
            return microusd_from_usd(self.pricing["cost_per_image"])
        key = "cost_per_second"
        if parameters.get("generate_audio") and "cost_per_second_with_audio" in self.pricing:
            key = "cost_per_second_with_audio"
        elif parameters.get("resolution") == "1080p" and "cost_per_second_high_res" in self.pricing:
            key = "cost_per_second_high_res"
        return microusd_from_usd(self.pricing[key]) * duration_s

    def as_json(self) -> dict[str, Any]:
        """The model as ``GET /api/ai/models`` shows it."""
        takes_images = bool(self.image_parameters or self.start_parameter)
        return {
            "id": self.id,
            "display_name": self.display_name,
            "description": f"{self.display_name}, played by the sandbox.",
            "summary": f"Makes {self.output}.",
            "endpoint": self.endpoint,
            "capabilities": {
                "input": ["text", "image"] if takes_images else ["text"],
                "output": [self.output],
            },
            "pricing": dict(self.pricing),
            "developer": self.display_name.split(maxsplit=1)[0],
            "released_at": "2026-02-05",
            self.schema_key: self.published,
        }


def _schema(required: Sequence[str] = (), /, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _per_second(cost: float, **more: float) -> Mapping[str, Any]:
    return {"method": "per_video_output_second", "cost_per_second": cost, **more}


_KLING_O3_PUBLISHED: Mapping[str, Schema] = {
    "start_image_url": _URI,
    "tail_image_url": _URI,
    "input_image": _URIS,
    "elements": _ELEMENTS,
    "negative_prompt": _NEGATIVE_PROMPT,
    "aspect_ratio": _ASPECT_RATIO,
    "generate_audio": _FLAG,
}
_OMNI: Schema = _schema(
    ["prompt"],
    prompt=_PROMPT,
    input_image=_URIS,
    input_video=_URI,
    video_mode={"type": "string", "enum": ["reference", "edit"], "default": "reference"},
    resolution={"type": "string", "enum": ["720p", "1080p"], "default": "720p"},
    duration=_THREE_TO_FIFTEEN,
    aspect_ratio=_ASPECT_RATIO,
    generate_audio=_FLAG,
)
_WAN: Schema = _schema(
    ["prompt", "input_images"],
    prompt={"type": "string", "minLength": 1, "maxLength": 800},
    input_images={"type": "array", "items": _URI, "minItems": 1, "maxItems": 3},
    duration={"type": "integer", "enum": [5, 10], "default": 5},
    aspect_ratio={"type": "string", "enum": ["16:9", "9:16", "1:1", "4:3", "3:4"]},
    seed={"type": "integer", "minimum": 0, "maximum": 2147483647},
)
_KLING_26: Schema = _schema(
    ["prompt", "start_image_url"],
    prompt=_PROMPT,
    start_image_url=_URI,
    tail_image_url=_URI,
    duration={"type": "integer", "enum": [5, 10], "default": 5},
    negative_prompt=_NEGATIVE_PROMPT,
    generate_audio=_FLAG,
)
_FLUX: Schema = _schema(
    ["prompt"],
    prompt={"type": "string", "minLength": 1},
    aspect_ratio=_ASPECT_RATIO,
    seed={"type": "integer"},
)

MODELS: Sequence[CatalogueModel] = (
    CatalogueModel(
        id=DEFAULT_MODEL,
        display_name="Kling O3 Pro Reference to Video",
        output="video",
        pricing=_per_second(0.224),
        published=_schema(**_KLING_O3_PUBLISHED),
        enforced=_schema(
            prompt={"type": "string", "maxLength": 512},
            multi_prompt=_SHOTS,
            duration=_THREE_TO_FIFTEEN,
            response_format=_RESPONSE_FORMAT,
            **_KLING_O3_PUBLISHED,
        ),
        image_parameters=("input_image",),
        start_parameter="start_image_url",
        end_parameter="tail_image_url",
        max_images=4,
        shots=True,
        total_duration_s=(3, 15),
    ),
    CatalogueModel(
        id="kling-video-o3-omni",
        display_name="Kling O3 Omni",
        output="video",
        pricing=_per_second(0.168, cost_per_second_high_res=0.224),
        published=_OMNI,
        enforced=_OMNI,
        schema_key="request_schema",
        endpoint="videos/generate",
        image_parameters=("input_image",),
        max_images=7,
    ),
    CatalogueModel(
        id="kling-video-v2-6-pro-image-to-video",
        display_name="Kling v2.6 Pro Image to Video",
        output="video",
        pricing=_per_second(0.070, cost_per_second_with_audio=0.140),
        published=_KLING_26,
        enforced=_KLING_26,
        start_parameter="start_image_url",
        end_parameter="tail_image_url",
    ),
    CatalogueModel(
        id="wan-v2-6-reference-to-video",
        display_name="Wan 2.6 Reference to Video",
        output="video",
        pricing=_per_second(0.100),
        published=_WAN,
        enforced=_WAN,
        endpoint="/api/ai/videos/generate",
        image_parameters=("input_images",),
        max_images=3,
    ),
    CatalogueModel(
        id="veo-3-1-fast",
        display_name="Veo 3.1 Fast",
        output="video",
        pricing=_per_second(0.100, cost_per_second_with_audio=0.150),
        published=None,
        enforced=_schema(
            ["prompt"],
            prompt={"type": "string", "minLength": 1, "maxLength": 1024},
            duration={"type": "integer", "enum": [4, 6, 8], "default": 8},
            aspect_ratio={"type": "string", "enum": ["16:9", "9:16"], "default": "16:9"},
            generate_audio=_FLAG,
        ),
    ),
    CatalogueModel(
        id="flux-2-pro",
        display_name="FLUX.2 Pro",
        output="image",
        pricing={"method": "per_image", "cost_per_image": 0.03},
        published=_FLUX,
        enforced=_FLUX,
        endpoint="/images/generate",
    ),
    CatalogueModel(
        id="llama-3-3-70b-instruct",
        display_name="Llama 3.3 70B Instruct",
        output="text",
        pricing={"method": "token", "input_cost_per_token": 0.0000009},
        published=None,
        enforced=_schema(messages={"type": "array"}),
        endpoint="/chat/completions",
    ),
)


def find_model(model_id: object) -> CatalogueModel | None:
    """The model of this id, or ``None``."""
    return next((model for model in MODELS if model.id == model_id), None)


def search_models(text: str) -> list[CatalogueModel]:
    """The models whose id or name contains the text, whatever its case."""
    wanted = text.casefold()
    return [m for m in MODELS if wanted in m.id.casefold() or wanted in m.display_name.casefold()]
