"""What of a tree one person may see."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import NotFoundError
from bot.generations.actor import Actor
from bot.generations.lineage import LineageService
from bot.models.generation import GenerationState, OriginKind, RequestWithTakes, Surface
from bot.models.lineage import Family, Relative
from bot.ui.card import MAX_TEXT_CHARS
from bot.ui.lineage_card import lineage_view
from tests.ui.cards import SETTINGS, shown, take

ALICE, BEN, GUILD = 1, 2, 50
BEN_HERE = Actor(BEN, GUILD)


def relative(number: int, parent: int | None = None, **changes: Any) -> Relative:
    usual: dict[str, Any] = {
        "kind": OriginKind.EDIT if parent else None,
        "user_id": ALICE,
        "user_name": "alice",
        "guild_id": GUILD,
        "channel_id": 7,
        "private": False,
        "settings": SETTINGS,
        "generations": (take(GenerationState.DELIVERED, number, surface=Surface.REPLY),),
    }
    return Relative(request_id=number, parent_id=parent, **usual | changes)


class Kin:
    """A store that knows one family."""

    def __init__(self, *relatives: Relative) -> None:
        self._family = Family(relatives, is_whole=True)

    async def family(self, request_id: int, *, most: int) -> Family | None:
        return self._family

    async def public_in(self, channel_id: int, *, most: int) -> tuple[RequestWithTakes, ...]:
        return ()


async def tree(*relatives: Relative, around: int, by: Actor = BEN_HERE) -> str:
    nobody: Any = None
    found = await LineageService(Kin(*relatives), nobody).lineage(
        around, by, lambda guild_id, channel_id: channel_id != 13
    )
    return shown(lineage_view(found))


@pytest.mark.parametrize(
    "hidden",
    [{"private": True}, {"guild_id": 51}, {"channel_id": 13}, {"guild_id": None}],
)
async def test_what_is_not_for_ones_eyes_is_there_only_where_others_hang_on_it(
    hidden: dict[str, Any],
) -> None:
    told = await tree(
        relative(1),
        relative(2, 1, user_name="zoe", **hidden),
        relative(3, 2),
        relative(4, 1, user_name="zoe", **hidden),
        around=3,
    )

    lines = told.splitlines()
    assert lines[2] == "\u2003↳ a private video"
    assert lines[3].startswith("\u2003\u2003↳ ▸ **edited by alice")
    assert len(lines) == 5
    assert "zoe" not in told


async def test_ones_own_private_ones_are_there() -> None:
    told = await tree(relative(1, private=True, user_id=BEN, guild_id=None), around=1)

    assert "https://discord.com/channels/@me/7/" in told


async def test_nobody_asks_about_what_they_may_not_see() -> None:
    with pytest.raises(NotFoundError):
        await tree(relative(1, private=True), relative(2, 1), around=1)


async def test_the_largest_tree_fits_a_card_with_the_video_asked_about_in_it() -> None:
    chain = [
        relative(
            number,
            number - 1 or None,
            user_name="*" * 32,
            channel_id=10**19,
            generations=(
                take(
                    GenerationState.DELIVERED,
                    number,
                    surface=Surface.REPLY,
                    posted_message_id=10**19,
                ),
            ),
        )
        for number in range(1, 21)
    ]

    for around in (1, 10, 20):
        told = await tree(*chain, around=around)
        assert len(told) <= MAX_TEXT_CHARS
        assert told.count("▸ **") == 1
