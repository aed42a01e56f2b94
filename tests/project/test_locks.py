"""The two files of pins, held against pyproject.toml and what is installed; no network needed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PRODUCT = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["postgresql"],
]
EVERYTHING = [
    *PRODUCT,
    *PROJECT["project"]["optional-dependencies"]["demo"],
    *PROJECT["dependency-groups"]["dev"],
]
FILES = {"requirements.txt": PRODUCT, "requirements-dev.txt": EVERYTHING}
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$", re.MULTILINE)


def pins(filename: str) -> dict[str, str]:
    """What a file pins for this machine: names and versions."""
    return {
        found["name"]: found["version"]
        for found in PIN.finditer((ROOT / filename).read_text("utf-8"))
        if found["marker"] is None or Marker(found["marker"]).evaluate()
    }


def needed(wishes: list[str]) -> dict[str, str]:
    """All that the wishes lead to on this machine, by the packages' own word: what is installed."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    open_wishes = [(Requirement(wish), "") for wish in wishes]
    while open_wishes:
        wish, asked_for_extra = open_wishes.pop()
        if wish.marker is not None and not wish.marker.evaluate({"extra": asked_for_extra}):
            continue
        package = metadata.distribution(wish.name)
        assert wish.specifier.contains(package.version, prereleases=True), f"{wish} is not met"
        name = canonicalize_name(wish.name)
        found[name] = package.version
        for extra in ["", *wish.extras]:
            if (name, extra) not in seen:
                seen.add((name, extra))
                open_wishes += [(Requirement(text), extra) for text in package.requires or ()]
    return found


@pytest.mark.parametrize("filename", FILES)
def test_the_pins_are_in_step_with_pyproject(filename: str) -> None:
    assert pins(filename) == needed(FILES[filename]), "run make lock"


@pytest.mark.parametrize("filename", FILES)
def test_every_pin_has_hashes_and_no_file_names_an_index(filename: str) -> None:
    text = (ROOT / filename).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    assert len(entries) == len(PIN.findall(text)) > 20
    assert [entry.partition(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "index" not in text


def test_what_runs_is_what_was_tested() -> None:
    tested = pins("requirements-dev.txt")

    assert {name: tested[name] for name in pins("requirements.txt")} == pins("requirements.txt")


def test_the_pins_of_the_product_suffice_for_it() -> None:
    program = [sys.executable, str(Path(__file__).with_name("bare_start.py"))]

    started = subprocess.run(
        [*program, *pins("requirements.txt")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode == 0, started.stderr


def test_the_tests_run_on_a_version_that_is_promised() -> None:
    required = PROJECT["project"]["requires-python"]

    assert Requirement(f"python{required}").specifier.contains(
        ".".join(map(str, sys.version_info[:3]))
    )
