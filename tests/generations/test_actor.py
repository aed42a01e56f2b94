"""Who may see a request, and who may decide over it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.generations.actor import Actor
from tests.ui.cards import ALICE, REQUEST

GUILD = REQUEST.guild_id
assert GUILD is not None
HERE = REQUEST.channel_id
BEN = ALICE + 1
ELSEWHERE = GUILD + 1


@pytest.mark.parametrize(
    ("actor", "private", "sees", "decides"),
    [
        (Actor(ALICE, None), True, True, False),
        (Actor(BEN, GUILD), False, True, False),
        (Actor(BEN, GUILD), True, False, False),
        (Actor(BEN, None), False, False, False),
        (Actor(BEN, ELSEWHERE), False, False, False),
        (Actor(BEN, GUILD, is_moderator=True), False, True, True),
        (Actor(BEN, ELSEWHERE, is_moderator=True), False, False, False),
        (Actor(BEN, GUILD, is_moderator=True, channel_id=HERE), False, True, True),
        (Actor(BEN, GUILD, is_moderator=True, channel_id=HERE + 1), False, True, False),
    ],
)
def test_only_the_owner_and_the_same_server_know_of_a_request(
    actor: Actor, *, private: bool, sees: bool, decides: bool
) -> None:
    asked = replace(REQUEST, private=private)

    assert actor.may_see(asked) is sees
    assert actor.moderates(asked) is decides
