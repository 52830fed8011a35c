"""The whole way: a drawn vessel of known width becomes numbers, and what cannot be measured a sentence."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors import FluoroError, FrameNotFoundError, LabelShapeError
from lib.errors.measure_graph import NoVesselHereError, UnknownBranchError
from lib.errors.measure_out import MeasureRequestError, NoSiteError
from lib.measure.material import Material
from lib.measure.measure import measure
from lib.measure.measurement import Measurement
from lib.measure.request import MeasureRequest, ScaleSource, ScaleWish
from lib.measure.values import values_of
from tests.vessel_runs import cine_of

SIDE, ROW = 160, 80.0
WIDTH_PX, NARROW_PX, MIDDLE = 12.0, 6.0, 84.0
ENDS = ((ROW, 24.0), (ROW, 140.0))
PIXELS = ScaleWish(ScaleSource.PIXELS)


def widths(narrow_px: float = NARROW_PX) -> NDArray[np.float64]:
    """Return (W,) the vessel's width at each column: even, and narrow in the middle."""
    x = np.arange(SIDE)
    return WIDTH_PX - (WIDTH_PX - narrow_px) * np.exp(-(((x - MIDDLE) / 7.0) ** 2))


def a_frame(contrast: float = 0.6, seed: int = 0, narrow_px: float = NARROW_PX) -> NDArray[np.float32]:
    """Return a vessel from left to right as a detector shows it: round, blurred, noisy."""
    away = np.abs(np.arange(SIDE)[:, None] - ROW)
    width = widths(narrow_px)
    depth = np.sqrt(np.maximum(1 - (away / (width / 2)) ** 2, 0)) * width / WIDTH_PX
    picture = 0.8 * np.exp(-contrast * depth)
    blurred = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 1.0)
    noise = np.random.default_rng(seed).normal(0, 0.005, picture.shape)
    return np.clip(blurred + noise, 0, 1).astype(np.float32)


MASK = np.abs(np.arange(SIDE)[:, None] - ROW) <= widths() / 2
FRAMES = np.stack([a_frame(seed=t) for t in range(3)])


def test_a_severe_narrowing_is_measured() -> None:
    narrow = 0.24 * WIDTH_PX
    mask = np.abs(np.arange(SIDE)[:, None] - ROW) <= widths(narrow) / 2
    run = Material(cine_of(np.stack([a_frame(narrow_px=narrow)])), lambda _: mask)

    found = values(measure(run, MeasureRequest(t=0, points=ENDS, scale=PIXELS)))

    assert found["percent_diameter"] == pytest.approx(76, abs=7)


def material(frames: NDArray[np.float32] = FRAMES, spacing_mm: float | None = None) -> Material:
    return Material(cine_of(frames, spacing_mm), lambda _: MASK)


def values(found: Measurement) -> dict[str, float]:
    return {value.key: value.number for value in values_of(found)}


@pytest.fixture(scope="module")
def found() -> Measurement:
    """The vessel between two clicks, in its second frame."""
    return measure(material(), MeasureRequest(t=1, points=ENDS, scale=PIXELS))


def test_a_drawn_narrowing_is_measured_as_it_was_drawn(found: Measurement) -> None:
    told = values(found)

    assert told["mld"] == pytest.approx(NARROW_PX, abs=0.6)
    assert told["reference_diameter"] == pytest.approx(WIDTH_PX, abs=0.6)
    assert told["percent_diameter"] == pytest.approx(50, abs=5)
    assert abs(found.profile.line.yx[found.at][1] - MIDDLE) < 3


def test_the_site_is_measured_in_all_frames_and_they_agree(found: Measurement) -> None:
    assert found.course is not None
    assert [one is not None for one in found.course.calipers] == [True, True, True]
    assert np.ptp(found.course.curve.values) < 0.6


def test_what_a_run_without_times_cannot_tell_is_a_remark(found: Measurement) -> None:
    assert found.flow is None or found.flow.timi is None
    assert found.remarks
    assert all(remark.endswith(".") for remark in found.remarks)


def test_lengths_are_in_pixels_until_there_is_a_scale(found: Measurement) -> None:
    assert {value.unit for value in values_of(found)} <= {"%", "px", "px2", "frames"}


def test_a_known_length_gives_millimetres() -> None:
    wish = ScaleWish(ScaleSource.LENGTH, ((10.0, 20.0), (10.0, 120.0)), length_mm=25.0)
    told = measure(material(), MeasureRequest(t=1, points=ENDS, scale=wish, through_run=False))

    assert told.ruler.unit == "mm"
    assert values(told)["mld"] == pytest.approx(NARROW_PX * 0.25, abs=0.15)


def test_the_largest_branch_is_measured_where_nobody_says(found: Measurement) -> None:
    told = measure(material(), MeasureRequest(scale=PIXELS, through_run=False))

    assert told.site.branch is not None
    assert values(told)["mld"] == pytest.approx(values(found)["mld"], abs=0.6)


def test_one_click_means_the_branch_below_it() -> None:
    told = measure(material(), MeasureRequest(t=0, points=(ENDS[0],), scale=PIXELS, through_run=False))

    assert told.site.branch is not None


def test_a_single_image_has_no_course() -> None:
    assert measure(material(FRAMES[:1]), MeasureRequest(scale=PIXELS)).course is None


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        (MeasureRequest(t=99), FrameNotFoundError),
        (MeasureRequest(t=0, branch=99), UnknownBranchError),
        (MeasureRequest(t=0, points=((5.0, 5.0),)), NoVesselHereError),
        (MeasureRequest(t=0, points=((5.0, 5.0), (9.0, 30.0))), NoVesselHereError),
        (MeasureRequest(t=0, points=ENDS, around=(20.0, 80.0)), MeasureRequestError),
        (MeasureRequest(t=0, points=ENDS, reference=((9000.0, 9010.0),)), FluoroError),
        (
            MeasureRequest(
                t=0, points=ENDS, scale=ScaleWish(ScaleSource.CATHETER, ((5.0, 5.0), (5.0, 90.0)), 6.0)
            ),
            FluoroError,
        ),
    ],
)
def test_what_cannot_be_found_is_a_sentence_and_no_number(
    request_: MeasureRequest, wanted: type[FluoroError]
) -> None:
    with pytest.raises(wanted, match=r"\.$"):
        measure(material(), request_)


def test_a_frame_without_a_vessel_has_nothing_to_measure() -> None:
    nothing = Material(cine_of(FRAMES), lambda _: np.zeros((SIDE, SIDE), bool))

    with pytest.raises(NoSiteError):
        measure(nothing, MeasureRequest(t=0))


def test_a_vessel_without_contrast_medium_is_refused() -> None:
    empty = np.full((1, SIDE, SIDE), 0.7, np.float32)
    noise = np.random.default_rng(1).normal(0, 0.02, empty.shape).astype(np.float32)

    with pytest.raises(FluoroError, match=r"\.$"):
        measure(material(empty + noise), MeasureRequest(t=0, points=ENDS, scale=PIXELS))


def test_masks_of_another_shape_are_refused() -> None:
    with pytest.raises(LabelShapeError):
        Material.with_masks(cine_of(FRAMES), np.zeros((2, SIDE, SIDE), bool))
