"""Each row of the table of errors, and what an accepted enqueue looks like."""

import pytest

from bot.models.video_model import DEFAULT_MODEL
from tests.sandbox.callers import Caller, Starter


async def test_an_enqueue_is_answered_with_ids_at_once(caller: Caller) -> None:
    answer = await caller.post(prompt="a walk", num_generations=3)

    generations = answer.json()["generations"]
    assert len({row["generation_id"] for row in generations}) == 3
    assert {row["status"] for row in generations} == {"queued"}


async def test_older_answers_say_processing(start: Starter) -> None:
    caller = await start(first_status="processing")

    answer = await caller.post(prompt="a walk")

    assert answer.json()["generations"][0]["status"] == "processing"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "x"}])
async def test_no_key_is_not_authenticated(caller: Caller, headers: dict[str, str]) -> None:
    caller.http.headers = headers

    for path in ("/api/ai/models", "/api/ai/queue", "/api/events", "/api/ai/queue/x"):
        answer = await caller.http.get(path)
        assert answer.status_code == 401
        assert answer.json() == {"status": "error", "status_message": "unauthenticated"}


async def test_a_certain_key_can_be_demanded(start: Starter) -> None:
    caller = await start(api_key="secret")

    wrong = await caller.post(prompt="a walk")
    caller.http.headers = {"Authorization": "Bearer secret"}
    right = await caller.post(prompt="a walk")

    assert (wrong.status_code, right.status_code) == (401, 200)
    assert "secret" not in repr(caller.sandbox.options)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_unknown_generation_is_not_found(caller: Caller, method: str) -> None:
    answer = await caller.http.request(method, "/api/ai/queue/nowhere")

    assert answer.status_code == 404
    assert answer.json() == {
        "error": {
            "type": "resource_not_found",
            "title": "The requested resource could not be found",
        },
        "status": "error",
        "status_message": "resource_not_found",
    }


async def test_an_unknown_model_is_not_found(caller: Caller) -> None:
    answer = await caller.post(model="nonesuch", prompt="a walk")

    assert answer.status_code == 404
    assert answer.json() == {"error": {"message": "Model not found: nonesuch"}}


@pytest.mark.parametrize("number", [0, 5, -1, "2", 1.0, True, None])
async def test_the_number_of_generations_is_one_to_four(caller: Caller, number: object) -> None:
    answer = await caller.post(prompt="a walk", num_generations=number)

    assert answer.status_code == 400
    assert answer.json() == {
        "error": {
            "type": "invalid_request",
            "detail": "num_generations must be an integer between 1 and 4",
        }
    }


async def test_a_model_of_text_is_refused_with_a_status_of_success(caller: Caller) -> None:
    answer = await caller.post(model="llama-3-3-70b-instruct", prompt="a walk")

    assert answer.status_code == 200
    assert answer.json() == {"generations": [], "error": {"detail": "unsupported_media_type"}}


async def test_an_empty_account_is_refused_at_enqueue(start: Starter) -> None:
    caller = await start(credits_microusd=0)

    answer = await caller.post(prompt="a walk")

    assert answer.status_code == 402
    assert answer.json()["error"]["detail"] == "Insufficient credits"
    assert caller.sandbox.generations == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe"])
async def test_a_body_that_is_no_object_is_refused(caller: Caller, body: bytes) -> None:
    answer = await caller.http.post("/api/ai/queue", content=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request"


async def test_parameters_are_not_checked_at_enqueue(caller: Caller) -> None:
    generation_id = await caller.enqueue(prompt="x" * 513)

    assert (await caller.generation(generation_id))["status"] == "queued"


async def test_the_books_tell_of_every_request_and_of_what_was_accepted(caller: Caller) -> None:
    generation_id = await caller.enqueue(prompt="a walk", seed=4)
    await caller.post(model="nonesuch")

    (accepted,) = caller.sandbox.books.accepted
    assert accepted.generation_ids == (generation_id,)
    assert accepted.payload == {"model": DEFAULT_MODEL, "prompt": "a walk", "seed": 4}
    assert [r.status for r in caller.sandbox.books.seen("enqueue")] == [200, 404]
    assert all(r.carried_key for r in caller.sandbox.books.requests)
