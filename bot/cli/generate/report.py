"""What is said of a video at the end."""

from __future__ import annotations

import time
from typing import Any

from bot.cli.failing import CommandError, InterruptedByUserError
from bot.cli.generate.order import Order
from bot.cli.generate.session import Finished
from bot.models.money import format_usd


class Report:
    """How it ended, for people and for programs."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._begun_s = time.monotonic()
        self._took_s = 0.0
        self._oxen_id: str | None = None
        self.price_microusd: int | None = None
        self.finished: Finished | None = None
        self.error: CommandError | None = None

    def end(self, oxen_id: str | None) -> None:
        """Stop the clock; the id is Oxen's, as far as it is known."""
        self._oxen_id = oxen_id
        self._took_s = round(time.monotonic() - self._begun_s, 1)

    def as_json(self) -> dict[str, Any]:
        """One object: ``status`` is ``succeeded``, ``failed`` or ``cancelled``."""
        settings = self._order.settings
        report: dict[str, Any] = {
            "status": "failed",
            "generation_id": self._oxen_id,
            "model": settings.model,
            "mode": self._order.mode.value,
            "price_microusd": self.price_microusd,
            "took_s": self._took_s,
        }
        if isinstance(self.error, InterruptedByUserError):
            report["status"] = "cancelled"
        if self.error is not None:
            report["error"] = str(self.error)
        if self.finished is not None:
            facts = self.finished.facts
            report |= {
                "status": "succeeded",
                "out": str(self.finished.out),
                "width_px": facts.width_px,
                "height_px": facts.height_px,
                "duration_ms": facts.duration_ms,
                "size_bytes": facts.size_bytes,
                "has_audio": facts.has_audio,
                "video_codec": facts.video_codec,
            }
        return report

    def sentence(self, finished: Finished) -> str:
        """One line about the video."""
        facts = finished.facts
        sound = "with sound" if facts.has_audio else "silent"
        price = "" if self.price_microusd is None else f" for {format_usd(self.price_microusd)}"
        return (
            f"{finished.out}: {facts.duration_ms / 1000:.3g} s, {facts.width_px} by "
            f"{facts.height_px} px, {sound}, {facts.size_bytes / 1024**2:.1f} MiB{price}, "
            f"made in {self._took_s:.0f} s"
        )
