from __future__ import annotations

import pytest

from tests.long_first import spread


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_every_worker_begins_with_its_share_of_the_long_tests(workers: int) -> None:
    long, others = [f"long {n}" for n in range(5)], [f"other {n}" for n in range(30)]

    order = spread(long, others, workers)

    assert sorted(order) == sorted(long + others)
    begins = 0
    for worker in range(workers):
        share = long[worker::workers]
        assert order[begins : begins + len(share)] == share
        begins += (len(order) - begins) // (workers - worker)
