"""The table for people and the file for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.figures import GOALS, Figure, Goal

_WIDTH = 150


def print_table(figures: Sequence[Figure]) -> None:
    """Every figure with its target, whether it is reached, and what is behind it."""
    by_key = {figure.key: figure for figure in figures}
    table = Table()
    for heading in ("figure", "measured", "target", "reached", "behind it"):
        table.add_column(heading, overflow="fold")
    for goal in GOALS:
        figure = by_key.get(goal.key)
        if figure is not None:
            measured, target, verdict = _words(goal, figure)
            table.add_row(f"{goal.what}\n{goal.key}", measured, target, verdict, figure.details)
    Console(width=_WIDTH, file=sys.stdout, highlight=False).print(table)


def write_json(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures by key; keys that were not measured this time keep what they had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(path.read_text()) if path.exists() and len(figures) < len(GOALS) else {}
    measured = {figure.key: round(figure.value, 4) for figure in figures}
    ordered = {
        goal.key: {**kept, **measured}[goal.key] for goal in GOALS if goal.key in kept | measured
    }
    path.write_text(json.dumps(ordered, indent=2) + "\n")


def missed(figures: Sequence[Figure]) -> list[str]:
    """Keys whose target is not reached."""
    by_key = {goal.key: goal for goal in GOALS}
    return [f.key for f in figures if by_key[f.key].reached_by(f.value) is False]


def _words(goal: Goal, figure: Figure) -> tuple[str, str, str]:
    sign = ">=" if goal.at_least else "<="
    target = "" if goal.target is None else f"{sign} {goal.target:g} {goal.unit}"
    verdict = {True: "yes", False: "NO", None: ""}[goal.reached_by(figure.value)]
    return f"{figure.value:.3g} {goal.unit}", target, verdict
