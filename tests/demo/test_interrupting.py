from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_ctrl_c_ends_the_demo_quietly_and_leaves_nothing_running(tmp_path: Path) -> None:
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"),
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert demo.stdout is not None
    address = (await demo.stdout.readline()).decode()

    os.killpg(demo.pid, signal.SIGINT)
    # Its processes share the two pipes: they end only when the last of them has ended.
    _, complaints = await demo.communicate()

    assert address.startswith("Demo: http://127.0.0.1:")
    assert (demo.returncode, complaints.decode()) == (0, "")
    assert names_in(tmp_path) == []
