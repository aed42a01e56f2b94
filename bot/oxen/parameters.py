"""A video's settings in the parameter names of Kling O3 Pro reference-to-video."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.models.generation import VideoSettings


def payload(
    settings: VideoSettings,
    *,
    images: Sequence[str],
    start_frame: str | None = None,
    end_frame: str | None = None,
    namespace: str | None = None,
) -> dict[str, Any]:
    """The body of an enqueue, ``num_generations`` aside; what is left out keeps its default.

    ``images`` are the addresses of ``@Image1`` onwards. ``namespace`` is where results and billing
    go, the key's own user when ``None``. Length and shape are always named: they decide what is
    paid for, so they do not hang on a default. Raises ``ValueError`` for an end frame without a
    start frame, which the model cannot use.
    """
    if end_frame is not None and start_frame is None:
        raise ValueError("an end frame needs a start frame")
    body: dict[str, Any] = {
        "model": settings.model,
        "prompt": settings.prompt,
        "duration": settings.duration_s,
        "aspect_ratio": settings.aspect_ratio,
    }
    if settings.audio:
        body["generate_audio"] = True
    if settings.negative_prompt is not None:
        body["negative_prompt"] = settings.negative_prompt
    if images:
        body["input_image"] = list(images)
    if start_frame is not None:
        body["start_image_url"] = start_frame
    if end_frame is not None:
        body["tail_image_url"] = end_frame
    if namespace:
        body["target_namespace"] = namespace
    return body
