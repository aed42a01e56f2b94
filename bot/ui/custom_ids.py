"""The names by which buttons are known on the wire: they stay the same across versions.

A message may be pressed years after it was posted; changing a name breaks its buttons.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.models.draft import IMPRINT_CHARS

_PREFIX = "clap"
MAX_CHARS = 100
"""Discord's limit for a custom id."""
_SNOWFLAKE_DIGITS = 20
"""Digits of the largest unsigned 64-bit number."""


class Action(StrEnum):
    """What a button does, and what its number refers to."""

    AGAIN = "again"
    """Request: make it once more."""
    EDIT = "edit"
    """Request: open the form with everything filled in."""
    CONTINUE = "continue"
    """Generation: make the next scene, which begins with its last frame."""
    MORE = "more"
    """Generation: show what it is made of, and everything else that can be done with it."""
    FORK = "fork"
    """Request: open the form with everything filled in, for somebody else than who asked."""
    REEL = "reel"
    """Generation: join the scenes up to this one into one video."""
    LINEAGE = "lineage"
    """Request: show what came before and after it."""
    SEND_AGAIN = "send-again"
    """Generation: show the video once more to whoever presses."""
    POST_AGAIN = "post-again"
    """Generation: post the video once more where the button is."""
    REMOVE = "remove"
    """User: take away the message that the button is on; they, or a moderator, may."""
    API_CALL = "api"
    """Request: show the exact call to Oxen."""
    CANCEL = "cancel"
    """Request: cancel what is not finished."""
    DELETE = "delete"
    """Generation: ask whether the post shall be deleted."""
    CONFIRM_DELETE = "delete-yes"
    """Generation: delete the post."""
    ORIGINAL = "original"
    """Generation: fetch a fresh link to the file as Oxen made it."""
    TRY_AGAIN = "try-again"
    """Generation that hangs: look at it now."""
    GIVE_UP = "give-up"
    """Generation that hangs: end it by hand."""
    DRAFT = "draft"
    """Draft: open the form again with what was typed before a check failed."""
    DRAFT_QUOTED = "draft-quoted"
    """Draft: the same, and ask anew before it is begun."""
    DRAFT_PREVIEWED = "draft-previewed"
    """Draft: the same, and draw its animatic anew before it is begun."""
    BEGIN = "begin"
    """Draft: make its video, where everybody sees it."""
    BEGIN_PRIVATE = "begin-private"
    """Draft: make its video by direct message."""
    PICK = "pick"
    """Generation: choose this take, or vote for it."""
    CLOSE_POLL = "close-poll"
    """Request: count the votes."""
    PREVIEW = "preview"
    """Draft: draw its animatic, which is free."""
    DISCARD = "discard"
    """Draft: forget it."""
    SHOW = "show"
    """Request: open its card, with what can be done."""
    STORYBOARD_ADD = "board-add"
    """Draft of a storyboard: open the form for one more shot."""
    STORYBOARD_PICTURES = "board-pictures"
    """Draft of a storyboard: open the form for its pictures."""
    STORYBOARD_SETTINGS = "board-settings"
    """Draft of a storyboard: open the form for what holds for all shots."""
    STORYBOARD_NEW = "board-new"
    """Draft of a storyboard: leave it and begin another."""
    CAST_AGREE = "cast-agree"
    """Proposed cast member: whoever is shown agrees, so add or change it."""
    CAST_DROP = "cast-drop"
    """Proposed cast member: forget it."""
    CAST_FIX = "cast-fix"
    """Proposed cast member that was refused: open the form with it."""
    CAST_LIST = "cast-list"
    """Number of a page of the cast, from 0."""
    CAST_SHOW = "cast-show"
    """Cast member: open its card."""
    CAST_EDIT = "cast-edit"
    """Cast member: open the form with everything filled in."""
    CAST_REMOVE = "cast-remove"
    """Cast member: ask whether it shall be removed."""
    CAST_REMOVE_YES = "cast-remove-yes"
    """Cast member: remove it."""
    CAST_REPORT = "cast-report"
    """Cast member: open the form that asks moderators to remove it."""
    REPORT_REMOVE = "cast-report-remove"
    """Report: remove the cast member that it is about."""
    REPORT_KEEP = "cast-report-keep"
    """Report: leave the cast member as it is."""


DRAFT_ACTIONS = (
    Action.DRAFT,
    Action.DRAFT_QUOTED,
    Action.DRAFT_PREVIEWED,
    Action.BEGIN,
    Action.BEGIN_PRIVATE,
)
"""A card with one of these stands for a draft."""


class Pair(StrEnum):
    """What a button with two numbers does, and what they refer to."""

    STORYBOARD_SHOT = "board-shot"
    """Draft of a storyboard, and the number of a shot: open the form to change it."""


class Worded(StrEnum):
    """Buttons that carry more than a number."""

    HISTORY = "history"
    """A page of one's own videos, and how they were searched for."""


def custom_id(action: Action, number: int) -> str:
    """The custom id of a button, such as ``clap:again:17``."""
    return f"{_PREFIX}:{action}:{number}"


def template(action: Action) -> str:
    """Regular expression for ``DynamicItem``; the number is the group ``number``."""
    return rf"{_PREFIX}:{re.escape(action)}:(?P<number>[0-9]{{1,{_SNOWFLAKE_DIGITS}}})"


def imprinted_id(action: Action, number: int, imprint: str) -> str:
    """The same with the imprint of what the card shows, such as ``clap:begin:17:0123456789ab``."""
    return f"{custom_id(action, number)}:{imprint}"


def imprinted_template(action: Action) -> str:
    """Regular expression for ``DynamicItem``; the groups are ``number`` and ``imprint``.

    Buttons of earlier versions have no imprint.
    """
    return rf"{template(action)}(?::(?P<imprint>[0-9a-f]{{{IMPRINT_CHARS}}}))?"


def pair_id(action: Pair, number: int, second: int) -> str:
    """The custom id of a button with two numbers, such as ``clap:board-shot:17:2``."""
    return f"{_PREFIX}:{action}:{number}:{second}"


def pair_template(action: Pair) -> str:
    """Regular expression for ``DynamicItem``; the numbers are the groups ``number`` and ``second``.

    Both are bounded, so that the longest id stays within Discord's 100 characters.
    """
    number = rf"[0-9]{{1,{_SNOWFLAKE_DIGITS}}}"
    return rf"{_PREFIX}:{re.escape(action)}:(?P<number>{number}):(?P<second>{number})"


def worded_id(action: Worded, words: str) -> str:
    """A custom id with free text in it; raises ``ValueError`` over Discord's 100 characters."""
    built = f"{_PREFIX}:{action}:{words}"
    if len(built) > MAX_CHARS:
        raise ValueError("more than a custom id can hold")
    return built


def worded_template(action: Worded) -> str:
    """Regular expression for ``DynamicItem``; the text is the group ``words``."""
    return rf"(?s:{_PREFIX}:{re.escape(action)}:(?P<words>.*))"
