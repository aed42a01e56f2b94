from __future__ import annotations

import aiohttp
import discord
import pytest

from bot.errors import (
    PostAmbiguousError,
    PostError,
    PostImpossibleError,
    PostPlaceGoneError,
    PostTooLargeError,
)
from bot.posting.failures import translated


class Answer:
    """As much of aiohttp's answer as discord.py's exceptions read."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "because"


def answered(status: int, code: int = 0) -> discord.HTTPException:
    kinds = {403: discord.Forbidden, 404: discord.NotFound, 503: discord.DiscordServerError}
    kind = kinds.get(status, discord.HTTPException)
    return kind(Answer(status), {"code": code, "message": "the secret prompt"})


@pytest.mark.parametrize(
    ("raised", "meaning"),
    [
        (answered(413), PostTooLargeError),
        (answered(400, 40005), PostTooLargeError),
        (answered(500), PostAmbiguousError),
        (answered(503), PostAmbiguousError),
        (answered(429), PostAmbiguousError),
        (answered(403, 50013), PostImpossibleError),
        (answered(403, 50007), PostImpossibleError),
        (answered(401, 0), PostAmbiguousError),
        (answered(404, 10003), PostPlaceGoneError),
        (aiohttp.ServerDisconnectedError(), PostAmbiguousError),
        (ConnectionResetError(), PostAmbiguousError),
        (TimeoutError(), PostAmbiguousError),
    ],
)
def test_what_discord_raises_is_told_in_our_own_terms(
    raised: Exception, meaning: type[PostError]
) -> None:
    with pytest.raises(meaning) as told, translated():
        raise raised

    assert "secret" not in str(told.value)


def test_what_the_program_did_wrong_is_not_disguised() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError
