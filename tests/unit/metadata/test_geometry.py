"""Where C-arm and table stood, for standard and for enhanced objects."""

from typing import Any

import pytest
from pydicom.dataset import Dataset

from lib.metadata.geometry import view_words
from lib.metadata.run import RunMetadata, read_metadata
from tests.builders import build_enhanced_xa, build_xa


def isocentric(position: str | None, angles: tuple[float, float], **elements: Any) -> RunMetadata:
    """Return the rows of an enhanced run that knows its angles in the axes of the equipment only."""
    dataset = build_enhanced_xa(**({} if position is None else {"PatientPosition": position}))
    for group in dataset.PerFrameFunctionalGroupsSequence:
        item = Dataset()
        item.PositionerIsocenterPrimaryAngle, item.PositionerIsocenterSecondaryAngle = angles
        for keyword, value in elements.items():
            setattr(item, keyword, value)
        group.IsocenterReferenceSystemSequence = [item]
        del group.PositionerPositionSequence
    return read_metadata(dataset)


def test_increments_move_the_view_of_every_frame() -> None:
    found = read_metadata(
        build_xa(
            PositionerPrimaryAngle=-30,
            PositionerPrimaryAngleIncrement=[0, 10, 20, 30],
            PositionerSecondaryAngle=20,
            PositionerSecondaryAngleIncrement=-10,
        )
    )

    assert [frame["view"] for frame in found.frames] == [
        "RAO 30 CRA 20",
        "RAO 20 CRA 10",
        "RAO 10",
        "AP CAU 10",
    ]
    assert (found.run["primary_deg"], found.run["last_primary_deg"]) == (-30, 0)
    assert (found.run["secondary_deg"], found.run["last_secondary_deg"]) == (20, -10)


def test_source_and_detector_of_a_run() -> None:
    run = read_metadata(build_xa(PositionerPrimaryAngle=90, PositionerSecondaryAngle=0)).run

    assert (run["view_x"], run["source_x_mm"], run["detector_x_mm"]) == pytest.approx((1, -750, 250))
    assert run["angle_source"] == "positioner"


def test_without_angles_there_is_no_view_but_there_are_distances() -> None:
    run = read_metadata(build_xa(PositionerSecondaryAngle=None)).run

    assert (run["view"], run["view_x"], run["angle_source"]) == (None, None, None)
    assert (run["sid_mm"], run["sod_mm"], run["ermf"]) == (1000, 750, 1.25)


def test_enhanced_frames_have_angles_and_distances_of_their_own() -> None:
    dataset = build_enhanced_xa(angles=[(10, 0), (20, 0), (30, 0), (40, 5)])
    for t, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        geometry = Dataset()
        geometry.DistanceSourceToDetector, geometry.DistanceSourceToIsocenter = 1000.0 + t, 750.0
        group.XRayGeometrySequence = [geometry]

    frames = read_metadata(dataset).frames

    assert [frame["view"] for frame in frames] == ["LAO 10", "LAO 20", "LAO 30", "LAO 40 CRA 5"]
    assert [frame["sid_mm"] for frame in frames] == [1000, 1001, 1002, 1003]


@pytest.mark.parametrize(
    ("position", "view", "source"),
    [
        ("HFS", "LAO 30 CRA 20", "isocenter"),
        ("FFS", "RAO 30 CAU 20", "isocenter"),
        ("HFP", "RAO 150 CRA 20", "isocenter"),
        (None, "LAO 30 CRA 20", "isocenter, head first supine assumed"),
    ],
)
def test_angles_of_the_equipment_become_those_of_the_patient(
    position: str | None, view: str, source: str
) -> None:
    run = isocentric(position, (30, 20)).run

    assert (run["view"], run["angle_source"]) == (view, source)


def test_a_tilted_table_is_taken_into_account() -> None:
    run = isocentric("HFS", (0, 0), TableHeadTiltAngle=15.0).run

    assert run["view"] == "AP CRA 15"


def test_positions_of_the_table() -> None:
    moved = read_metadata(build_xa(TableVerticalIncrement=2, TableLongitudinalIncrement=[0, 1, 4, 9])).frames
    placed = read_metadata(build_xa(TableTopLateralPosition=-12.5)).frames
    enhanced = isocentric(
        "HFS",
        (0, 0),
        TableXPositionToIsocenter=1.0,
        TableYPositionToIsocenter=2.0,
        TableZPositionToIsocenter=3.0,
    )

    assert [frame["table_vertical_mm"] for frame in moved] == [0, 2, 4, 6]
    assert [frame["table_longitudinal_mm"] for frame in moved] == [0, 1, 4, 9]
    assert placed[3]["table_lateral_mm"] == -12.5
    assert [enhanced.frames[1][f"table_{axis}_mm"] for axis in "xyz"] == [1, 2, 3]


def test_malformed_angles_are_named_and_the_rest_is_read() -> None:
    run = read_metadata(build_xa(PositionerPrimaryAngleIncrement=[0, 5])).run

    assert run["view"] == "LAO 30 CAU 20"
    assert "2 values for 4 frames" in str(run["problems"])


@pytest.mark.parametrize(
    ("angles", "words"),
    [((-30, 20), "RAO 30 CRA 20"), ((0, 0), "AP"), ((90, 0), "LAO 90"), ((0.3, -25.4), "AP CAU 25")],
)
def test_views_in_words(angles: tuple[float, float], words: str) -> None:
    assert view_words(*angles) == words
