from __future__ import annotations

import gc

from bot.starting.heap import spare_what_stays


def test_what_was_loaded_is_not_looked_through_again() -> None:
    gc.unfreeze()
    spare_what_stays()
    try:
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 10_000
    finally:
        gc.unfreeze()
