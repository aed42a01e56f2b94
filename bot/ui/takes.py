"""Several takes on one card: which are there, and which is the best one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.generations.ports import Progress
from bot.models.choice import Choice
from bot.models.generation import Generation, GenerationState, RequestWithTakes
from bot.ui import figures
from bot.ui.card import button, buttons
from bot.ui.custom_ids import Action


def finished_takes(progress: Progress) -> tuple[Generation, ...]:
    """The takes that can be looked at; none where the request has only one."""
    takes = progress.request.generations
    if len(takes) == 1:
        return ()
    return tuple(take for take in takes if take.state is GenerationState.DELIVERED)


def choice_line(progress: Progress) -> str:
    """Who chooses and how far that is, or nothing where there is no choice yet."""
    takes, choice = finished_takes(progress), progress.choice or Choice()
    if picked := next((take for take in takes if take.id == choice.picked), None):
        won = f" with {_voices(choice.votes.get(picked.id, 0))}" if choice.is_poll else ""
        return f"**Take {picked.take}** was picked{won}."
    if not _is_a_choice(takes):
        return ""
    who = figures.mention(progress.request.request.user_id)
    if choice.is_open:
        return f"Everybody chooses: press the take you like best{figures.DOT}{_so_far(choice)}."
    if leaders := [str(take.take) for take in takes if take.id in choice.leaders()]:
        return f"The poll ended with takes {' and '.join(leaders)} level; {who} picks."
    return f"{who} picks the best one."


def choice_row(progress: Progress) -> ui.ActionRow[Any] | None:
    """A button for each take, and one that ends a poll; none once a poll has chosen."""
    takes, choice = finished_takes(progress), progress.choice or Choice()
    if not _is_a_choice(takes) or choice.is_decided:
        return None
    row = [_take_button(take, choice) for take in takes]
    if choice.is_open:
        row.append(button("Close the poll", Action.CLOSE_POLL, progress.request.request.id))
    return buttons(*row)


def send_buttons(asked: RequestWithTakes, takes: Sequence[Generation]) -> list[ui.Button[Any]]:
    """A button for each of these takes, which shows it to whoever asked for it."""
    several = asked.request.takes > 1
    return [
        button(
            f"Send take {take.take} again" if several else "Send again", Action.SEND_AGAIN, take.id
        )
        for take in takes
    ]


def _is_a_choice(takes: tuple[Generation, ...]) -> bool:
    return len(takes) > 1


def _take_button(take: Generation, choice: Choice) -> ui.Button[Any]:
    label = f"Pick take {take.take}"
    if choice.is_open:
        label = f"Take {take.take}{figures.DOT}{choice.votes.get(take.id, 0)}"
    elif take.id == choice.picked:
        label = f"Take {take.take}{figures.DOT}picked"
    style = discord.ButtonStyle.secondary
    if take.id == choice.picked:
        style = discord.ButtonStyle.success
    return button(label, Action.PICK, take.id, style=style)


def _so_far(choice: Choice) -> str:
    return f"{_voices(choice.voices)} so far" if choice.voices else "no votes yet"


def _voices(number: int) -> str:
    return "1 vote" if number == 1 else f"{number} votes"
