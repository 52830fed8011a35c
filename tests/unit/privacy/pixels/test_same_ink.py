import numpy as np

from lib.privacy.pixels.own_ink import ink_of
from lib.privacy.pixels.same_ink import block_of
from lib.privacy.pixels.text_regions import TextLine, text_lines
from tests.written_runs import moving_run, write


def line_at(picture: np.ndarray, row: int) -> TextLine:
    found = [line for line in text_lines(picture, is_bright=True) if line.top <= row < line.bottom]
    return max(found, key=lambda line: line.likeness)


def block(second: int) -> np.ndarray:
    frames, _ = write(moving_run(1), "SMITH, John", value=170)
    frames, _ = write(frames, "DOB 1952-03-17", y=52, value=second)
    return frames[0].astype(np.float32)


def test_ink_has_the_value_of_its_letters_and_is_plain() -> None:
    line = line_at(block(170), 25)

    ink = ink_of(line.cut.look, line.cut.glyphs, line.members)

    assert abs(ink.value - 170) <= 2
    assert ink.is_plain
    assert ink.is_bright
    assert ink.least < ink.clear < ink.contrast


def test_inks_are_alike_in_value_or_in_strength() -> None:
    picture = block(170)
    line = line_at(picture, 25)

    assert line.own_ink.is_like(line_at(picture, 46).own_ink)
    assert not line.own_ink.is_like(line_at(block(250), 46).own_ink)


def test_the_other_lines_of_a_block_are_found_by_their_ink() -> None:
    line = line_at(block(170), 25)

    rows = block_of(line)

    assert any(36 <= row.band[0] < row.band[1] <= 54 and len(row.members) >= 5 for row in rows)


def test_what_has_another_value_is_no_part_of_a_block() -> None:
    assert all(row.bottom < 40 for row in block_of(line_at(block(250), 25)))
