"""The README in the parts that can be held against the program."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.config.problems import SETTINGS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text("utf-8")
_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The contents of all code blocks in one language."""
    return [body for found, body in _BLOCK.findall(TEXT) if found == language]


def shell_commands() -> list[str]:
    """Every command of the shell blocks, with continued lines joined."""
    lines = "\n".join(blocks("sh")).replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip()]


def code_spans() -> list[str]:
    """Everything between single backticks, outside code blocks."""
    return re.findall(r"`([^`\n]+)`", _BLOCK.sub("", TEXT))


def table(first_heading: str) -> list[list[str]]:
    """The cells of the first table whose first column has this heading."""
    start = TEXT.index(f"| {first_heading} |")
    lines = TEXT[start:].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def configuration_table() -> str:
    """The table of all keys as the configuration's own code tells it."""
    example = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))
    rows = ["| key | default | what it is |", "| --- | --- | --- |"]
    rows += [
        f"| `{section}.{key}` | `{json.dumps(example[section][key])}` | {what} |"
        for section in SETTINGS
        if section in example
        for key, what in _described_keys(section)
    ]
    return "\n".join(rows)


def _described_keys(section: str) -> Iterator[tuple[str, str]]:
    kind: Any = Config.model_fields[section].annotation
    for key, field in kind.model_fields.items():
        if key != "models":
            yield key, " ".join((field.description or "").replace("``", "`").split())
