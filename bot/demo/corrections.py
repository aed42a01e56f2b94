"""Where SimCord 3.2.1 differs from Discord in a way that the bot meets."""

from __future__ import annotations

from typing import Any

from simcord import Env


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
