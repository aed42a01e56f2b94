"""Kinds of value that a key may have, each refusing with what would be right."""

from __future__ import annotations

import ipaddress
import re
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

UNLIMITED = "unlimited"


class Section(BaseModel):
    """A table of the file: immutable, exact about types, without room for unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


def _limit(value: Any) -> Any:
    if value == UNLIMITED:
        return None
    if value is None or isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f'a whole number from 1 up, or "{UNLIMITED}", would be right')
    return value


def _ratio(value: Any) -> Any:
    if isinstance(value, Fraction):
        return value
    match = (
        re.fullmatch(r"\s*(\d{1,5})\s*:\s*(\d{1,5})\s*", value) if isinstance(value, str) else None
    )
    if match is None or not int(match[1]) or not int(match[2]):
        raise ValueError('width to height as text, such as "2:5", would be right')
    return Fraction(int(match[1]), int(match[2]))


def _time_zone(value: Any) -> Any:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, TypeError, OSError) as error:
        near = get_close_matches(str(value), available_timezones(), n=1)
        if near:
            raise ValueError(f'no time zone has that name; did you mean "{near[0]}"?') from error
        raise ValueError(
            'the name of a time zone, such as "UTC" or "Europe/Berlin", would be right'
        ) from error
    return value


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def base_url(value: Any) -> Any:
    """Check the address of an Oxen server; without a slash at the end.

    Raises ``ValueError`` for anything but ``https://host``, or ``http://`` on this machine: the
    API key would travel in the clear.
    """
    right = 'an address such as "https://hub.oxen.ai" would be right'
    if not isinstance(value, str):
        raise ValueError(right)  # noqa: TRY004  pydantic collects ValueErrors, a TypeError ends it
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(right) from error
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise ValueError(right)
    if parts.username is not None:
        raise ValueError("leave the name and password out of it")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise ValueError(
            "the API key would travel in the clear; begin the address with https:// "
            "(http:// is for this machine only)"
        )
    return value.rstrip("/")


def _host(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", value):
        raise ValueError('a host name in lower case, such as "storage.example.com", would be right')
    return value


def _model_name(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[\w./:-]+|\*", value):
        raise ValueError(
            'a model\'s name, such as "kling-video-o3-omni", or "*" for all, would be right'
        )
    return value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Limit = Annotated[
    int | None,
    BeforeValidator(_limit),
    PlainSerializer(lambda value: UNLIMITED if value is None else value),
]
"""A whole number from 1 up; ``"unlimited"`` in the file is ``None`` here."""
Ratio = Annotated[
    Fraction,
    BeforeValidator(_ratio),
    PlainSerializer(lambda value: f"{value.numerator}:{value.denominator}"),
]
"""Width to height, ``"2:5"`` in the file."""
TimeZone = Annotated[str, BeforeValidator(_time_zone)]
BaseUrl = Annotated[str, BeforeValidator(base_url)]
Hosts = Annotated[tuple[Annotated[str, BeforeValidator(_host)], ...], Field(strict=False)]
ModelNames = Annotated[
    tuple[Annotated[str, BeforeValidator(_model_name)], ...], Field(strict=False)
]
LowerCase = BeforeValidator(_lower)
