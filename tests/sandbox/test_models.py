"""The catalogue over HTTP."""

from bot.models.video_model import DEFAULT_MODEL
from tests.sandbox.callers import Caller


async def test_the_default_model_publishes_neither_prompt_nor_shots_nor_duration(
    caller: Caller,
) -> None:
    model = (await caller.http.get(f"/api/ai/models/{DEFAULT_MODEL}")).json()

    assert set(model["json_request_schema"]["properties"]) == {
        "start_image_url",
        "tail_image_url",
        "input_image",
        "elements",
        "negative_prompt",
        "aspect_ratio",
        "generate_audio",
    }
    assert model["pricing"] == {"method": "per_video_output_second", "cost_per_second": 0.224}
    assert model["endpoint"] == "/videos/generate"


async def test_every_model_carries_the_documented_fields(caller: Caller) -> None:
    models = (await caller.http.get("/api/ai/models")).json()["models"]

    for model in models:
        assert {
            "id",
            "display_name",
            "description",
            "summary",
            "endpoint",
            "capabilities",
            "pricing",
            "developer",
            "released_at",
        } < set(model)
        assert ("json_request_schema" in model) != ("request_schema" in model)
    assert [m["id"] for m in models if m["capabilities"]["output"] == ["text"]] == [
        "llama-3-3-70b-instruct"
    ]
    assert any(m.get("json_request_schema", {}) is None for m in models)


async def test_models_are_found_by_a_part_of_their_name(caller: Caller) -> None:
    found = await caller.http.get("/api/ai/models/search", params={"search": "OMNI"})

    assert [model["id"] for model in found.json()["models"]] == ["kling-video-o3-omni"]


async def test_an_unknown_model_is_not_found(caller: Caller) -> None:
    answer = await caller.http.get("/api/ai/models/nonesuch")

    assert answer.status_code == 404
    assert answer.json() == {"error": {"message": "Model not found: nonesuch"}}
