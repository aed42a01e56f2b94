"""Storyboards under the hand: whatever is done to them, nothing typed is lost or mixed up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidRequestError
from bot.generations.storyboards import (
    MAX_SHOTS,
    BoardSettings,
    chars_by_shot,
    empty_storyboard,
    images_of,
    is_storyboard,
    suggested_length_s,
    with_pictures,
    with_settings,
    with_shot,
    with_shot_changed,
    without_shot,
)
from bot.models.draft import Draft
from bot.models.generation import Shot
from bot.models.kling import KLING_FORM
from bot.models.references import ReferenceImage, ReferenceRole, StoredImage

WAKE, YAWN, RUN = Shot("the fox wakes", 4), Shot("it yawns", 5), Shot("it runs", 6)


def board(*shots: Shot) -> Draft:
    draft = empty_storyboard(1, "kling", KLING_FORM)
    for number, shot in enumerate(shots, start=1):
        draft = with_shot(draft, shot, place=number)
    return draft


def image(name: str, role: ReferenceRole = ReferenceRole.IMAGE) -> ReferenceImage:
    return ReferenceImage(StoredImage(name, "image/png", 640, 480, 1), role, 1)


def names(draft: Draft) -> list[str]:
    return [one.image.sha256 for one in images_of(draft)]


def test_shots_keep_their_order_and_add_up() -> None:
    settings = board(WAKE, YAWN, RUN).settings
    assert settings.shots == (WAKE, YAWN, RUN)
    assert settings.duration_s == 15


def test_a_shot_is_put_between_two_others() -> None:
    assert with_shot(board(WAKE, RUN), YAWN, place=2).settings.shots == (WAKE, YAWN, RUN)


@pytest.mark.parametrize(
    ("place", "order"),
    [(1, (RUN, WAKE, YAWN)), (2, (WAKE, RUN, YAWN)), (3, (WAKE, YAWN, RUN))],
)
def test_a_shot_moves_to_its_place(place: int, order: tuple[Shot, ...]) -> None:
    moved = with_shot_changed(board(WAKE, YAWN, RUN), RUN, RUN, number=3, place=place)
    assert moved.settings.shots == order


def test_a_form_that_was_open_while_the_shot_moved_changes_that_shot() -> None:
    moved = board(YAWN, RUN, WAKE)
    longer = replace(WAKE, duration_s=3)
    changed = with_shot_changed(moved, WAKE, longer, number=1, place=3)
    assert changed.settings.shots == (YAWN, RUN, longer)


def test_what_was_typed_for_a_shot_that_is_gone_comes_back() -> None:
    after = with_shot_changed(board(YAWN), WAKE, replace(WAKE, prompt="typed"), number=1, place=1)
    assert [shot.prompt for shot in after.settings.shots] == ["typed", "it yawns"]


def test_a_shot_is_taken_out_once() -> None:
    once = without_shot(board(WAKE, YAWN), WAKE, number=1)
    assert once.settings.shots == (YAWN,)
    assert without_shot(once, WAKE, number=1) == once


def test_of_two_alike_the_one_that_was_seen_goes() -> None:
    assert without_shot(board(WAKE, YAWN, WAKE), WAKE, number=3).settings.shots == (WAKE, YAWN)


def test_there_is_an_end_to_shots() -> None:
    full = board(*[WAKE] * MAX_SHOTS)
    with pytest.raises(InvalidRequestError, match="holds 15 shots"):
        with_shot(full, WAKE, place=1)


def test_a_picture_can_be_replaced_under_its_number() -> None:
    two = with_pictures(board(Shot("@Image1 and @Image2", 5)), [image("a"), image("b")])
    replaced = with_pictures(two, [image("c")], out=[images_of(two)[0]])
    assert names(replaced) == ["c", "b"]
    assert replaced.settings.shots[0].prompt == "@Image1 and @Image2"


def test_the_shots_follow_the_pictures_that_move_up() -> None:
    three = with_pictures(
        board(Shot("@image1, @Image2, @Image3 and @Image7", 5)),
        [image("a"), image("b"), image("c")],
    )
    fewer = with_pictures(three, [], out=[images_of(three)[0]])
    assert names(fewer) == ["b", "c"]
    assert fewer.settings.shots[0].prompt == "@image3, @Image1, @Image2 and @Image7"
    whole = with_pictures(fewer, [image("d")])
    assert names(whole) == ["b", "c", "d"], "the one that is missed is the next one attached"


@given(st.integers(1, 4), st.sets(st.integers(1, 4)), st.integers(0, 3))
def test_no_picture_is_ever_called_by_the_number_of_another(
    count: int, out: set[int], fresh: int
) -> None:
    prompt = " ".join(f"@Image{n}" for n in range(1, count + 1))
    full = with_pictures(board(Shot(prompt, 5)), [image(f"old{n}") for n in range(1, count + 1)])
    gone = [images_of(full)[n - 1] for n in sorted(out) if n <= count]
    after = with_pictures(full, [image(f"new{n}") for n in range(fresh)], out=gone)

    assert [one.position for one in images_of(after)] == list(range(1, len(names(after)) + 1))
    numbers = [int(n) for n in re.findall(r"@Image(\d+)", after.settings.shots[0].prompt)]
    assert len(set(numbers)) == count
    for old, number in enumerate(numbers, start=1):
        called = names(after)[number - 1] if number <= len(names(after)) else "nothing"
        assert called == f"old{old}" if old not in out else not called.startswith("old")


def test_a_frame_replaces_the_one_before_and_can_be_taken_out() -> None:
    start, end = ReferenceRole.START_FRAME, ReferenceRole.END_FRAME
    both = with_pictures(board(), [image("a", end), image("b", start), image("c")])
    assert [one.role for one in both.references] == [ReferenceRole.IMAGE, start, end]
    other = with_pictures(both, [image("d", start)])
    assert [one.image.sha256 for one in other.references] == ["c", "d", "a"]
    none = with_pictures(other, [], out=other.references)
    assert none.references == ()


def test_pictures_beyond_all_measure_are_refused() -> None:
    with pytest.raises(InvalidRequestError, match="holds 10 pictures; these would be 11"):
        with_pictures(board(), [image(str(n)) for n in range(11)])


def test_what_holds_for_all_shots() -> None:
    chosen = BoardSettings(
        aspect_ratio="1:1", audio=True, negative_prompt=" rain ", takes=2, private=True
    )
    after = with_settings(board(WAKE), chosen)
    assert (after.settings.aspect_ratio, after.settings.audio) == ("1:1", True)
    assert (after.settings.negative_prompt, after.takes, after.private) == ("rain", 2, True)
    assert after.settings.shots == (WAKE,)


def test_characters_are_counted_as_the_model_reads_them() -> None:
    counted = chars_by_shot(board(Shot("@luna", 5), Shot(" @luna and @max ", 5)).settings)
    assert counted == (len("@Element1"), len("@Element1 and @Element2"))


def test_the_next_shot_is_as_long_as_there_is_room() -> None:
    assert suggested_length_s(board().settings, KLING_FORM) == 5
    assert suggested_length_s(board(RUN, RUN).settings, KLING_FORM) == 3
    assert suggested_length_s(board(RUN, RUN, YAWN).settings, KLING_FORM) == 1


def test_a_model_of_single_shots_has_no_storyboard() -> None:
    with pytest.raises(InvalidRequestError, match="one shot at a time"):
        empty_storyboard(1, "other", replace(KLING_FORM, shots=None))


def test_a_form_is_no_storyboard() -> None:
    draft = board()
    assert is_storyboard(draft)
    assert not is_storyboard(replace(draft, settings=replace(draft.settings, prompt="a walk")))
