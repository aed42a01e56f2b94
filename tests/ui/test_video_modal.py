"""The form, opened and sent off through the simulated Discord."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands

from bot.ui.forms import PROMPT_FIELD_CHARS
from bot.ui.video_modal import VideoForm, VideoModal
from tests.conformance.discord_spec import DiscordSpec, published_specification

FILLED_IN = VideoForm(
    prompt="a calm walk on the moon",
    negative_prompt="rain",
    duration_s=6,
    aspect_ratio="9:16",
    audio=True,
)


class Receiver:
    """Answers the form and keeps what came."""

    def __init__(self, error: Exception | None = None) -> None:
        self.forms: list[VideoForm] = []
        self.errors: list[Exception] = []
        self._error = error

    async def submitted(self, interaction: discord.Interaction[Any], form: VideoForm) -> None:
        self.forms.append(form)
        if self._error is not None:
            raise self._error
        await interaction.response.send_message("Thank you.", ephemeral=True)

    async def failed(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        self.errors.append(error)
        await interaction.response.send_message("That did not work.", ephemeral=True)

    def modal(self, filled_in: VideoForm = FILLED_IN) -> VideoModal:
        return VideoModal(filled_in, submitted=self.submitted, failed=self.failed)


class FormBot(discord.Client):
    """A bot with one command, which opens the form."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.receiver = Receiver()
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @self.tree.command(name="edit", description="Open the form")
        async def edit(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_modal(self.receiver.modal())

        await self.tree.sync()


@pytest.fixture
def simcord_bot() -> FormBot:
    return FormBot()


async def test_what_is_entered_comes_back_as_plain_values(
    simcord_env: simcord.Env, simcord_bot: FormBot
) -> None:
    channel, alice = place(simcord_env)
    form = await alice.slash(channel, "edit")
    long_prompt = "x" * 600
    await alice.submit_modal(
        form,
        {
            "prompt": long_prompt,
            "negative_prompt": "",
            "duration": ["10"],
            "aspect_ratio": ["1:1"],
            "audio": False,
        },
    )
    assert simcord_bot.receiver.forms == [VideoForm(long_prompt, "", 10, "1:1", audio=False)]


async def test_an_error_reaches_the_one_place_that_answers_errors(
    simcord_env: simcord.Env, simcord_bot: FormBot
) -> None:
    broken = ValueError("no")
    simcord_bot.receiver = Receiver(broken)
    channel, alice = place(simcord_env)
    form = await alice.slash(channel, "edit")
    await alice.submit_modal(form, {"prompt": "a", "duration": ["5"], "aspect_ratio": ["1:1"]})
    assert simcord_bot.receiver.errors == [broken]
    assert simcord_env.errors == [broken]


def place(env: simcord.Env) -> tuple[Any, Any]:
    guild = env.create_guild()
    return guild.create_text_channel("videos"), guild.add_member(env.create_user("alice"))


async def test_everything_known_is_filled_in() -> None:
    fields = {
        label["component"]["custom_id"]: label["component"]
        for label in Receiver().modal().to_dict()["components"]
    }
    assert fields["prompt"]["value"] == FILLED_IN.prompt
    assert fields["negative_prompt"]["value"] == "rain"
    assert chosen(fields["duration"]) == ["6"]
    assert chosen(fields["aspect_ratio"]) == ["9:16"]
    assert fields["audio"]["default"] is True


async def test_a_value_that_the_model_no_longer_offers_stays_chosen() -> None:
    odd = replace(FILLED_IN, duration_s=20, aspect_ratio="21:9")
    fields = {
        label["component"]["custom_id"]: label["component"]
        for label in Receiver().modal(odd).to_dict()["components"]
    }
    assert chosen(fields["duration"]) == ["20"]
    assert chosen(fields["aspect_ratio"]) == ["21:9"]


@pytest.mark.parametrize("length", [1, 512, PROMPT_FIELD_CHARS, 2000, 5000])
async def test_discord_takes_the_form_with_any_prompt(length: int) -> None:
    if not published_specification().exists():
        pytest.skip("Discord's specification is not there")
    form = Receiver().modal(replace(FILLED_IN, prompt="x" * length, negative_prompt=""))
    spec = DiscordSpec(published_specification())
    body: dict[str, Any] = {"type": 9, "data": form.to_dict()}
    assert spec.check_request("POST", "/interactions/1/token/callback", body) == []
    assert len(body["data"]["components"]) <= 5


def chosen(select: dict[str, Any]) -> list[str]:
    return [option["value"] for option in select["options"] if option["default"]]
