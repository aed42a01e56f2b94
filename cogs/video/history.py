"""``/video history``, ``/video show`` and ``/video cancel``: one's own work."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.client import ClapperboardBot
from bot.generations.history import Search, parsed_day, parsed_number
from bot.models.history import HistoryState
from bot.posting.answering import Interaction, acknowledge, answer, mistakes_told
from bot.posting.buttons import actor_of
from bot.posting.completing import request_choices
from bot.posting.reading import check_readable
from bot.ui import answers
from bot.ui.history_card import SEARCHED_CHARS, STATE_NAMES

_ID = "The number of one of your videos; they are shown while you type"
_ANY_ID = "Its number; yours are shown while you type, others' work where you may read them"


class HistoryCommands(commands.Cog):
    """Looks back through what a person has asked for."""

    _bot: ClapperboardBot

    @app_commands.command(description="Look through your own videos")
    @app_commands.describe(
        state="Only those that are under way, done, not made or cancelled",
        model="Only those of one model",
        text="Only those with these words in the prompt",
        since="Only from this day on, such as 2026-11-22",
        until="Only up to this day",
    )
    @app_commands.choices(
        state=[
            app_commands.Choice(name=name, value=state.value) for state, name in STATE_NAMES.items()
        ]
    )
    async def history(
        self,
        interaction: Interaction,
        *,
        state: str | None = None,
        model: str | None = None,
        text: app_commands.Range[str, 0, SEARCHED_CHARS] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        """Show the latest page, to the person alone."""
        async with mistakes_told(interaction):
            search = Search(
                state=HistoryState(state) if state else None,
                model=model or "",
                text=(text or "").strip(),
                since=parsed_day(since, option="since"),
                until=parsed_day(until, option="until"),
            )
            await acknowledge(interaction, public=False)
            await self._bot.services.looking_back.page(interaction, search, 0)

    @app_commands.command(description="Open a video by its number, with all that can be done")
    @app_commands.describe(id=_ANY_ID)
    async def show(self, interaction: Interaction, id: str) -> None:  # noqa: A002  the option's name
        """Show one request, to the person alone."""
        async with mistakes_told(interaction):
            request_id = parsed_number(id)
            await acknowledge(interaction, public=False)
            await self._bot.services.looking_back.one(
                interaction, request_id, actor_of(interaction)
            )

    @app_commands.command(description="Cancel one of your videos that is not finished")
    @app_commands.describe(id=_ID)
    async def cancel(self, interaction: Interaction, id: str) -> None:  # noqa: A002  likewise
        """Cancel what has not ended yet."""
        async with mistakes_told(interaction):
            request_id = parsed_number(id)
            await acknowledge(interaction, public=False)
            generations, actor = self._bot.services.generations, actor_of(interaction)
            # A refusal names whose it is, which a guessed number must not tell.
            check_readable(interaction, (await generations.request(request_id, actor)).request)
            await generations.cancel(request_id, actor)
            await answer(interaction, answers.cancelling())

    @history.autocomplete("model")
    async def _models(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        services = self._bot.services
        used = await services.history.models(interaction.user.id)
        named = [(services.generations.display_name(model), model) for model in used]
        return [
            app_commands.Choice(name=name[:100], value=model)
            for name, model in named
            if typed.casefold() in f"{name} {model}".casefold()
        ][:25]

    @show.autocomplete("id")
    async def _any(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return request_choices(
            await self._bot.services.history.suggestions(interaction.user.id, typed)
        )

    @cancel.autocomplete("id")
    async def _unfinished(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return request_choices(
            await self._bot.services.history.suggestions(
                interaction.user.id, typed, state=HistoryState.UNDER_WAY
            )
        )
