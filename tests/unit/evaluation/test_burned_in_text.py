import numpy as np
import pytest

from lib.evaluation import burned_in_text
from lib.evaluation.burned_in_text import Storing, as_object, score_case, summary
from lib.evaluation.planted_text import Contrast, Place, TextBlock, draw_block, plant
from lib.evaluation.text_fonts import FONTS, draw_line
from lib.frames.layout import read_layout
from lib.frames.stored import read_codes
from lib.frames.values import Values
from lib.privacy.pixels import PixelReport, Region
from tests.written_runs import moving_run

BLOCK = TextBlock(("SMITH, John", "4711"), "sans", 12, Contrast.WHITE, Place.TOP_LEFT, 6, (0.0, 0.0))
NO_VESSELS = np.zeros((1, 128, 256), np.bool_)


def test_the_ten_fonts_differ_and_have_the_wanted_height() -> None:
    drawn = {font: draw_line("HHH", font, 16) for font in FONTS}

    assert len(FONTS) == 10
    assert len({ink.tobytes() for ink in drawn.values()}) == 10
    assert all(14 <= len(ink) <= 19 for ink in drawn.values())


@pytest.mark.parametrize("contrast", list(Contrast))
def test_the_truth_is_where_the_frames_changed(contrast: Contrast) -> None:
    frames = moving_run()
    block = TextBlock(("SMITH, John",), "mono", 14, contrast, Place.INSIDE, 6, (0.4, 0.5))

    planted = plant(frames, block, 255)

    changed = (planted.frames != frames).all(axis=0)
    assert planted.inks[0].sum() > 100
    assert changed[planted.inks[0]].mean() > 0.95
    assert (planted.frames[:, ~cv2_grown(changed)] == frames[:, ~cv2_grown(changed)]).all()


def cv2_grown(mask: np.ndarray) -> np.ndarray:
    grown = mask.copy()
    for axis in (0, 1):
        for step in (-9, -3, 3, 9):
            grown |= np.roll(mask, step, axis)
    return grown


def test_one_seed_draws_one_block() -> None:
    assert draw_block(np.random.default_rng(4)) == draw_block(np.random.default_rng(4))


def test_lines_below_each_other_do_not_touch() -> None:
    first, second = plant(moving_run(), BLOCK, 255).inks

    assert np.flatnonzero(first.any(axis=1))[-1] < np.flatnonzero(second.any(axis=1))[0]


@pytest.mark.parametrize("storing", list(Storing))
def test_a_case_holds_the_frames_as_they_are_shown(storing: Storing) -> None:
    frames = moving_run()
    dataset = as_object(frames, storing)
    values = Values(dataset)
    codes = read_codes(values, read_layout(values, "1.2"), "1.2").astype(int)

    shown = 255 - codes if storing is Storing.INVERTED else codes

    assert np.abs(shown - frames).max() <= (40 if storing is Storing.JPEG else 0)
    assert np.abs(shown - frames).mean() < 4


def test_a_line_is_gone_when_its_ink_is_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = plant(moving_run(), BLOCK, 255)
    rows = np.flatnonzero(planted.inks[0].any(axis=1))
    first = Region(int(rows[0]), 0, int(rows[-1]) + 1, 256)
    doubt = Region(int(rows[-1]) + 1, 0, 128, 256)
    monkeypatch.setattr(burned_in_text, "clean_pixels", lambda _: PixelReport((first,), (doubt,), (), ""))
    vessels = NO_VESSELS.copy()
    vessels[:, rows[0]] = True
    vessels[:, 120] = True

    case = score_case("test", BLOCK, planted, vessels, Storing.PLAIN)
    result = summary([case])

    columns = np.flatnonzero(planted.inks[0].any(axis=0))
    n_written, n_wide = int(planted.written[rows[0]].sum()), int(columns[-1] - columns[0]) + 1
    assert [(line.is_gone, line.is_held) for line in case.lines] == [(True, False), (False, True)]
    assert 0 < n_written < n_wide
    assert (case.vessel_px, case.lost_px) == (512, 256)
    assert (case.lost_free_px, case.lost_beside_px) == (256 - n_written, 256 - n_wide)
    assert result["vessel_lost"] == 0.5
    assert (result["recall"], result["recall_or_held"], result["held_runs"]) == (0.5, 1.0, 1)
    assert result["by"]["font"] == {"sans": "1 of 2"}
    assert result["missed"][0]["contrast"] == "white"
