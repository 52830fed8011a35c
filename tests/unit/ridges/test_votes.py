from collections.abc import Sequence

import numpy as np

from lib.ridges.skeleton import group_lines
from lib.ridges.votes import FrameLines, empty_frames, nothing_arrives, track_alone, track_by_looks

SHAPE = (60, 120)
NEAR_BORDER = np.zeros(SHAPE, bool)
NEAR_BORDER[:, :5] = True


def frame(
    *columns: slice, depth: float = 1.0, width: float = 4.0, catheter: slice | None = None
) -> FrameLines:
    """Return a frame with pieces of line on row 30."""
    lines, own = np.zeros(SHAPE, bool), np.zeros(SHAPE, bool)
    for piece in columns:
        lines[30, piece] = True
    if catheter is not None:
        own[30, catheter] = True
    group, scores = group_lines(lines, np.full(SHAPE, depth, np.float32))
    return FrameLines(lines, own, np.full(SHAPE, width, np.float32), group, scores)


def filling(fullness: Sequence[float]) -> list[FrameLines]:
    return [frame(slice(0, 100), depth=value) for value in fullness]


def test_the_first_half_of_the_frames_with_little_contrast_counts_as_empty() -> None:
    empty = empty_frames(filling([0.05, 0.05, 0.08, 0.15, 0.6, 1.0, 0.9, 0.1]))

    assert np.flatnonzero(empty).tolist() == [0, 1]


def test_a_run_that_is_full_at_once_has_no_empty_frame() -> None:
    assert not empty_frames(filling([0.9, 1.0, 0.9, 0.05])).any()


def test_contrast_that_comes_is_seen_by_its_strength() -> None:
    frames = filling([1.0] * 8)

    assert nothing_arrives(frames, np.array([0.1] * 8), tree_px=200)
    assert not nothing_arrives(frames, np.array([0.1] * 4 + [0.3] * 4), tree_px=200)


def test_a_tree_is_contrast_also_where_it_never_changes() -> None:
    assert not nothing_arrives(filling([1.0] * 8), np.array([0.1] * 8), tree_px=50)


def test_a_line_that_is_alone_before_contrast_and_fills_later_is_the_catheter() -> None:
    track = track_alone([frame(slice(0, 50))], [frame(slice(0, 110))] * 5, NEAR_BORDER)

    found = track.of(frame(slice(0, 110)))

    columns = np.flatnonzero(found[30])
    assert columns.min() == 0
    assert 45 <= columns.max() <= 58


def test_a_line_that_gets_no_darker_later_is_none() -> None:
    track = track_alone([frame(slice(0, 50))], [frame(slice(60, 110))] * 5, NEAR_BORDER)

    assert not track.of(frame(slice(0, 110))).any()


def test_a_line_in_the_catheter_s_place_that_is_wider_is_the_vessel() -> None:
    track = track_alone([frame(slice(0, 50))], [frame(slice(0, 110))] * 5, NEAR_BORDER)

    assert not track.of(frame(slice(0, 110), width=8.0)).any()


def test_a_line_with_a_gap_to_the_border_is_none() -> None:
    track = track_alone([frame(slice(0, 50))], [frame(slice(0, 110))] * 5, NEAR_BORDER)

    assert not track.of(frame(slice(15, 110))).any()


def test_without_empty_frames_the_majority_decides() -> None:
    looks = [frame(slice(0, 110), catheter=slice(0, 50))] * 4
    does_not = [frame(slice(0, 110))] * 2

    most, few = (track_by_looks(frames, NEAR_BORDER) for frames in (looks + does_not, looks[:1] + does_not))

    assert most.of(frame(slice(0, 110))).any()
    assert not few.of(frame(slice(0, 110))).any()


def test_small_groups_fall_below_a_score() -> None:
    both = frame(slice(0, 60), slice(80, 90))

    assert np.flatnonzero(both.larger_than(20.0)[30]).max() == 59
    assert both.fullness == 60.0
