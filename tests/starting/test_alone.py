"""Two processes never run on one folder or with one token."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StartError
from bot.starting.alone import alone_in, alone_with

HOLDER = """
import sys
from pathlib import Path
from bot.starting.alone import alone_in
with alone_in(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_on_the_same_folder_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with holding(tmp_path) as other:
        with (
            pytest.raises(StartError, match=r"is running on .*storage\.folder"),
            alone_in(tmp_path),
        ):
            pytest.fail("both run")
        other.kill()


def test_a_killed_process_leaves_the_folder_free(tmp_path: Path) -> None:
    with holding(tmp_path) as other:
        other.kill()

    with alone_in(tmp_path):
        pass


def test_one_token_serves_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with (
        alone_with("a-token"),
        alone_with("another-token"),
        pytest.raises(StartError, match="DISCORD_TOKEN"),
        alone_with("a-token"),
    ):
        pytest.fail("both run")


def test_the_lock_does_not_tell_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with alone_with("a-token"):
        (file,) = tmp_path.iterdir()

    assert "a-token" not in file.name
    assert file.read_bytes() == b""
