"""A whole world for one test: the real bot, a simulated Discord, and an Oxen of its own."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import av
import discord
import structlog
from PIL import Image
from pydantic import SecretStr
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor, UserHandle

from bot.app import Application
from bot.config import Config, OxenSection, QuotaSection, QuoteSection, Secrets, StorageSection
from bot.media.animatic import AnimaticRequest
from bot.media.animatic.program import AnimaticOrder
from bot.models.generation import Generation, GenerationState, RequestWithTakes
from bot.models.quota import Period, QuotaWindow
from bot.sandbox.records import QueuedGeneration
from bot.sandbox.server import Sandbox

T = TypeVar("T")

LONGEST_WAIT_S = 20.0
_LOOK_EVERY_S = 0.005
_SHAPES = {"16:9": (64, 36), "9:16": (36, 64), "1:1": (48, 48), "4:5": (40, 50)}


def picture(
    *, size: tuple[int, int] = (640, 480), colour: str = "teal", kind: str = "PNG"
) -> bytes:
    """A real picture file."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def quick_video(request: AnimaticRequest, path: Path) -> None:
    """A real video of the right shape and length, drawn in a few milliseconds."""
    width, height = _SHAPES[request.aspect_ratio]
    seconds = sum(shot.duration_s for shot in request.shots)
    with av.open(path, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=2, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(int(seconds * 2)):
            frame = av.VideoFrame(width, height, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 2)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


class Sketches:
    """Draws previews in no time, and remembers what was to be seen in each."""

    def __init__(self) -> None:
        self.drawn: list[AnimaticRequest] = []

    async def __call__(self, order: AnimaticOrder, path: Path) -> None:
        request = order.read()
        await asyncio.to_thread(quick_video, request, path)
        self.drawn.append(request)


def config(
    oxen_url: str,
    folder: Path,
    *,
    oxen: dict[str, Any] | None = None,
    quote: dict[str, Any] | None = None,
    **quota: Any,
) -> Config:
    """A configuration for tests: no waiting, generous limits unless said otherwise."""
    service: dict[str, Any] = {"max_in_flight": 4, "reference_delivery": "data"}
    limits: dict[str, Any] = {
        "generations_per_day": 20,
        "seconds_per_day": 200,
        "in_flight": 10,
    }
    return Config(
        secrets=Secrets(discord_token=SecretStr("test"), oxen_api_key=SecretStr("key-of-the-test")),
        oxen=OxenSection(base_url=oxen_url, **service | (oxen or {})),
        quota=QuotaSection(**limits | quota),
        quote=QuoteSection(**{"confirm": "never"} | (quote or {})),
        storage=StorageSection(folder=folder),
    )


class TrackedClock:
    """The simulated world's time, once there is one."""

    def __init__(self) -> None:
        self.env: Env | None = None
        self.ahead_ms = 0

    def __call__(self) -> int:
        start_ms = 1_767_225_600_000  # 1 January 2026, where SimCord's time begins
        now_ms = int(self.env.now().timestamp() * 1000) if self.env else start_ms
        return now_ms + self.ahead_ms


@dataclass
class Troubles:
    """Everything logged as an error: a test fails for it unless it was expected."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, _: Any, method: str, event: Any) -> Any:
        if method in {"error", "exception", "critical"}:
            self.events.append(dict(event))
        raise structlog.DropEvent

    def expect(self, name: str) -> None:
        """Take note of an error that belongs to the test."""
        assert any(event["event"] == name for event in self.events), self.events
        self.events = [event for event in self.events if event["event"] != name]


@dataclass
class World:
    """What a test can do."""

    env: Env
    app: Application
    sandbox: Sandbox
    clock: TrackedClock
    troubles: Troubles
    guild: GuildHandle
    channel: ChannelHandle
    alice: MemberActor
    ben: MemberActor
    mia: MemberActor
    """A moderator."""
    folder: Path
    sketches: Sketches
    build: Callable[[], Application]
    """The application anew, around the same folder and database."""

    async def restart(self) -> None:
        """End the bot, and start it again from what lies on disk."""
        await self.app.engine.stop()
        await self.app.__aexit__(None, None, None)
        self.app = await self.build().__aenter__()
        self.app.bot.shard_count = 1
        await self.env.restart_bot(self.app.bot)
        with self.env.time_context():
            await self.app.engine.start()

    async def create(
        self,
        prompt: str = "a calm walk on the moon",
        *,
        by: MemberActor | None = None,
        **options: Any,
    ) -> InteractionResult:
        """Give ``/video create``."""
        who = by or self.alice
        return await who.slash(self.channel, "video create", prompt=prompt, **options)

    async def until(self, condition: Callable[[], T]) -> T:
        """Wait for work in the background, then let the bot come to rest."""
        async with asyncio.timeout(LONGEST_WAIT_S):
            while not (value := condition()):
                assert not self.troubles.events, self.troubles.events
                await asyncio.sleep(_LOOK_EVERY_S)
        await self.env.settle()
        return value

    async def at_oxen(self, count: int = 1) -> tuple[QueuedGeneration, ...]:
        """Wait until Oxen has accepted so many generations in all; those."""
        async with asyncio.timeout(LONGEST_WAIT_S):
            await self.sandbox.changes.until(lambda: len(self.sandbox.generations) >= count)
        return self.sandbox.generations

    async def takes_at_oxen(self, count: int) -> list[QueuedGeneration]:
        """Wait until Oxen renders so many takes of the latest request; those, take by take.

        Their POSTs may arrive in any order.
        """
        remotes = {remote.id: remote for remote in await self.at_oxen(count)}
        takes = [await self.reached(GenerationState.RENDERING, take=n + 1) for n in range(count)]
        return [remotes[take.oxen_id or ""] for take in takes]

    async def shows(self, *texts: str, card: int = 0) -> discord.Message:
        """Wait until the channel's first (or another) message shows these texts; the message."""

        def shown() -> discord.Message | None:
            message = self.messages()[card] if len(self.messages()) > card else None
            return message if message and all(text in words(message) for text in texts) else None

        try:
            found = await self.until(shown)
        except TimeoutError:
            seen = [words(message) for message in self.messages()]
            raise AssertionError(f"{texts!r} never came up; what is there: {seen!r}") from None
        assert found is not None
        return found

    async def generations(self) -> list[Generation]:
        """All generations, oldest first."""
        return list(await self.app.store.in_states(*GenerationState))

    async def reached(
        self, *states: GenerationState, take: int = 1, request: int = -1
    ) -> Generation:
        """Wait until a take of the latest (or another) request is in one of the states."""
        async with asyncio.timeout(LONGEST_WAIT_S):
            while True:
                assert not self.troubles.events, self.troubles.events
                everything = await self.generations()
                ids = sorted({g.request_id for g in everything})
                if ids:
                    wanted = [g for g in everything if g.request_id == ids[request]]
                    found = [g for g in wanted if g.take == take and g.state in states]
                    if found:
                        return found[0]
                await asyncio.sleep(_LOOK_EVERY_S)

    async def request(self) -> RequestWithTakes:
        """The latest request."""
        latest = max(await self.generations(), key=lambda g: g.request_id)
        asked = await self.app.store.request(latest.request_id)
        assert asked is not None
        return asked

    async def delivered(self, *, take: int = 1) -> discord.Message:
        """Wait until the latest request's video is in the channel, and its card says so."""
        generation = await self.reached(GenerationState.DELIVERED, take=take)
        await self.at_rest()
        return self.message(generation.posted_message_id or 0)

    async def at_rest(self) -> None:
        """Wait until every card shows the last state of its request."""
        async with asyncio.timeout(LONGEST_WAIT_S):
            while await self.app.store.cards_to_check(1):
                assert not self.troubles.events, self.troubles.events
                await asyncio.sleep(_LOOK_EVERY_S)
        await self.env.settle()

    def message(self, message_id: int) -> discord.Message:
        """A message of the channel, which must be there."""
        return next(m for m in self.channel.history() if m.id == message_id)

    def messages(self) -> list[discord.Message]:
        """All messages in the channel, oldest first."""
        return sorted(self.channel.history(), key=lambda m: m.id)

    def file(self, message: discord.Message, ending: str = ".mp4") -> bytes:
        """The bytes of a message's attachment."""
        attached = next(a for a in message.attachments if a.filename.endswith(ending))
        data = self.env.backend.cdn.get(attached.url)
        assert data is not None
        return data

    async def used(self, who: MemberActor) -> tuple[int, int]:
        """Videos and seconds that a person has used today, by the ledger."""
        now_ms = self.clock()
        window = QuotaWindow(Period.DAY, now_ms - 86_400_000, now_ms + 86_400_000)
        usage = await self.app.store.usage(who.id, [window])
        return usage.windows[0][1].generations, usage.windows[0][1].seconds


def words(source: Any) -> str:
    """All text of a message or answer: of its cards, however deep, and its content."""
    texts: list[str] = [getattr(source, "content", None) or ""]
    open_items: list[Any] = list(getattr(source, "components", None) or ())
    while open_items:
        item = open_items.pop(0)
        if isinstance(getattr(item, "content", None), str):
            texts.append(item.content)
        if isinstance(getattr(item, "label", None), str):
            texts.append(f"[{item.label}]")
        open_items = list(getattr(item, "children", ())) + open_items
    return "\n".join(text for text in texts if text)


def private_answer(result: InteractionResult) -> discord.Message:
    """What the person alone was told, in whichever of the ways that Discord has for it."""
    candidates = [*result.followups, result.response]
    found = [one for one in candidates if one is not None and one.ephemeral]
    assert len(found) == 1, f"one ephemeral answer expected, got {found!r}"
    return found[0].message


async def more(who: MemberActor | UserHandle, result: Any) -> discord.Message:
    """What a person sees behind More… under a finished video."""
    return private_answer(await who.click(result, label="More…"))


async def press_behind_more(
    who: MemberActor | UserHandle, result: Any, label: str
) -> discord.Message:
    """What a person is told for a button behind More…."""
    return private_answer(await who.click(await more(who, result), label=label))


def form(result: InteractionResult) -> dict[str, Any]:
    """What the form that a person was shown is filled in with, by field."""
    assert result.modal is not None, f"a form expected, got {result!r}"
    filled: dict[str, Any] = {}
    for label in result.modal["components"]:
        control = label["component"]
        if "options" in control:
            chosen = [o["value"] for o in control["options"] if o.get("default")]
            filled[control["custom_id"]] = chosen
        else:
            filled[control["custom_id"]] = control.get("value", control.get("default", ""))
    return filled


def button(message: Any, label: str) -> str:
    """The custom id of a button, by its label."""
    open_items: list[Any] = list(message.components)
    while open_items:
        item = open_items.pop(0)
        if getattr(item, "label", None) == label and getattr(item, "custom_id", None):
            return str(item.custom_id)
        open_items.extend(getattr(item, "children", ()))
    raise AssertionError(f"no button {label!r} in {words(message)!r}")


def renumber(world: World, message: discord.Message, before: str, after: str) -> None:
    """Give a button of a message another custom id, as somebody with a forged client could."""
    open_items = list(world.env.backend.get_message(message.channel.id, message.id).components)
    while open_items:
        item = open_items.pop(0)
        if item.get("custom_id") == before:
            item["custom_id"] = after
        open_items.extend(item.get("components", ()))
