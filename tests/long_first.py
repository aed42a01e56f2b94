"""Begins with the tests that take longest, so that no core waits for the last of them."""

from __future__ import annotations

import os
from itertools import islice
from typing import TypeVar

import pytest

T = TypeVar("T")


def long_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests in the order in which several workers are done with all of them soonest.

    Long are those that are granted more than the usual time.
    """
    long = [item for item in items if item.get_closest_marker("timeout")]
    others = [item for item in items if not item.get_closest_marker("timeout")]
    return spread(long, others, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def spread(long: list[T], others: list[T], workers: int) -> list[T]:
    """Put a fair part of the long ones at the beginning of each worker's part.

    ``--dist worksteal`` gives each worker equally many neighbours to begin with; the last ones get
    what does not divide.
    """
    order: list[T] = []
    rest = iter(others)
    for worker in range(workers):
        mine = long[worker::workers]
        size = (len(long) + len(others) - len(order)) // (workers - worker)
        order += [*mine, *islice(rest, max(0, size - len(mine)))]
    return [*order, *rest]
