"""Where SimCord 3.2.1 differs from Discord in a way that the bot meets."""

from __future__ import annotations

from typing import Any

from simcord import Env
from simcord.http.router import RequestContext
from simcord.http.routes import interactions


def allow_follow_up_after_deleted_response(env: Env) -> None:
    """Let a follow-up be sent after the "thinking" message was deleted, as Discord does.

    SimCord keeps such an interaction waiting for its deferred message and answers 10008.
    """
    delete_message = env.backend.delete_message

    def deleting(channel_id: int, message_id: int, *args: Any, **kwargs: Any) -> Any:
        outcome = delete_message(channel_id, message_id, *args, **kwargs)
        for record in env.backend.interactions.values():
            if record.message_id == message_id and record.loading:
                record.complete_deferred()
        return outcome

    env.backend.delete_message = deleting  # type: ignore[method-assign]


def allow_edit_of_pressed_card() -> None:
    """Let the message that held a pressed button be edited by its id, as Discord does.

    SimCord knows a press's own responses only, and answers 10008.
    """
    interactions._interaction_message = _own_or_pressed


_own_message = interactions._interaction_message


def _own_or_pressed(ctx: RequestContext) -> Any:
    record = interactions._record(ctx)
    if ctx.int_arg("message_id") == record.source_message_id:
        return ctx.backend.get_message(record.channel_id, record.source_message_id)
    return _own_message(ctx)
