"""Two processes never run on one folder or with one token."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import DatabaseInUseError, StartError
from bot.starting.alone import alone_in, alone_on, alone_with

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


def test_one_file_serves_one_process_under_whatever_name(tmp_path: Path) -> None:
    file, other = tmp_path / "bot.sqlite3", tmp_path / "other.sqlite3"
    file.touch()
    link = tmp_path / "link.sqlite3"
    link.symlink_to(file)

    with (
        alone_on(file),
        alone_on(other),
        pytest.raises(DatabaseInUseError, match=r"link\.sqlite3.*storage\.database"),
        alone_on(link),
    ):
        pytest.fail("both run")

    with alone_on(link):
        pass


def test_a_file_that_cannot_be_locked_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "no folder").touch()
    file = tmp_path / "no folder" / "bot.sqlite3"

    with pytest.raises(StartError, match=r"cannot be used .*Let this user"), alone_on(file):
        pytest.fail("it runs")


@pytest.fixture(params=["linux", "darwin"])
def platform(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if request.param == "linux" != sys.platform:
        pytest.skip("only Linux has names of sockets that are no files")
    monkeypatch.setattr("sys.platform", request.param)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.usefixtures("platform")
def test_one_token_serves_one_process() -> None:
    with (
        alone_with("a-token"),
        alone_with("another-token"),
        pytest.raises(StartError, match="DISCORD_TOKEN"),
        alone_with("a-token"),
    ):
        pytest.fail("both run")

    with alone_with("a-token"):
        pass


def test_the_token_is_held_where_nothing_may_be_written_and_temporary_files_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has names of sockets that are no files")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not there"))

    with alone_with("a-token"):
        told = Path("/proc/net/unix").read_text("ascii")

    assert "@clapperboard-" in told
    assert "a-token" not in told


def test_the_lock_does_not_tell_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with alone_with("a-token"):
        (file,) = tmp_path.iterdir()

    assert "a-token" not in file.name
    assert file.read_bytes() == b""
