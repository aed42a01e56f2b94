"""People at work: they ask for videos, one at a time or two, cancel some, delete some."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.chaos.discord_on_the_wire import DiscordOnTheWire
from tests.chaos.wire_books import WireInteraction, WireMessage
from tests.chaos.wire_people import Attached
from tests.chaos.wire_places import CHANNEL_ID, person_id
from tests.world import picture

_PEOPLE = 8
_LOOK_EVERY_S = 0.05
_CANCEL_WITHIN_S = 6.0
_DELETE_WITHIN_S = 20.0
_ANSWER_WITHIN_S = 4.0


class Crowd:
    """Asks until ``allowance`` is used up; it grows as the chaos goes on."""

    def __init__(self, discord: DiscordOnTheWire, *, seed: int) -> None:
        self._discord = discord
        self._chance = random.Random(seed)
        self._name = f"chaos {seed}"
        self._pictures = tuple(
            Attached(f"{colour}.png", picture(size=(320, 320), colour=colour))
            for colour in ("teal", "orange", "navy")
        )
        self._number = 0
        self._busy: set[asyncio.Task[None]] = set()
        self.allowance = 0
        self.asked: list[WireInteraction] = []
        """Commands that Discord took an answer to, in time."""
        self.deeds: Counter[str] = Counter()

    @property
    def asked_takes(self) -> int:
        """Generations asked for with commands that were acknowledged."""
        return sum(one.takes for one in self.asked if not one.refused)

    async def run(self) -> None:
        """Act for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S * (0.5 + self._chance.random()))
            if self.asked_takes >= self.allowance or not self._discord.gateway.is_connected:
                continue
            await self._ask()

    async def leave(self) -> None:
        """Nobody does anything any more."""
        for task in tuple(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _ask(self) -> None:
        self._number += 1
        options: dict[str, Any] = {"duration": 3}
        if self._chance.random() < 0.35:
            options["takes"] = 2
        if self._chance.random() < 0.15:
            options["private"] = True
        pictures: tuple[Attached, ...] = ()
        if self._chance.random() < 0.3:
            pictures = (self._chance.choice(self._pictures),)
        user_id = person_id(self._chance.randrange(_PEOPLE))
        asked = await self._discord.people.create(
            user_id, f"{self._name} no {self._number:05}", pictures=pictures, **options
        )
        self.deeds["commands"] += 1
        if not await _until(lambda: asked.answered, _ANSWER_WITHIN_S):
            self.deeds["not answered"] += 1
            return
        self.asked.append(asked)
        chance = self._chance.random()
        if chance < 0.12:
            self._do(self._cancel(asked))
        elif chance < 0.16:
            self._do(self._delete(asked))

    def _do(self, deed: Any) -> None:
        task = asyncio.create_task(deed)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _cancel(self, asked: WireInteraction) -> None:
        def card() -> WireMessage | None:
            found = self._discord.books.messages.get(asked.response_id or 0)
            return found if found is not None and _button(found, "clap:cancel:") else None

        await asyncio.sleep(self._chance.random())
        if await _until(card, _CANCEL_WITHIN_S) and (message := card()) is not None:
            await self._discord.people.press(
                asked.user_id, message, _button(message, "clap:cancel:")
            )
            self.deeds["cancel pressed"] += 1

    async def _delete(self, asked: WireInteraction) -> None:
        """A moderator removes the post, with Discord's own means."""

        def posted() -> WireMessage | None:
            for message in self._discord.books.messages.values():
                if message.reply_to == asked.response_id and message.channel_id == CHANNEL_ID:
                    return message
            return None

        if await _until(posted, _DELETE_WITHIN_S) and (message := posted()) is not None:
            self._discord.books.take_away(message.id)
            self.deeds["post deleted"] += 1


def _button(message: WireMessage, prefix: str) -> str:
    names = (str(item.get("custom_id", "")) for item in message.items())
    return next((name for name in names if name.startswith(prefix)), "")


async def _until(condition: Callable[[], object], within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110  people just look
                await asyncio.sleep(_LOOK_EVERY_S)
    except TimeoutError:
        return False
    return True
