"""The scene of the demo: a server, a channel, three people, and pictures to take."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import discord
from discord import ui
from simcord import ChannelHandle, Env, MemberActor

from bot.ui.card import Accent, Card

_WELCOME = """### Welcome to Clapperboard
Type `/video create`, write a prompt, attach one to four pictures, and press Enter. The pictures \
are `@Image1` to `@Image4` in the prompt.
Everything here is real except Discord and Oxen: the videos are animatics, drawn on this machine.
-# You are Alice. Change who you are at the top of the page: Ben is another member, Mia a moderator.
-# No picture at hand? Download one of these and attach it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the demo plays."""

    channel: ChannelHandle
    people: tuple[MemberActor, ...]


def build_scene(env: Env) -> Scene:
    """Make the server and its people."""
    env.backend.edit_bot_profile("Clapperboard")
    guild = env.create_guild("Moonlight Studio")
    channel = guild.create_text_channel("videos", topic="Pictures in, videos out")
    moderators = guild.create_role(
        "Moderators", permissions=discord.Permissions(manage_messages=True)
    )
    alice = guild.add_member(env.create_user("alice", global_name="Alice"))
    ben = guild.add_member(env.create_user("ben", global_name="Ben"))
    mia = guild.add_member(
        env.create_user("mia", global_name="Mia (moderator)"), roles=[moderators]
    )
    return Scene(channel, (alice, ben, mia))


async def welcome(bot: discord.Client, channel: ChannelHandle) -> None:
    """Post what to do, and sample pictures to do it with."""
    files = [
        discord.File(str(picture), filename=picture.name)
        for picture in resources.files("bot.demo").joinpath("pictures").iterdir()
        if picture.name.endswith((".jpg", ".png"))
    ]
    files.sort(key=lambda file: file.filename)
    gallery: ui.MediaGallery[Card] = ui.MediaGallery(
        *(discord.MediaGalleryItem(f"attachment://{file.filename}") for file in files)
    )
    target = bot.get_partial_messageable(channel.id)
    await target.send(
        view=Card(ui.TextDisplay(_WELCOME), gallery, accent=Accent.AT_WORK), files=files
    )
