"""The scene of the demo: a server, a channel, three people, and pictures to take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import discord
from discord import ui
from simcord import ChannelHandle, Env, MemberActor, UserHandle
from simcord.backend.cdn import CDN_BASE

from bot.demo.avatars import clapperboard, initial
from bot.ui.card import Accent, Card

_WELCOME = """### Welcome to Clapperboard
Type `/video create`, write a prompt, add up to four pictures, and press Enter. In the prompt the \
pictures are `@Image1` to `@Image4`. `/video storyboard` makes one of several shots. \
`/cast add` keeps somebody under a name, who plays wherever a prompt says `@luna`.
The bot is the real one. Discord and Oxen are simulated on this machine: videos are animatics, \
take {seconds}, and cost nothing, whatever the cards say Oxen would take.
Where Discord has a menu at each message, with “Make a video from this”, this page has `/menu`.
-# You are Alice; at the top of the page you can be Ben, or Mia, who is a moderator. \
Private videos go to direct messages, which have no page here.
-# No picture at hand? Click one, then the arrow, to download it; or take it \
from the folder bot/demo/pictures."""


_COLOURS = {"Alice": "#be185d", "Ben": "#047857", "Mia": "#b45309"}
_FACE = "face"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the demo plays."""

    channel: ChannelHandle
    people: tuple[MemberActor, ...]
    assets: Mapping[str, tuple[str, bytes]]
    """What the page may show besides attachments: faces, by address."""


def build_scene(env: Env) -> Scene:
    """Make the server and its people."""
    env.backend.edit_bot_profile("Clapperboard")
    guild = env.create_guild("Moonlight Studio")
    channel = guild.create_text_channel("videos", topic="Pictures in, videos out")
    moderators = guild.create_role(
        "Moderators", permissions=discord.Permissions(manage_messages=True)
    )
    actors = guild.create_role("Actors")
    people = {
        "Alice": guild.add_member(_user(env, "Alice"), roles=[actors]),
        "Ben": guild.add_member(_user(env, "Ben"), roles=[actors]),
        "Mia": guild.add_member(_user(env, "Mia", " (moderator)"), roles=[moderators]),
    }
    faces = {people[name].id: initial(name, colour) for name, colour in _COLOURS.items()}
    env.backend.bot_user.avatar = _FACE
    faces[env.backend.bot_user.id] = clapperboard()
    assets = {
        f"{CDN_BASE}/avatars/{user_id}/{_FACE}.png": (f"{user_id}.png", face)
        for user_id, face in faces.items()
    }
    return Scene(channel, tuple(people.values()), assets)


def _user(env: Env, name: str, remark: str = "") -> UserHandle:
    return env.create_user(name.lower(), global_name=name + remark, avatar=_FACE)


async def welcome(bot: discord.Client, channel: ChannelHandle, *, render_seconds: float) -> None:
    """Post what to do, and sample pictures to do it with."""
    files = [
        discord.File(str(picture), filename=picture.name)
        for picture in resources.files("bot.demo").joinpath("pictures").iterdir()
        if picture.name.endswith((".jpg", ".png"))
    ]
    files.sort(key=lambda file: file.filename)
    gallery: ui.MediaGallery[Card] = ui.MediaGallery(
        *(
            discord.MediaGalleryItem(
                f"attachment://{file.filename}", description=_name(file.filename)
            )
            for file in files
        )
    )
    target = bot.get_partial_messageable(channel.id)
    seconds = f"about {render_seconds:g} s" if render_seconds >= 1 else "a moment"
    text = _WELCOME.format(seconds=seconds)
    await target.send(view=Card(ui.TextDisplay(text), gallery, accent=Accent.AT_WORK), files=files)


async def somebody_posts(scene: Scene) -> None:
    """Have Ben post a picture, for the menu of a message."""
    _, ben, _ = scene.people
    fox = resources.files("bot.demo").joinpath("pictures", "fox.jpg").read_bytes()
    await ben.send(
        scene.channel,
        "I drew this fox. What would it look like running?",
        attachments=[("fox.jpg", fox)],
    )


def _name(filename: str) -> str:
    """``paper-boat.jpg`` as words."""
    return filename.rpartition(".")[0].replace("-", " ").capitalize()
