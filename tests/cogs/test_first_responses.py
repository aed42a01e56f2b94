"""The first response to an interaction, when Discord's answer to it is lost or unkind."""

from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any

import pytest
from simcord.backend.errors import BackendError
from simcord.http import router

from bot.models.generation import GenerationState
from tests.world import World, picture, private_answer, words

CALLBACK = "/interactions/*/callback"
ALREADY_ACKNOWLEDGED = 40060
UNKNOWN_INTERACTION = 10062


@pytest.fixture
def taken_but_answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let Discord carry out a call, and answer it with an error all the same."""

    def arrange(path: str, *, status: int, code: int) -> None:
        dispatch = router.dispatch
        left = 1

        def dispatching(backend: Any, method: str, called: str, **how: Any) -> Any:
            nonlocal left
            answer = dispatch(backend, method, called, **how)
            if left and fnmatch(called, path):
                left -= 1
                raise BackendError(status, code, "injected")
            return answer

        monkeypatch.setattr(router, "dispatch", dispatching)

    return arrange


async def test_already_acknowledged_is_our_own_acknowledgement(
    world: World, taken_but_answered: Callable[..., None]
) -> None:
    taken_but_answered(CALLBACK, status=400, code=ALREADY_ACKNOWLEDGED)

    await world.create("a walk", image1=("fox.png", picture()))

    result = await world.delivered()
    placeholder, last = world.messages()
    assert last.id == result.id
    assert "Done for" in words(placeholder)
    assert result.reference is not None
    assert result.reference.message_id == placeholder.id
    assert await world.used(world.alice) == (1, 5)


async def test_a_refusal_after_it_is_still_private(
    world: World, taken_but_answered: Callable[..., None]
) -> None:
    taken_but_answered(CALLBACK, status=400, code=ALREADY_ACKNOWLEDGED)

    refused = await world.create("a walk", image1=("fox.png", b"not a picture"))

    assert "image1 is not a picture" in words(private_answer(refused))
    assert world.messages() == []
    assert await world.used(world.alice) == (0, 0)


async def test_a_mistake_found_before_it_is_told_as_well(
    world: World, taken_but_answered: Callable[..., None]
) -> None:
    taken_but_answered(CALLBACK, status=400, code=ALREADY_ACKNOWLEDGED)

    refused = await world.create("x" * 540)

    assert "28 too many" in words(private_answer(refused))
    assert world.messages() == []


async def test_a_button_is_answered_although_its_acknowledgement_was_repeated(
    world: World, taken_but_answered: Callable[..., None]
) -> None:
    await world.create()
    result = await world.delivered()
    taken_but_answered(CALLBACK, status=400, code=ALREADY_ACKNOWLEDGED)

    told = await world.alice.click(result, label="More…")

    assert "### About this video" in words(private_answer(told))


async def test_an_interaction_that_expired_costs_nothing_and_shows_nothing(world: World) -> None:
    world.env.inject_error("POST", CALLBACK, status=404, code=UNKNOWN_INTERACTION, times=None)

    await world.create("a walk")

    with pytest.raises(ExceptionGroup):  # the command failed, as discord.py sees it
        world.env.raise_errors()
    assert world.messages() == []
    assert await world.generations() == []
    assert world.sandbox.generations == ()
    assert await world.used(world.alice) == (0, 0)


@pytest.mark.world(sandbox={"render_seconds": None})
async def test_a_cancel_whose_interaction_expired_changes_nothing(world: World) -> None:
    await world.create()
    (generation,) = await world.at_oxen()
    card = await world.shows("### Rendering for")
    world.env.inject_error("POST", CALLBACK, status=404, code=UNKNOWN_INTERACTION)

    await world.alice.click(card, label="Cancel")

    await world.sandbox.finish(generation.id)
    await world.reached(GenerationState.DELIVERED)


async def test_quota_and_again_are_acknowledged_before_the_database_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.create()
    result = await world.delivered()
    seen_first: list[bool] = []
    store = world.app.store
    usage, request = store.usage, store.request

    def noted(real: Callable[..., Any], number: int) -> Callable[..., Any]:
        async def ask(*args: Any, **how: Any) -> Any:
            paths = [entry.path for entry in world.env.http_requests]
            seen_first.append(sum(fnmatch(path, CALLBACK) for path in paths) > number)
            return await real(*args, **how)

        return ask

    monkeypatch.setattr(store, "usage", noted(usage, 1))
    await world.alice.slash(world.channel, "quota")
    assert seen_first == [True]
    seen_first.clear()
    monkeypatch.setattr(store, "usage", usage)
    monkeypatch.setattr(store, "request", noted(request, 2))
    await world.alice.click(result, label="Again")

    assert seen_first[0] is True
    await world.delivered()
