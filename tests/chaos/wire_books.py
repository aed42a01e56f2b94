"""What the stand-in for Discord remembers: every message, interaction and request."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_EPHEMERAL = 1 << 6
_DISCORD_EPOCH_MS = 1_420_070_400_000


@dataclass(slots=True)
class WireFile:
    """An attachment."""

    id: int
    filename: str
    content_type: str
    size_bytes: int
    url: str

    def as_json(self) -> dict[str, Any]:
        """As Discord's API shows it."""
        return {
            "id": str(self.id),
            "filename": self.filename,
            "content_type": self.content_type,
            "size": self.size_bytes,
            "url": self.url,
            "proxy_url": self.url,
        }


@dataclass(slots=True)
class WireMessage:
    """A message in a channel, as it stands now."""

    id: int
    channel_id: int
    author_id: int
    at_s: float
    content: str = ""
    flags: int = 0
    components: list[dict[str, Any]] = field(default_factory=list)
    files: list[WireFile] = field(default_factory=list)
    nonce: str | None = None
    reply_to: int | None = None
    interaction_id: int | None = None
    """Set for answers to an interaction."""
    asked_by: int | None = None
    """The person whose interaction it answers."""
    loading: bool = False
    """It says "thinking" still."""
    deleted: bool = False
    edits: int = 0

    @property
    def ephemeral(self) -> bool:
        """Whether one person alone sees it."""
        return bool(self.flags & _EPHEMERAL)

    def items(self) -> Iterator[dict[str, Any]]:
        """All components, however deep."""
        waiting = list(self.components)
        while waiting:
            item = waiting.pop(0)
            yield item
            waiting = [*item.get("components", ()), *waiting]

    def words(self) -> str:
        """All text that a person reads on it."""
        texts = [self.content, *(str(item.get("content", "")) for item in self.items())]
        return "\n".join(text for text in texts if text)

    def bears(self, custom_id: str) -> bool:
        """Whether it has a button with this custom id."""
        return any(item.get("custom_id") == custom_id for item in self.items())


@dataclass(slots=True)
class WireInteraction:
    """Something a person did, and how far the bot answered."""

    id: int
    token: str
    kind: int
    """2 a command, 3 a button."""
    user_id: int
    channel_id: int
    at_s: float
    label: str = ""
    """What the harness calls it: the prompt, or the custom id."""
    takes: int = 1
    delivered_to_bot: bool = False
    """Whether a session of the gateway was there to send it to."""
    answered_at_s: float | None = None
    response_id: int | None = None
    """The message that is the first response, where that is one."""
    refused: bool = False
    """The answer was a refusal, with a draft to edit."""

    @property
    def answered(self) -> bool:
        """Whether Discord took a first response in time."""
        return self.answered_at_s is not None


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request as it was answered; status 0 is a reset connection."""

    endpoint: str
    status: int
    processed: bool


class WireBooks:
    """Everything, by id; nothing is ever taken out."""

    def __init__(self) -> None:
        self.messages: dict[int, WireMessage] = {}
        self.interactions: dict[int, WireInteraction] = {}
        self.requests: list[WireRequest] = []
        self.identified_at_s: list[float] = []
        self.resumed = 0
        self.nonce_hits: Counter[str] = Counter()
        """How often a nonce saved a second message."""
        self.taken_away: set[int] = set()
        """Messages that a moderator deleted with Discord's own means."""
        self._last_id = 0

    def new_id(self) -> int:
        """A snowflake of the present, unique and growing."""
        now_ms = time.time_ns() // 1_000_000
        self._last_id = max(self._last_id + 1, (now_ms - _DISCORD_EPOCH_MS) << 22)
        return self._last_id

    def visible(self) -> list[WireMessage]:
        """What people see, oldest first."""
        return [
            message
            for message in sorted(self.messages.values(), key=lambda m: m.id)
            if not message.deleted
        ]

    def take_away(self, message_id: int) -> None:
        """Delete a message as a moderator."""
        self.messages[message_id].deleted = True
        self.taken_away.add(message_id)

    def bearing(self, custom_id: str) -> list[WireMessage]:
        """All public messages ever with this button, deleted ones too."""
        return [m for m in self.messages.values() if not m.ephemeral and m.bears(custom_id)]

    def identifies_within(self, seconds: float) -> int:
        """The most IDENTIFYs that fell into any span of this length."""
        moments = self.identified_at_s
        return max((sum(a <= b < a + seconds for b in moments) for a in moments), default=0)

    def counted(self) -> str:
        """Requests by endpoint and status, for people."""
        counts = Counter(f"{r.endpoint}:{r.status}" for r in self.requests)
        return json.dumps(dict(sorted(counts.items())))
