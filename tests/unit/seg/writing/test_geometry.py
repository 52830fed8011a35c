"""Orientation and spacing of a SEG."""

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.builders import build_enhanced_xa, build_xa
from tests.seg_labels import seg_label, written
from tests.unit.seg.writing.parts import seg_of


def test_the_plane_orientation_is_written_unless_one_does_not_want_it() -> None:
    source = build_xa()
    label = seg_label(source)

    on = written(source, label).SharedFunctionalGroupsSequence[0]
    off = written(source, label, write_plane_orientation=False).SharedFunctionalGroupsSequence[0]

    assert on.PlaneOrientationSequence[0].ImageOrientationPatient == [1, 0, 0, 0, 1, 0]
    assert "PlaneOrientationSequence" not in off
    assert "FrameOfReferenceUID" not in written(source, label)


@pytest.mark.parametrize("build", [build_xa, build_enhanced_xa])
def test_a_run_that_has_an_orientation_gives_it_to_its_seg(build: object) -> None:
    cosines = [0, 1, 0, 0, 0, -1]
    source = build()  # type: ignore[operator]
    if "SharedFunctionalGroupsSequence" in source:
        plane = Dataset()
        plane.ImageOrientationPatient = cosines
        source.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence = Sequence([plane])
    else:
        source.ImageOrientationPatient = cosines

    shared = seg_of(source).SharedFunctionalGroupsSequence[0]

    assert shared.PlaneOrientationSequence[0].ImageOrientationPatient == cosines


def test_nominal_millimetres_say_that_they_are_none() -> None:
    calibrated = build_xa(PixelSpacing=[0.3, 0.2], PixelSpacingCalibrationType="FIDUCIAL")
    uncalibrated = build_xa(ImagerPixelSpacing=None, PixelSpacing=None)
    at_the_detector = build_xa(
        ImagerPixelSpacing=[0.3, 0.3],
        EstimatedRadiographicMagnificationFactor=None,
        DistanceSourceToPatient=None,
    )

    segs = [seg_of(source) for source in (calibrated, uncalibrated, at_the_detector)]

    measures = [seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0] for seg in segs]
    assert [measure.PixelSpacing for measure in measures] == [[0.3, 0.2], [1, 1], [0.3, 0.3]]
    assert ["nominal" in seg.get("ImageComments", "") for seg in segs] == [False, True, True]


def test_a_strict_receiver_gets_no_nominal_millimetres() -> None:
    source = build_xa(ImagerPixelSpacing=None, PixelSpacing=None)
    seg = written(source, seg_label(source), write_plane_orientation=False)

    assert "PixelMeasuresSequence" not in seg.SharedFunctionalGroupsSequence[0]
    assert "ImageComments" not in seg
