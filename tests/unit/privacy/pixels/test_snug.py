import numpy as np
import pytest

from lib.privacy.pixels.report import Region, Why
from lib.privacy.pixels.snug import snug
from lib.privacy.pixels.text_regions import TextLine, text_lines
from tests.written_runs import moving_run, write

SHAPE = (128, 256)


def best_line(picture: np.ndarray) -> TextLine:
    lines = [line for is_bright in (True, False) for line in text_lines(picture, is_bright=is_bright)]
    return max(lines, key=lambda line: line.likeness)


def bounds(ink: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def region_of(picture: np.ndarray) -> Region:
    line = best_line(picture)
    return snug(line, line, Why.LINE, SHAPE)


@pytest.mark.parametrize("value", [250, 60])
def test_a_rectangle_fits_what_is_written(value: int) -> None:
    frames, ink = write(moving_run(1), "SMITH 4711", value=value)

    region = region_of(frames[0].astype(np.float32))

    top, left, bottom, right = bounds(ink)
    assert top - 6 <= region.top <= top
    assert left - 12 <= region.left <= left - 4
    assert bottom <= region.bottom <= bottom + 6
    assert right + 4 <= region.right <= right + 12


def test_a_line_goes_on_where_the_ground_turns_brighter_than_its_ink() -> None:
    picture = np.full(SHAPE, 60, np.float32)
    picture[:, 150:] = 200
    frames, ink = write(picture[None], "SMITH 4711-0815", value=130)

    region = region_of(frames[0])

    assert region.left <= bounds(ink)[1]
    assert region.right >= bounds(ink)[3]


def test_a_gap_in_plain_ink_is_spanned_and_other_things_in_the_row_are_left() -> None:
    frames, first = write(np.full((1, *SHAPE), 90, np.float32), "SMITH", value=180)
    frames, last = write(frames, "4711", x=130, value=180)
    frames[:, 18:32, 220:240] = 140

    region = region_of(frames[0])

    assert region.left <= bounds(first)[1]
    assert bounds(last)[3] <= region.right < 215


def test_a_vessel_through_a_line_does_not_make_its_rectangle_higher() -> None:
    frames, ink = write(np.full((1, *SHAPE), 90, np.float32), "SMITH 4711", value=180)
    frames[:, :, 60:64] = 180

    region = region_of(frames[0])

    assert region.bottom - region.top <= bounds(ink)[2] - bounds(ink)[0] + 10


def test_a_rectangle_ends_at_the_edge_of_the_picture() -> None:
    frames, _ = write(moving_run(1), "SMITH 4711", x=0, y=12)

    region = region_of(frames[0].astype(np.float32))

    assert region.top == region.left == 0
