"""``python -m bot generate`` as a process, against the sandbox over real sockets."""

import asyncio
import json
import signal
from pathlib import Path

import pytest

from bot.media.probe import probe_video
from bot.models.remote import RemoteStatus
from bot.sandbox.faults import Fault
from tests.cli.conftest import KEY, Run, Start, StartSandbox, names_in


@pytest.mark.parametrize("mode", ["events", "poll", "sync"])
async def test_a_video_is_made_in_each_mode(
    start_sandbox: StartSandbox, generate: Start, tmp_path: Path, picture: Path, mode: str
) -> None:
    sandbox = await start_sandbox(api_key=KEY)
    out = tmp_path / "out.mp4"

    program = await generate(
        sandbox, "--mode", mode, "--image", picture, "--aspect-ratio", "9:16", "--audio",
        "--duration", "3", "--interval", "0.1", "--out", out,
    )  # fmt: skip
    ended = await program.ended()

    assert ended.status == 0, ended.err
    assert ended.out.startswith(f"{out}: 3 s, 432 by 768 px, with sound")
    assert "· 3 s · 9:16 · sound · $0.67" in ended.err
    facts = await asyncio.to_thread(probe_video, out)
    assert (facts.width_px, facts.height_px, facts.duration_ms) == (432, 768, 3000)
    assert names_in(tmp_path) == ["out.mp4", "picture.png"]
    (generation,) = sandbox.generations
    assert generation.synchronous == (mode == "sync")
    assert generation.parameters["input_image"][0].startswith("data:image/png;base64,")


async def test_another_model_is_asked_by_its_own_schema(
    start_sandbox: StartSandbox, generate: Start, picture: Path
) -> None:
    sandbox = await start_sandbox(api_key=KEY)
    lumen = ("--model", "lumen-story-2", "--interval", "0.1")

    wrong = await (await generate(sandbox, *lumen, "--duration", "5")).ended()
    ended = await (
        await generate(
            sandbox, *lumen, "--image", picture, "--duration", "4", "--extra", "look=clay"
        )
    ).ended()
    unknown = await (await generate(sandbox, "--model", "nonesuch")).ended()

    assert (wrong.status, unknown.status) == (2, 1)
    assert "A video can be 4, 8 or 12 seconds long; you asked for 5." in wrong.err
    assert "Oxen does not know a model named nonesuch; check --model" in unknown.err
    assert ended.status == 0, ended.err
    assert "Lumen Story 2 · 4 s · 16:9 · $0.20" in ended.err
    (generation,) = sandbox.generations
    asked = {name: generation.parameters[name] for name in ("text", "seconds", "look")}
    assert asked == {"text": "a calm walk on the moon", "seconds": "4", "look": "clay"}
    assert len(generation.parameters["photos"]) == 1


async def test_the_stream_is_open_before_anything_is_enqueued(
    start_sandbox: StartSandbox, generate: Start
) -> None:
    sandbox = await start_sandbox(render_seconds=None)

    await generate(sandbox, "--mode", "events")
    await sandbox.changes.until(lambda: bool(sandbox.generations))

    assert sandbox.open_streams == 1


async def test_json_is_one_object_on_standard_output(
    start_sandbox: StartSandbox, generate: Start
) -> None:
    sandbox = await start_sandbox()

    ended = await (await generate(sandbox, "--json")).ended()

    report = json.loads(ended.out)
    assert report["status"] == "succeeded"
    assert report["generation_id"] == sandbox.generations[0].id
    assert (report["out"], report["duration_ms"]) == ("video.mp4", 3000)
    assert report["price_microusd"] == 1_120_000


async def test_a_failure_is_one_line_with_oxens_words_and_status_1(
    start_sandbox: StartSandbox, generate: Start, tmp_path: Path
) -> None:
    sandbox = await start_sandbox(
        faults=(Fault("fail-generation", detail="too\x1b[31m many cats"),)
    )

    ended = await (await generate(sandbox, "--json", "--interval", "0.1")).ended()

    assert ended.status == 1
    last = ended.err.splitlines()[-1]
    assert last == 'clapperboard: Oxen could not make this one. It said: "too?[31m many cats"'
    assert json.loads(ended.out)["status"] == "failed"
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("mode", ["events", "poll"])
async def test_an_interruption_asks_oxen_to_cancel(
    start_sandbox: StartSandbox, generate: Start, tmp_path: Path, mode: str, number: signal.Signals
) -> None:
    sandbox = await start_sandbox(render_seconds=None)
    program = await generate(sandbox, "--mode", mode, "--json")
    await sandbox.changes.until(lambda: len(sandbox.books.seen("get")) > 0)

    program.signal(number)
    ended = await program.ended()

    (generation,) = sandbox.generations
    assert generation.status is RemoteStatus.CANCELLED
    assert ended.status == 130
    assert ended.err.splitlines()[-1] == (
        f"clapperboard: Interrupted. Oxen was asked to cancel the generation ({generation.id})."
    )
    assert json.loads(ended.out)["status"] == "cancelled"
    assert names_in(tmp_path) == []


async def test_a_timeout_asks_oxen_to_cancel(start_sandbox: StartSandbox, generate: Start) -> None:
    sandbox = await start_sandbox(render_seconds=None)

    ended = await (await generate(sandbox, "--timeout", "1")).ended()

    assert ended.status == 1
    assert "No video after 1 s. Oxen was asked to cancel" in ended.err
    assert [one.status for one in sandbox.generations] == [RemoteStatus.CANCELLED]


async def test_the_key_appears_nowhere(start_sandbox: StartSandbox, generate: Start) -> None:
    sandbox = await start_sandbox(api_key="another-key-altogether")

    ended = await (await generate(sandbox)).ended()

    assert ended.status == 1
    assert ended.err.splitlines()[-1] == (
        "clapperboard: Oxen does not accept the API key; check OXEN_API_KEY."
    )
    assert KEY not in ended.out + ended.err


async def test_an_oxen_that_is_not_there_is_named(run: Run) -> None:
    ended = await run(
        "generate", "waves", "--base-url", "http://127.0.0.1:1", environ={"OXEN_API_KEY": KEY}
    )

    assert ended.status == 1
    assert "http://127.0.0.1:1 does not answer; check --base-url" in ended.err
