"""Oxen's models as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.errors import OxenProtocolError
from bot.models.money import MICROUSD_PER_USD, microusd_from_usd
from bot.models.video_model import Pricing, VideoModel
from bot.oxen.forms import form_of

VIDEO_ENDPOINT = "/videos/generate"


def video_model(body: Any) -> VideoModel:
    """One model; raises ``OxenProtocolError`` when it has no id."""
    if isinstance(body, Mapping) and isinstance(body.get("model"), Mapping):
        body = body["model"]
    model_id = body.get("id") if isinstance(body, Mapping) else None
    if not isinstance(model_id, str) or not model_id:
        raise OxenProtocolError("The model has no id.")
    name = body.get("display_name")
    schema = body.get("json_request_schema") or body.get("request_schema")
    schema = schema if isinstance(schema, Mapping) else None
    return VideoModel(
        id=model_id,
        display_name=name if isinstance(name, str) and name else model_id,
        pricing=_pricing(body.get("pricing")),
        request_schema=schema,
        form=form_of(model_id, schema),
        endpoint=_endpoint(body.get("endpoint")),
    )


def video_models(body: Any) -> tuple[VideoModel, ...]:
    """Those models of a list that make videos. Unknown: the name of the list, so any is taken."""
    rows = body
    if isinstance(body, Mapping):
        rows = next((body[k] for k in ("models", "data", "results") if k in body), None)
    if not isinstance(rows, list):
        raise OxenProtocolError("The reply holds no list of models.")
    return tuple(video_model(row) for row in rows if _makes_video(row))


def as_json(model: VideoModel) -> dict[str, Any]:
    """A model in Oxen's own shape, which ``video_models`` reads back as the same model."""
    return {
        "id": model.id,
        "display_name": model.display_name,
        "endpoint": model.endpoint,
        "capabilities": {"output": ["video"]},
        "pricing": _pricing_json(model.pricing) if model.pricing else None,
        "json_request_schema": model.request_schema,
    }


def _pricing_json(pricing: Pricing) -> dict[str, Any]:
    rates = {
        "cost_per_second": pricing.per_second_microusd,
        "cost_per_second_with_audio": pricing.per_second_with_audio_microusd,
        "cost_per_second_high_res": pricing.per_second_high_res_microusd,
    }
    told = {name: rate for name, rate in rates.items() if rate is not None}
    return {
        "method": pricing.method,
        **{name: str(Decimal(rate) / MICROUSD_PER_USD) for name, rate in told.items()},
    }


def _makes_video(row: Any) -> bool:
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str) or not row["id"]:
        return False
    capabilities = row.get("capabilities")
    output = capabilities.get("output") if isinstance(capabilities, Mapping) else None
    if isinstance(output, list):
        return "video" in output
    return row.get("endpoint") is not None and _endpoint(row["endpoint"]) == VIDEO_ENDPOINT


def _endpoint(value: Any) -> str:
    if not isinstance(value, str) or not value.strip("/ "):
        return VIDEO_ENDPOINT
    path = "/" + value.strip().strip("/")
    return path.removeprefix("/api/ai")


def _pricing(value: Any) -> Pricing | None:
    if not isinstance(value, Mapping):
        return None
    method = value.get("method")
    return Pricing(
        method=method if isinstance(method, str) else "",
        per_second_microusd=_microusd(value.get("cost_per_second")),
        per_second_with_audio_microusd=_microusd(value.get("cost_per_second_with_audio")),
        per_second_high_res_microusd=_microusd(value.get("cost_per_second_high_res")),
    )


def _microusd(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    is_a_price = amount.is_finite() and 0 <= amount < 1_000_000  # noqa: PLR2004  beyond any price
    return microusd_from_usd(amount) if is_a_price else None
