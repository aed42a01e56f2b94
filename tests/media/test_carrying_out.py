from __future__ import annotations

import pytest

from bot.errors import CannotFitError, DiskError, MediaError, NotAVideoError
from bot.media.carrying_out import carry_out


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CannotFitError("too long for so little"), 3),
        (DiskError("the disk is full"), 4),
        (NotAVideoError("that is no video"), 1),
        (MediaError("it broke"), 1),
    ],
)
def test_what_went_wrong_is_told_in_one_line_and_by_the_exit_status(
    capfd: pytest.CaptureFixture[str], error: MediaError, status: int
) -> None:
    def work(*arguments: str) -> None:
        assert arguments == ("a", "b")
        raise error

    assert carry_out(work, ["a", "b"], niceness=0) == status
    assert capfd.readouterr().err == f"{error}\n"


def test_a_mistake_of_the_program_is_not_taken_for_a_bad_video() -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        carry_out(work, [], niceness=0)
    assert carry_out(list, [], niceness=0) == 0
