from dataclasses import replace

import numpy as np
import pytest

from lib.evaluation.text_fonts import FONTS, draw_line
from lib.frames.layout import read_layout
from lib.frames.stored import read_codes
from lib.frames.values import Values
from lib.privacy.pixels import finding
from lib.privacy.pixels.finding import SURE, find_text
from lib.privacy.pixels.merging import merged
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


def test_parts_of_one_line_are_spanned_and_texts_in_two_corners_are_not() -> None:
    first, last, corner = Region(10, 10, 30, 60), Region(11, 130, 31, 190), Region(10, 290, 30, 360)

    assert merged([corner, last, first]) == (Region(10, 10, 31, 190), corner)


@pytest.mark.parametrize(
    ("likeness", "n_members", "is_sure"),
    [(SURE - 0.1, None, False), (SURE + 0.1, None, True), (0.9, 4, False), (0.98, 4, True)],
)
def test_a_row_in_the_picture_is_sure_from_a_likeness_on(
    monkeypatch: pytest.MonkeyPatch, likeness: float, n_members: int | None, is_sure: bool
) -> None:
    frames, _ = write(moving_run(1), "SMITH 4711")
    line = max(text_lines(frames[0].astype(np.float32), is_bright=True), key=lambda one: one.likeness)
    row = replace(line, likeness=likeness, members=line.members[:n_members])
    monkeypatch.setattr(finding, "text_lines", lambda *_, is_bright: [row] if is_bright else [])
    monkeypatch.setattr(finding, "block_of", lambda _: [])

    assert [one.is_sure for one in find_text(stills(frames))] == [is_sure]


def test_dark_and_bright_ink_are_looked_for() -> None:
    frames, _ = write(moving_run(1), "SMITH 4711", value=250)
    frames, _ = write(frames, "1952-03-17", y=100, value=10)

    inks = {one.line.own_ink.is_bright: one.line.own_ink.value for one in find_text(stills(frames))}

    assert inks[True] > 200
    assert inks[False] < 60


@pytest.mark.parametrize("value", [235, 20])
def test_faint_traces_in_the_mean_are_found_in_the_extremes(value: int) -> None:
    frames = moving_run(24)
    frames[:1], ink = write(frames[:1], "SMITH 4711", value=value)

    found = [one.region for one in find_text(stills(frames)) if one.is_sure]

    left = ink.copy()
    for region in found:
        left[region.rows, region.columns] = False
    assert not left.any()


def test_a_line_is_found_once() -> None:
    frames, _ = write(moving_run(1), "SMITH 4711")

    assert len([one for one in find_text(stills(frames)) if one.is_sure]) == 1


def test_the_rest_of_a_block_is_found_after_its_surest_line(monkeypatch: pytest.MonkeyPatch) -> None:
    frames, _ = write(moving_run(1), "SMITH 4711")
    frames, _ = write(frames, "1952-03-17", y=70)
    rows = sorted(text_lines(frames[0].astype(np.float32), is_bright=True), key=lambda row: -row.likeness)
    first = next(row for row in rows if row.bottom < 45)
    second = next(row for row in rows if row.top > 45)
    monkeypatch.setattr(finding, "text_lines", lambda *_, is_bright: [first] if is_bright else [])
    monkeypatch.setattr(finding, "block_of", lambda line: [second] if line is first else [])

    assert [one.line for one in find_text(stills(frames)) if one.is_sure] == [first, second]
