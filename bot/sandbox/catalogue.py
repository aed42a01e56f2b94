"""The models that the sandbox offers: what it publishes of each, and what it enforces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.models.money import microusd_from_usd
from bot.models.video_model import DEFAULT_MODEL
from bot.sandbox.schemas import (
    FLUX,
    KLING_26,
    KLING_O3,
    KLING_O3_PUBLISHED,
    LUMEN,
    LUMEN_PUBLISHED,
    OMNI,
    VEO,
    WAN,
    Schema,
    schema,
)


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
    prompt_parameter: str = "prompt"
    duration_parameter: str = "duration"
    shape_parameter: str = "aspect_ratio"
    audio_parameter: str = "generate_audio"
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
        rate = microusd_from_usd(self.pricing["cost_per_second"])
        if self.value(parameters, self.audio_parameter):
            rate = self._rate("cost_per_second_with_audio", rate)
        if self.value(parameters, "resolution") == "1080p":
            rate = max(rate, self._rate("cost_per_second_high_res", rate))
        return rate * duration_s

    def value(self, parameters: Mapping[str, Any], name: str) -> Any:
        """What a parameter is, or is by default."""
        default = self.enforced["properties"].get(name, {}).get("default")
        return default if parameters.get(name) is None else parameters[name]

    def _rate(self, name: str, otherwise: int) -> int:
        return microusd_from_usd(self.pricing[name]) if name in self.pricing else otherwise

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


def _per_second(cost: float, **more: float) -> Mapping[str, Any]:
    return {"method": "per_video_output_second", "cost_per_second": cost, **more}


MODELS: Sequence[CatalogueModel] = (
    CatalogueModel(
        id=DEFAULT_MODEL,
        display_name="Kling O3 Pro Reference to Video",
        output="video",
        pricing=_per_second(0.224),
        published=schema(**KLING_O3_PUBLISHED),
        enforced=KLING_O3,
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
        published=OMNI,
        enforced=OMNI,
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
        published=KLING_26,
        enforced=KLING_26,
        start_parameter="start_image_url",
        end_parameter="tail_image_url",
    ),
    CatalogueModel(
        id="wan-v2-6-reference-to-video",
        display_name="Wan 2.6 Reference to Video",
        output="video",
        pricing=_per_second(0.100),
        published=WAN,
        enforced=WAN,
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
        enforced=VEO,
    ),
    CatalogueModel(
        id="lumen-story-2",
        display_name="Lumen Story 2",
        output="video",
        pricing=_per_second(0.05, cost_per_second_with_audio=0.08, cost_per_second_high_res=0.12),
        published=LUMEN_PUBLISHED,
        enforced=LUMEN,
        prompt_parameter="text",
        duration_parameter="seconds",
        shape_parameter="ratio",
        audio_parameter="with_audio",
        image_parameters=("photos",),
        start_parameter="first_frame",
        end_parameter="last_frame",
    ),
    CatalogueModel(
        id="flux-2-pro",
        display_name="FLUX.2 Pro",
        output="image",
        pricing={"method": "per_image", "cost_per_image": 0.03},
        published=FLUX,
        enforced=FLUX,
        endpoint="/images/generate",
    ),
    CatalogueModel(
        id="llama-3-3-70b-instruct",
        display_name="Llama 3.3 70B Instruct",
        output="text",
        pricing={"method": "token", "input_cost_per_token": 0.0000009},
        published=None,
        enforced=schema(messages={"type": "array"}),
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
