"""What a video came out of, in a few words with a link."""

from __future__ import annotations

from bot.models.generation import OriginKind, VideoRequest
from bot.ui import figures
from bot.ui.text import neutralise

_NAME_CHARS = 24

_WORDS = {
    OriginKind.AGAIN: "once more, after",
    OriginKind.EDIT: "edited from",
    OriginKind.FORK: "forked from",
    OriginKind.CONTINUE: "continues",
}


def came_from(request: VideoRequest) -> str:
    """``continues [alice's video](…)``, or nothing for a first one.

    One that is private, or in another server, is neither named nor linked where others read it.
    """
    origin, before = request.origin, request.ancestor
    if origin is None or before is None:
        return ""
    words = _WORDS[origin.kind]
    if not request.private and (before.private or before.guild_id != request.guild_id):
        return f"{words} a {'private video' if before.private else 'video elsewhere'}"
    name = f"{neutralise(before.user_name, _NAME_CHARS)}’s video"  # noqa: RUF001  an apostrophe
    if before.message_id is None:
        return f"{words} {name}"
    link = figures.message_link(before, before.message_id)
    return f"{words} [{name}]({link})"


def came_from_line(request: VideoRequest) -> str:
    """The same as a line of small print; empty for a first one."""
    words = came_from(request)
    return figures.small(words) if words else ""
