"""What people see of a request in the stand-in's final state: posts, videos, cards, reasons."""

from __future__ import annotations

from tests.chaos.database_books import Row
from tests.chaos.wire_books import WireBooks, WireMessage

_REASONS = {"failed": ("charged",), "cancelled": ("charged", "cancelled")}
"""Every card of a failure says that nothing was charged; one take of several is just cancelled."""
_DOES_NOT_FIT = "does not fit here"
"""The post of a video that could not be made small enough says so, and has a button for a link."""


def posts_of(wire: WireBooks, row: Row) -> list[WireMessage]:
    """The posts of a generation, wherever and however: each has its More… button."""
    return wire.bearing(f"clap:more:{row.id}")


def fault_of_post(row: Row, post: WireMessage) -> str | None:
    """What is wrong with the only post of a delivered generation, in words; ``None`` if nothing."""
    if post.deleted:
        return "its post was deleted, and by nobody who may"
    if row.posted_message_id != post.id:
        return "its post is another message"
    if not (_shows_video(post, row) or _offers_link(post, row)):
        return "its post has no video"
    return None


def _shows_video(post: WireMessage, row: Row) -> bool:
    """Whether the file is attached and stands in the card's gallery."""
    name = f"clapperboard-{row.id}.mp4"
    if not any(file.filename == name and file.size_bytes for file in post.files):
        return False
    shown = (part["media"]["url"] for item in post.items() for part in item.get("items", ()))
    return any(url.rpartition("/")[2] == name for url in shown)


def _offers_link(post: WireMessage, row: Row) -> bool:
    return _DOES_NOT_FIT in post.words() and post.bears(f"clap:original:{row.id}")


def is_reason_readable(wire: WireBooks, row: Row) -> bool:
    """Whether its owner can read why there is no video."""
    card = wire.messages.get(row.placeholder_message_id or 0)
    if card is not None and not card.deleted and not card.loading and _gives_reason(card, row):
        return True
    # A message of its own is as good, where it is about this request.
    return any(
        _gives_reason(message, row) and row.prompt in message.words() for message in wire.visible()
    )


def _gives_reason(message: WireMessage, row: Row) -> bool:
    return any(reason in message.words() for reason in _REASONS[row.state])


def is_card_stale(wire: WireBooks, row: Row) -> bool:
    """Whether the card of its request still says that something is under way."""
    card = wire.messages.get(row.placeholder_message_id or 0)
    if card is None:
        asked = wire.interactions.get(row.interaction_id)
        card = wire.messages.get(asked.response_id or 0) if asked else None
    if card is None or card.deleted:
        return False
    return card.loading or not card.words() or card.bears(f"clap:cancel:{row.request_id}")


def card_in_words(wire: WireBooks, row: Row) -> str:
    """The card of its request, for the account."""
    card = wire.messages.get(row.placeholder_message_id or 0)
    if card is None:
        return "it has no card"
    return f"its card (deleted {card.deleted}, thinking {card.loading}) says {card.words()!r}"


def in_words(messages: list[WireMessage]) -> str:
    """Messages, for the account."""
    return ", ".join(
        f"{m.id} (channel {m.channel_id}, nonce {m.nonce}, deleted {m.deleted})" for m in messages
    )
