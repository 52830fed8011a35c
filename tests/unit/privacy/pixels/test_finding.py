import numpy as np
import pytest

from lib.evaluation.text_fonts import FONTS, draw_line
from lib.frames.layout import read_layout
from lib.frames.stored import read_codes
from lib.frames.values import Values
from lib.privacy.pixels.finding import find_text, merged
from lib.privacy.pixels.report import Region, Why
from lib.privacy.pixels.stills import Stills, stills_of
from lib.privacy.pixels.text_regions import text_lines
from tests.builders import build_xa
from tests.written_runs import moving_run, write


def stills(frames: np.ndarray, **elements: object) -> Stills:
    values = Values(build_xa(pixels=frames, **elements))
    layout = read_layout(values, "1.2")
    return stills_of(read_codes(values, layout, "1.2"), layout)


@pytest.mark.parametrize("font", FONTS)
def test_each_font_is_found_in_one_noisy_frame(font: str) -> None:
    frame = moving_run(1)[0].astype(np.float32)
    ink = draw_line("DOB 12/24/1957", font, 12)
    frame[20 : 20 + ink.shape[0], 30 : 30 + ink.shape[1]] += 90 * ink

    lines = text_lines(frame.clip(0, 255), is_bright=True)

    best = max(lines, key=lambda line: line.likeness)
    assert best.likeness > 0.5
    assert best.top <= 24
    assert best.left <= 50
    assert best.right >= 20 + ink.shape[1]


def test_a_vessel_is_no_text() -> None:
    assert not any(one.is_sure for one in find_text(stills(moving_run())))


def test_what_stays_while_the_picture_moves_is_told_from_it() -> None:
    frames, _ = write(moving_run(), "SMITH 4711")
    frames[:, 90:] = 3
    frames, _ = write(frames, "1952-03-17", y=110)

    found = {one.region.why: one for one in find_text(stills(frames)) if one.is_sure}

    assert found[Why.STILL].region.bottom < 60
    assert found[Why.BORDER].region.top > 80


def test_signed_values_make_the_same_stills() -> None:
    frames = moving_run()

    plain = stills(frames)
    signed = stills(frames.astype(np.int16) - 128, bits_stored=12)

    assert plain.n_frames == 6
    assert np.allclose(plain.mean, signed.mean, atol=0.01)
    assert np.allclose(plain.reach, signed.reach, atol=0.01)
    assert plain.darkest.min() == 0
    assert plain.brightest.max() == 255


def test_overlapping_parts_of_a_line_become_one_and_lines_stay_apart() -> None:
    parts = [Region(10, 10, 30, 60), Region(12, 50, 30, 90), Region(40, 10, 60, 60)]

    assert merged(parts) == (Region(10, 10, 30, 90), Region(40, 10, 60, 60))
