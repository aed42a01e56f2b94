"""Discord as it really is: one server's channel and direct messages, with their messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import (
    PostDeletedError,
    PostImpossibleError,
    PostPlaceGoneError,
    PostTooLargeError,
)
from bot.generations.ports import FinishedVideo, Progress
from bot.models.generation import RequestWithTakes, Surface
from tests.simulation.plan import Plan
from tests.simulation.timeline import Timeline

_ACTUAL_LIMIT_BYTES = 6_000_000
"""What a server takes that has lost its boosts while the bot still believes in them."""


@dataclass(slots=True)
class Message:
    """One message of the bot's."""

    id: int
    posted_s: float
    request_id: int | None = None
    shows: int | None = None
    """The generation whose video it is."""
    nonce: str | None = None
    deleted: bool = False
    direct: bool = False
    """It stands in direct messages, not in the channel."""


class Channel:
    """The books of Discord: what is visible, and what the bot may do."""

    def __init__(self, timeline: Timeline, plan: Plan) -> None:
        self.timeline = timeline
        self.plan = plan
        self.messages: dict[int, Message] = {}
        self.cards: dict[int, int] = {}
        """The placeholder of each interaction."""
        self.first_shown: Callable[[], None] | None = None
        """What the first video that is shown brings about."""
        self.exists = True
        self.may_view = True
        self.may_send = True
        self.may_read = True
        self.takes_direct = True
        self.disturbed = False
        """Whether a place was ever taken away."""
        self.given_up: set[int] = set()
        """Generations that a moderator wanted to end by hand."""
        self.posted_twice: list[int] = []
        self.taken_away: set[int] = set()
        """Generations whose post somebody has deleted."""

    def visible(self, generation_id: int) -> int:
        return sum(m.shows == generation_id and not m.deleted for m in self.messages.values())

    def open_card(self, interaction_id: int, *, direct: bool) -> int:
        message = self._new(direct=direct)
        self.cards[interaction_id] = message.id
        return message.id

    def post(self, finished: FinishedVideo, surface: Surface, nonce: str) -> int:
        """Carry a send out as Discord does."""
        if surface is Surface.PLACEHOLDER:
            return self._turn(finished)
        request = finished.request.request
        direct = surface is Surface.DIRECT or request.private
        if direct:
            if not self.takes_direct:
                raise PostImpossibleError("HTTP 403, code 50007")
        elif not self.exists:
            raise PostPlaceGoneError("HTTP 404, code 10003")
        else:
            self._check_view()
            if not self.may_send:
                raise PostImpossibleError("HTTP 403, code 50013")
        for message in self.messages.values():
            is_fresh = self.timeline.now_s - message.posted_s < self.plan.nonce_window_s
            if message.nonce == nonce and is_fresh and message.direct == direct:
                if message.deleted:
                    raise PostDeletedError("HTTP 400, code 10008")
                return message.id
        if self.plan.troubles.post_too_large and finished.facts.size_bytes > _ACTUAL_LIMIT_BYTES:
            raise PostTooLargeError("HTTP 413, code 40005")
        message = self._new(direct=direct)
        message.nonce = nonce
        self._show(message, finished.generation.id)
        return message.id

    def _turn(self, finished: FinishedVideo) -> int:
        card = self.cards.get(finished.request.request.interaction_id)
        message = None if card is None else self.messages[card]
        if message is None or message.deleted or not (self.exists or message.direct):
            raise PostPlaceGoneError("HTTP 404, code 10008")
        if not message.direct:
            self._check_view()
        self._show(message, finished.generation.id)
        return message.id

    def _check_view(self) -> None:
        if not self.may_view:
            raise PostImpossibleError("HTTP 403, code 50001")

    def find(self, asked: RequestWithTakes, generation_id: int, surface: Surface) -> int | None:
        request = asked.request
        if surface is Surface.PLACEHOLDER:
            return None
        if surface is Surface.REPLY and not request.private:
            if not self.exists:
                raise PostPlaceGoneError("HTTP 404, code 10003")
            if not (self.may_view and self.may_read):
                raise PostImpossibleError("may not read the history")
        for message in self.messages.values():
            if message.shows == generation_id and not message.deleted and message.nonce:
                return message.id
        return None

    def edit_card(self, progress: Progress, *, as_response: bool) -> int | None:
        """Draw the state of a request on its placeholder, over whatever was there.

        The response to an interaction can be edited by its token, whatever the bot may see.
        """
        card = self.cards.get(progress.request.request.interaction_id)
        message = None if card is None else self.messages[card]
        if message is None or message.deleted or not (self.exists or message.direct):
            raise PostPlaceGoneError("HTTP 404, code 10008")
        if not (message.direct or as_response):
            self._check_view()
        message.request_id = progress.request.request.id
        if message.shows is not None:
            self.timeline.note("discord", f"the video of {message.shows} is drawn over")
        message.shows = None
        return message.id

    def delete(self, message_id: int) -> None:
        message = self.messages[message_id]
        message.deleted = True
        if message.shows is not None:
            self.taken_away.add(message.shows)
        self.timeline.note("discord", f"message {message_id} is deleted")

    def delete_all(self) -> None:
        """The channel goes, and what was in it."""
        self.exists = False
        for message in self.messages.values():
            if not message.deleted and not message.direct:
                self.delete(message.id)

    def _show(self, message: Message, generation_id: int) -> None:
        message.shows = generation_id
        self.timeline.note("discord", f"message {message.id} shows generation {generation_id}")
        if self.first_shown is not None:
            self.timeline.after(self.timeline.mostly_short(10.0), self.first_shown)
            self.first_shown = None
        if self.visible(generation_id) > 1:
            self.posted_twice.append(generation_id)

    def _new(self, *, direct: bool) -> Message:
        message = Message(len(self.messages) + 1001, self.timeline.now_s, direct=direct)
        self.messages[message.id] = message
        return message
