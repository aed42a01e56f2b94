from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.figures import GOALS

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(400)  # a dozen processes are started; a busy machine takes its time
def test_the_benchmark_measures_every_figure_that_was_promised(tmp_path: Path) -> None:
    result = tmp_path / "bench.json"

    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--json", str(result)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    measured = json.loads(result.read_text())
    assert list(measured) == [goal.key for goal in GOALS]
    assert all(math.isfinite(value) for value in measured.values())
    positive = {key: value for key, value in measured.items() if not key.startswith("memory_")}
    assert all(value > 0 for value in positive.values())
    assert all(key in done.stdout for key in measured)
