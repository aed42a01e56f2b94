"""Numbers with their units, as cards write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from bot.models.generation import VideoSettings
from bot.models.model_form import ExtraValue
from bot.models.money import MICROUSD_PER_USD, format_usd
from bot.ui.text import neutralise, without_addresses

BAR_SEGMENTS = 10
DOT = " · "

_MODEL_NAME_CHARS = 40
_EXTRAS_SHOWN = 3
_EXTRA_CHARS = 32
_BYTES_PER_MIB = 1024 * 1024
_MS_PER_S = 1000
_S_PER_MIN = 60
_MIN_PER_H = 60


class Place(Protocol):
    """Where the results of a request go."""

    @property
    def guild_id(self) -> int | None:
        """The server, if it is in one."""
        ...

    @property
    def channel_id(self) -> int:
        """The channel, or the direct messages."""
        ...

    @property
    def private(self) -> bool:
        """Whether it is for one person, by direct message."""
        ...


def mention(user_id: int) -> str:
    """A person's mention. Whether it notifies is decided by ``AllowedMentions`` at the send."""
    return f"<@{user_id}>"


def relative(at_ms: int) -> str:
    """A moment in UTC milliseconds as Discord's live relative time (``in 2 minutes``)."""
    return f"<t:{at_ms // _MS_PER_S}:R>"


def date(at_ms: int) -> str:
    """A moment in UTC milliseconds as a date and time in the reader's own zone and language."""
    return f"<t:{at_ms // _MS_PER_S}:f>"


def message_link(place: Place, message_id: int) -> str:
    """Address of a message in the place where a request's results go."""
    server = "@me" if place.private or place.guild_id is None else str(place.guild_id)
    return f"https://discord.com/channels/{server}/{place.channel_id}/{message_id}"


def money(microusd: int | None) -> str:
    """``$1.34``, or ``price unknown``."""
    return "price unknown" if microusd is None else format_usd(microusd)


def exact_money(microusd: int) -> str:
    """``$0.224``: every digit there is, and two at least."""
    dollars = Decimal(microusd) / MICROUSD_PER_USD
    digits = -int(dollars.normalize().as_tuple().exponent)
    return f"${dollars:.{max(digits, 2)}f}"


def mebibytes(size_bytes: int) -> str:
    """``14.2 MiB``; what is there never reads as nothing."""
    return f"{max(size_bytes / _BYTES_PER_MIB, 0.1):.1f} MiB"


def duration(span_ms: int) -> str:
    """``9 s``, ``1 min 40 s``, ``1 h 5 min``: the two largest units that matter."""
    seconds = max(round(span_ms / _MS_PER_S), 1)
    minutes, seconds = divmod(seconds, _S_PER_MIN)
    hours, minutes = divmod(minutes, _MIN_PER_H)
    units = ((hours, "h"), (minutes, "min"), (seconds if not hours else 0, "s"))
    return " ".join(f"{amount} {unit}" for amount, unit in units if amount)


def small_print(
    settings: VideoSettings,
    price_microusd: int | None,
    *,
    model_name: str,
    takes: int = 1,
    is_free: bool = False,
) -> tuple[str, ...]:
    """What a video is made of, in the order that every card keeps.

    ``price_microusd`` is that of one take; what is shown is the price of all of them, and none
    where nothing was charged.
    """
    total = None if price_microusd is None else price_microusd * takes
    parts = (
        neutralise(model_name, _MODEL_NAME_CHARS),
        shots(len(settings.shots)) if settings.shots else "",
        f"{settings.duration_s} s",
        settings.aspect_ratio,
        "sound" if settings.audio else "no sound",
        *extras(settings),
        f"{takes} takes" if takes > 1 else "",
        "" if is_free else money(total),
    )
    return tuple(part for part in parts if part)


def extras(settings: VideoSettings) -> tuple[str, ...]:
    """What is special to the model, shortly: ``resolution 1080p``."""
    shown = [_extra(name, value) for name, value in settings.extra[:_EXTRAS_SHOWN]]
    more = len(settings.extra) - len(shown)
    return (*shown, f"{more} more") if more else tuple(shown)


def _extra(name: str, value: ExtraValue) -> str:
    if isinstance(value, bool):
        return neutralise(name if value else f"no {name}", _EXTRA_CHARS)
    return neutralise(f"{name} {without_addresses(str(value))}", _EXTRA_CHARS)


def shots(number: int) -> str:
    """``3 shots``."""
    return f"{number} shot" if number == 1 else f"{number} shots"


def small(*parts: str) -> str:
    """Parts joined into one line of Discord's small text."""
    return f"-# {DOT.join(parts)}"


def bar(used: int, limit: int) -> str:
    """Ten segments, for a code span, which makes them equally wide.

    Full only when nothing is left, empty only when nothing is used.
    """
    if used >= limit:
        filled = BAR_SEGMENTS
    elif used <= 0:
        filled = 0
    else:
        filled = min(max(used * BAR_SEGMENTS // limit, 1), BAR_SEGMENTS - 1)
    return "█" * filled + "░" * (BAR_SEGMENTS - filled)
