from __future__ import annotations

import ast
import asyncio
import base64
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.oxen.snippets import curl, python

BASE_URL = "https://hub.oxen.ai"
NASTY = "it's `id` $(id) ${HOME} \\ \" ! %s \n\t ü \u202e\u2028 🎬 ''' \"\"\" ```"
PICTURE = bytes(range(256)) * 1000
PAYLOAD: dict[str, Any] = {
    "model": "kling",
    "prompt": NASTY,
    "duration": 5,
    "generate_audio": True,
    "input_image": [
        "data:image/png;base64," + base64.b64encode(PICTURE).decode(),
        "https://cdn.example/b.png?ex=1&hm='2'",
    ],
    "start_image_url": "data:image/jpeg;base64," + base64.b64encode(PICTURE[::-1]).decode(),
    "target_namespace": "studio",
}

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]

TEXTS = st.text(st.characters(exclude_categories=[]))


@given(TEXTS)
@example(NASTY)
@example("\ud800")
def test_the_shell_reads_exactly_the_prompt(prompt: str) -> None:
    words = shlex.split(curl({"model": "kling", "prompt": prompt}, BASE_URL))

    assert words[:3] == ["curl", "-sS", f"{BASE_URL}/api/ai/queue"]
    assert json.loads(words[words.index("--data-raw") + 1]) == {"model": "kling", "prompt": prompt}


@settings(max_examples=25, deadline=None)
@given(TEXTS)
@example(NASTY)
def test_bash_passes_exactly_the_prompt_on(prompt: str) -> None:
    command = curl({"model": "kling", "prompt": prompt}, BASE_URL)
    stub = 'curl() { printf "%s\\0" "$@"; }\n'

    done = subprocess.run(
        ["bash", "-c", stub + command], env={"OXEN_API_KEY": "k"}, capture_output=True, check=True
    )

    words = done.stdout.decode().split("\0")
    assert json.loads(words[words.index("--data-raw") + 1])["prompt"] == prompt
    assert "Authorization: Bearer k" in words


@given(TEXTS)
@example(NASTY)
@example("\ud800")
def test_python_reads_exactly_the_prompt(prompt: str) -> None:
    program = python({"model": "kling", "prompt": prompt}, BASE_URL)

    assignment = next(
        node
        for node in ast.parse(program).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "payload"
    )
    assert ast.literal_eval(assignment.value) == {"model": "kling", "prompt": prompt}


@given(TEXTS)
@example(NASTY)
def test_neither_can_leave_a_block_of_code_or_hide_anything(prompt: str) -> None:
    for text in (
        curl({"prompt": prompt}, BASE_URL),
        python({"prompt": prompt}, BASE_URL),
    ):
        assert "`" not in text
        assert all(character.isprintable() or character == "\n" for character in text)
        text.encode()


def test_pictures_become_files_and_the_namespace_stays_the_operators() -> None:
    for text in (curl(PAYLOAD, BASE_URL), python(PAYLOAD, BASE_URL)):
        assert "image1.png" in text
        assert "image2.jpg" in text
        assert "studio" not in text
        assert len(text) < 2000


class Oxen:
    """Takes one request and finishes it at the second look."""

    def __init__(self, ends: str) -> None:
        self.ends = ends
        self.looks = 0
        self.enqueued: list[tuple[str | None, Any]] = []

    async def __call__(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            self.enqueued.append((request.headers["Authorization"], await request.json()))
            return web.json_response(
                {"generations": [{"generation_id": "g-1", "status": "queued"}]}
            )
        assert request.path == "/api/ai/queue/g-1"
        self.looks += 1
        return web.json_response(
            {
                "generation_id": "g-1",
                "status": "processing" if self.looks == 1 else self.ends,
                "result_url": "https://hub.oxen.ai/v.mp4",
                "error_message": "too dark",
            }
        )


async def run(*command: str, folder: Path, **options: Any) -> tuple[int | None, str, str]:
    (folder / "image1.png").write_bytes(PICTURE)
    (folder / "image2.jpg").write_bytes(PICTURE[::-1])
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={"OXEN_API_KEY": "k", "PATH": "/usr/local/bin:/usr/bin:/bin", "no_proxy": "*"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    return process.returncode, out.decode(), error.decode()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("shell", ["bash", "sh"])
@pytest.mark.parametrize("has_pictures", [True, False])
async def test_the_curl_command_really_enqueues(
    serve: Serve, tmp_path: Path, shell: str, *, has_pictures: bool
) -> None:
    oxen = Oxen("succeeded")
    base_url = await serve(oxen)
    payload = PAYLOAD if has_pictures else {"model": "kling", "prompt": NASTY}

    status, out, error = await run(shell, "-c", curl(payload, base_url), folder=tmp_path)

    expected = {name: value for name, value in payload.items() if name != "target_namespace"}
    assert (status, error) == (0, "")
    assert oxen.enqueued == [("Bearer k", expected)]
    assert json.loads(out)["generations"][0]["generation_id"] == "g-1"


@pytest.mark.parametrize(("ends", "status"), [("succeeded", 0), ("failed", 1), ("cancelled", 1)])
async def test_the_python_program_really_makes_the_video(
    serve: Serve, tmp_path: Path, ends: str, status: int
) -> None:
    oxen = Oxen(ends)
    program = python(PAYLOAD, await serve(oxen)).replace("time.sleep(15)", "time.sleep(0)")

    returned, out, error = await run(sys.executable, "-c", program, folder=tmp_path)

    expected = {name: value for name, value in PAYLOAD.items() if name != "target_namespace"}
    assert oxen.enqueued == [("Bearer k", expected)]
    assert oxen.looks == 2
    assert returned == status
    if ends == "succeeded":
        assert out == "https://hub.oxen.ai/v.mp4\n"
    else:
        assert error == "too dark\n"
