"""The placeholder follows a request from the line to the finished video, one edit a state."""

import io
import re

import pytest
from PIL import Image

from bot.models.generation import GenerationState
from tests.world import World, button, picture, words

BY_HAND = {"render_seconds": None}
SECOND_MS = 1000


@pytest.mark.world(sandbox=BY_HAND)
async def test_it_says_who_what_and_at_what_price_with_the_pictures_beside_it(
    world: World,
) -> None:
    await world.create(
        "@Image1 meets @Image2",
        image1=("moon.png", picture()),
        image2=("fox.jpg", picture(kind="JPEG", colour="orange")),
        aspect_ratio="9:16",
        duration=6,
        audio=True,
    )

    card = await world.shows("### Rendering for")

    shown = words(card)
    assert world.alice.mention in shown
    assert "> @Image1 meets @Image2" in shown
    assert "Kling O3 Pro · 6 s · 9:16 · sound · $1.34" in shown
    assert button(card, "Cancel")
    (strip,) = card.attachments
    assert strip.filename == "references.webp", "all pictures side by side, as one small strip"
    with Image.open(io.BytesIO(world.file(card, ".webp"))) as drawn:
        assert drawn.width > 2 * drawn.height


@pytest.mark.world(sandbox=BY_HAND, oxen={"max_in_flight": 1})
async def test_it_moves_from_the_line_to_rendering_to_done(world: World) -> None:
    await world.create("the one before", by=world.ben)
    (before,) = await world.at_oxen()
    await world.create("a walk")

    waiting = await world.shows("### In line for", "Next in line", card=1)
    assert button(waiting, "Cancel")

    await world.sandbox.fail(before.id, "done")
    _, mine = await world.at_oxen(2)
    await world.shows("### Rendering for", "Expected <t:", card=1)

    await world.sandbox.finish(mine.id)
    result = await world.delivered()
    done = await world.shows("Done for", card=1)
    assert f"/channels/{world.guild.id}/{world.channel.id}/{result.id}" in words(done)
    assert "[Cancel]" not in words(done)
    assert done.attachments == []


@pytest.mark.world(sandbox=BY_HAND, oxen={"max_in_flight": 1})
async def test_the_place_in_line_moves_up(world: World) -> None:
    await world.create("under way")
    (first,) = await world.at_oxen()
    await world.create("second", by=world.ben)
    await world.create("third", by=world.mia)
    await world.shows("Next in line", card=1)
    await world.shows("Number 2 in line", card=2)
    world.clock.ahead_ms += 30 * SECOND_MS

    await world.sandbox.fail(first.id, "done")

    await world.shows("Rendering", card=1)
    await world.shows("Next in line", card=2)


@pytest.mark.world(sandbox=BY_HAND)
async def test_the_expected_time_comes_from_how_long_the_last_ones_took(world: World) -> None:
    await world.create("first")
    (first,) = await world.at_oxen()
    await world.reached(GenerationState.RENDERING)
    world.clock.ahead_ms += 42 * SECOND_MS
    await world.sandbox.finish(first.id)
    await world.delivered()

    await world.create("second")
    card = await world.shows("### Rendering for", card=2)

    accepted_ms = (await world.reached(GenerationState.RENDERING)).accepted_at_ms or 0
    expected_s = int(re.findall(r"Expected <t:(\d+):R>", words(card))[0])
    assert expected_s == pytest.approx(accepted_ms / 1000 + 42, abs=1)


@pytest.mark.world(sandbox=BY_HAND)
async def test_without_experience_it_expects_three_minutes(world: World) -> None:
    await world.create()

    card = await world.shows("### Rendering for")

    accepted_ms = (await world.reached(GenerationState.RENDERING)).accepted_at_ms or 0
    assert f"Expected <t:{(accepted_ms + 180_000) // 1000}:R>" in words(card)


async def test_while_the_upload_takes_its_time_the_video_is_arriving(world: World) -> None:
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=503)

    await world.create()

    card = await world.shows("### Arriving for", "on its way here")
    assert "[Cancel]" not in words(card)
    stuck = await world.reached(GenerationState.POSTING)
    world.app.engine.parts.deliverer.lane.put(stuck.id)
    await world.delivered()
    sends = [
        request.json
        for request in world.env.http_requests
        if request.method == "POST" and request.path.endswith(f"{world.channel.id}/messages")
    ]
    assert len(sends) == 2
    assert all(send and send["enforce_nonce"] for send in sends)
    assert len({send["nonce"] for send in sends if send}) == 1


async def test_a_video_takes_one_edit_a_state(world: World) -> None:
    await world.create(image1=("fox.png", picture()))

    await world.delivered()

    edits = [r for r in world.env.http_requests if r.method == "PATCH"]
    assert len(edits) <= 5, "in line, sent, rendering, arriving, done"
    (first, *later) = edits
    assert first.path.endswith("/@original"), "the first edit resolves the thinking"
    assert all(f"/channels/{world.channel.id}/" in edit.path for edit in later)


@pytest.mark.world(sandbox=BY_HAND)
async def test_nobody_is_notified_by_the_placeholder(world: World) -> None:
    await world.create("@everyone")
    await world.shows("### Rendering for")

    edits = [r.json for r in world.env.http_requests if r.method == "PATCH"]
    assert edits
    assert all(edit and edit["allowed_mentions"] == {"parse": []} for edit in edits)


async def test_a_request_whose_fate_is_unsure_no_longer_says_that_it_is_in_line(
    world: World,
) -> None:
    world.sandbox.faults.arm("lost-reply", times=1)
    world.sandbox.faults.arm("error-500", route="list")

    await world.create("a walk")

    await world.shows("### On its way for")
