from __future__ import annotations

import pytest

from bot.models.preset import NewPreset, PresetContent, PresetScope
from bot.store.database import Database
from bot.store.presets import SqlPresets

TALL = PresetContent(
    model="kling",
    aspect_ratio="9:16",
    duration_s=6,
    audio=False,
    negative_prompt="blur",
    extra=(("seed", 7), ("style", "noir")),
    takes=2,
    private=True,
)


def a_preset(
    name: str = "Tall", *, owner_id: int = 1, guild_id: int | None = None, content: object = TALL
) -> NewPreset:
    scope = PresetScope.PERSONAL if guild_id is None else PresetScope.SERVER
    assert isinstance(content, PresetContent)
    return NewPreset(owner_id, name, scope, guild_id, content)


@pytest.fixture
def presets(database: Database) -> SqlPresets:
    return SqlPresets(database)


async def test_a_preset_comes_back_as_it_was_saved(presets: SqlPresets) -> None:
    saved = await presets.save(a_preset(), now_ms=1)

    assert saved.content == TALL
    assert await presets.everything() == ((saved,), {})


async def test_the_same_name_in_one_scope_takes_the_place_of_the_earlier(
    presets: SqlPresets,
) -> None:
    first = await presets.save(a_preset("Tall"), now_ms=1)
    others = [
        await presets.save(a_preset("Tall", owner_id=2), now_ms=2),
        await presets.save(a_preset("Tall", guild_id=9), now_ms=2),
    ]
    again = await presets.save(a_preset("tALL", content=PresetContent(takes=3)), now_ms=3)

    assert again.id == first.id
    assert again.name == "tALL"
    kept, _ = await presets.everything()
    assert sorted(kept, key=lambda p: p.id) == [again, *others]


async def test_nobody_begins_with_what_was_removed(presets: SqlPresets) -> None:
    tall = await presets.save(a_preset("Tall"), now_ms=1)
    wide = await presets.save(a_preset("Wide"), now_ms=1)
    await presets.begin_with(1, tall.id)
    await presets.begin_with(1, wide.id)
    await presets.begin_with(2, tall.id)
    assert (await presets.everything())[1] == {1: wide.id, 2: tall.id}

    await presets.remove(tall.id)
    assert await presets.everything() == ((wide,), {1: wide.id})
    await presets.begin_with(1, None)
    assert (await presets.everything())[1] == {}
