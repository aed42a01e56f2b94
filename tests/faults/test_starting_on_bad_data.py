"""``bot run`` on a database or folder that cannot be used: one line, status 1, no traceback."""

from __future__ import annotations

import ctypes
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.engines import DATABASE_FILENAME, sqlite_url

ROOT = Path(__file__).parents[2]
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
libc = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Bad:
    """How the data is spoilt, and what the operator reads."""

    spoil: Callable[[Path], None]
    says: str
    limit_bytes: int | None = None
    """How large a file the process may write."""


def newer(folder: Path) -> None:
    with sqlite3.connect(folder / DATABASE_FILENAME) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def garbage_header(folder: Path) -> None:
    file = folder / DATABASE_FILENAME
    file.write_bytes(b"#" * 4096 + file.read_bytes()[4096:])


def half(folder: Path) -> None:
    file = folder / DATABASE_FILENAME
    os.truncate(file, 6000)


def a_folder_in_its_place(folder: Path) -> None:
    (folder / DATABASE_FILENAME).unlink()
    (folder / DATABASE_FILENAME).mkdir()


def a_file_in_place_of_the_folder(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_text("not a folder")


def nothing(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def readable_only(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o444)
    for lock in ("in-use.lock", f"{DATABASE_FILENAME}.lock"):
        (folder / lock).touch()
        (folder / lock).chmod(0o666)
    folder.chmod(0o555)


def closed_folder(folder: Path) -> None:
    folder.chmod(0o500)


BAD = {
    "newer than the program": Bad(newer, "Start the newer version again"),
    "garbage header": Bad(garbage_header, "not a database). Restore a backup"),
    "cut in half": Bad(half, "malformed). Restore a backup"),
    "a folder in its place": Bad(a_folder_in_its_place, "unable to open database file). Let"),
    "folder is a file": Bad(a_file_in_place_of_the_folder, "storage.folder"),
    "disk full": Bad(nothing, "Free some space|disk is full", limit_bytes=8192),
    "read-only file": Bad(readable_only, "Let this user read and write"),
    "folder of somebody else": Bad(closed_folder, "storage.folder"),
}


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    database = Database(sqlite_url(folder))
    await database.open()
    await database.close()
    return folder


@pytest.mark.parametrize("name", BAD)
def test_the_operator_reads_one_line(folder: Path, tmp_path: Path, name: str) -> None:
    bad = BAD[name]
    config = tmp_path / "config.toml"
    config.write_text(f'[storage]\nfolder = "{folder}"\n[logging]\nlevel = "error"\n')
    bad.spoil(folder)

    def limited() -> None:
        # Root's right to write where it may not; nobody else has it to lose.
        libc.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
        if bad.limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (bad.limit_bytes, bad.limit_bytes))

    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run", "--config", str(config)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DISCORD_TOKEN": "none", "OXEN_API_KEY": "none"},
        preexec_fn=limited,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode in {1, 2}
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("clapperboard: ")
    assert any(word in line for word in bad.says.split("|")), line
    assert str(folder) in line
    assert "unforeseen" not in line
