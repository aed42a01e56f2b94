"""The scenes of a line as one video."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.generations.reels import Line, Reel
from bot.generations.shelf import Take
from bot.ui import figures
from bot.ui.card import Accent, Card, attachment, button, buttons, text
from bot.ui.custom_ids import Action
from bot.ui.text import neutralise, plain, shorten

_LINES = 6
"""Scenes that get a line with their words; more would push the video out of sight."""
_WORDS_CHARS = 60
_ALT_TEXT_CHARS = 300


def joining_view(line: Line) -> Card:
    """What is said while the reel is being made."""
    return Card(
        text(
            f"### Joining {_measure(line)}",
            "This takes a few seconds; where the scenes differ in size or sound, a minute or two.",
            figures.small("it costs nothing"),
        ),
        accent=Accent.AT_WORK,
    )


def reel_view(reel: Reel, *, filename: str, made_by: int | None) -> Card:
    """The reel; ``made_by`` is who may take it away, ``None`` where only one person sees it."""
    line = reel.line
    words = " / ".join(scene.request.request.settings.words() for scene in line.scenes)
    alt_text = shorten(plain(f"Reel: {words}"), _ALT_TEXT_CHARS)
    notes = ["costs nothing"]
    if reel.shrunk:
        notes.append("made smaller to fit this channel")
    who = f" for {figures.mention(made_by)}" if made_by is not None else ""
    items: list[ui.Item[Any]] = [
        text(f"### Reel of {_measure(line)}{who}", *_scene_lines(line)),
        ui.MediaGallery(discord.MediaGalleryItem(attachment(filename), description=alt_text)),
        text(figures.small(*notes)),
    ]
    row = [button("Continue", Action.CONTINUE, line.scenes[-1].generation.id)]
    if made_by is not None:
        row.append(button("Remove", Action.REMOVE, made_by))
    items.append(buttons(*row))
    return Card(*items, accent=Accent.DONE)


def _measure(line: Line) -> str:
    return f"{len(line.scenes)} scenes{figures.DOT}{figures.duration(line.length_ms)}"


def _scene_lines(line: Line) -> list[str]:
    if len(line.scenes) > _LINES:
        links = (_link(scene, str(n)) for n, scene in enumerate(line.scenes, start=1))
        return [f"Scenes {figures.DOT.join(links)}"]
    return [
        f"{_link(scene, f'Scene {number}')}{figures.DOT}"
        f"{neutralise(scene.request.request.settings.words(), _WORDS_CHARS)}"
        for number, scene in enumerate(line.scenes, start=1)
    ]


def _link(scene: Take, label: str) -> str:
    message_id = scene.generation.posted_message_id
    if not message_id:
        return label
    return f"[{label}]({figures.message_link(scene.request.request, message_id)})"
