"""C-arm, table and ECG."""

import numpy as np
import pytest
from pydicom.dataset import Dataset

from lib.frames.carm import CArm, c_arm
from lib.frames.read import read_header
from tests.builders import build_enhanced_xa, build_rf, build_xa


def test_a_resting_arm_has_the_same_angles_on_every_frame() -> None:
    arm = c_arm(build_xa(PositionerPrimaryAngle=-30, PositionerSecondaryAngle=20), 4)

    assert arm.primary_angles_deg == (-30,) * 4
    assert arm.secondary_angles_deg == (20,) * 4
    assert (arm.sid_mm, arm.sod_mm, arm.ermf) == (1000, 750, 1.25)


def test_one_increment_is_added_for_every_frame() -> None:
    arm = c_arm(build_xa(PositionerPrimaryAngle=10, PositionerPrimaryAngleIncrement=2), 4)

    assert arm.primary_angles_deg == (10, 12, 14, 16)


def test_several_increments_are_offsets_from_the_first_frame() -> None:
    arm = c_arm(build_xa(PositionerPrimaryAngle=10, PositionerPrimaryAngleIncrement=[0, 5, 6, 9]), 4)

    assert arm.primary_angles_deg == (10, 15, 16, 19)


def test_increments_for_another_number_of_frames_are_reported() -> None:
    arm = c_arm(build_xa(PositionerPrimaryAngle=10, PositionerPrimaryAngleIncrement=[0, 5]), 4)

    assert arm.primary_angles_deg == (10,) * 4
    assert "2 values for 4 frames" in arm.problems[0]


@pytest.mark.parametrize(
    ("primary", "secondary", "view"),
    [
        (-30, 20, "RAO 30 / CRA 20"),
        (77, -45, "LAO 77 / CAU 45"),
        (0.2, 0, "AP"),
        (90, 0.4, "LAO 90"),
        (0, 30, "AP / CRA 30"),
    ],
)
def test_the_view_is_said_as_people_say_it(primary: float, secondary: float, view: str) -> None:
    arm = CArm(primary_angles_deg=(primary,), secondary_angles_deg=(secondary,))

    assert arm.view == view


def test_a_header_without_geometry_gives_an_empty_arm() -> None:
    absent = dict.fromkeys(
        (
            "PositionerPrimaryAngle",
            "PositionerSecondaryAngle",
            "DistanceSourceToDetector",
            "DistanceSourceToPatient",
            "EstimatedRadiographicMagnificationFactor",
        )
    )

    arm = c_arm(build_rf(**absent), 1)

    assert arm == CArm()
    assert arm.view is None


def test_enhanced_objects_have_angles_per_frame_and_distances_shared() -> None:
    arm = c_arm(build_enhanced_xa(angles=[(10, 0), (11, 1), (12, 2), (13, 3)]), 4)

    assert arm.primary_angles_deg == (10, 11, 12, 13)
    assert arm.secondary_angles_deg == (0, 1, 2, 3)
    assert (arm.sid_mm, arm.sod_mm) == (1000, 750)


def test_enhanced_objects_state_table_positions() -> None:
    dataset = build_enhanced_xa()
    table = Dataset()
    table.TableTopVerticalPosition, table.TableTopLongitudinalPosition = 100.0, 250.0
    dataset.SharedFunctionalGroupsSequence[0].TablePositionSequence = [table]

    position = c_arm(dataset, 4).table

    assert position is not None
    assert (position.vertical_mm, position.longitudinal_mm) == ((100,) * 4, (250,) * 4)
    assert position.lateral_mm is None


def test_a_stepping_table_is_followed() -> None:
    position = c_arm(build_xa(TableLongitudinalIncrement=[0, 20, 40, 60]), 4).table

    assert position is not None
    assert position.longitudinal_mm == (0, 20, 40, 60)


def test_a_curve_of_type_ecg_is_read() -> None:
    dataset = build_xa(RWavePointer=[2, 4])
    dataset.add_new(0x50000020, "CS", "ECG")
    dataset.add_new(0x50000103, "US", 1)
    dataset.add_new(0x50003000, "OW", np.array([-5, 0, 7], "<i2").tobytes())

    ecg = c_arm(dataset, 4).ecg

    assert ecg is not None
    assert (ecg.samples, ecg.sampling_hz, ecg.r_wave_frames) == ((-5, 0, 7), None, (1, 3))


def test_a_waveform_is_read_with_its_rate() -> None:
    group = Dataset()
    group.NumberOfWaveformChannels, group.NumberOfWaveformSamples, group.SamplingFrequency = 1, 4, 250
    group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 16, "SS"
    channel = Dataset()
    channel.ChannelSensitivity, channel.ChannelBaseline = 0.5, 3
    channel.ChannelSensitivityCorrectionFactor = 1
    group.ChannelDefinitionSequence = [channel]
    group.add_new("WaveformData", "OW", np.array([1, 2, 3, -4], "<i2").tobytes())

    ecg = c_arm(build_xa(WaveformSequence=[group]), 4).ecg

    assert ecg is not None
    assert (ecg.samples, ecg.sampling_hz) == ((1, 2, 3, -4), 250)


def test_an_unreadable_waveform_and_impossible_r_waves_become_problems() -> None:
    header = read_header(build_xa(WaveformSequence=[Dataset()], RWavePointer=[1, 99], FrameTime=-1))

    assert header.carm.ecg is not None
    assert header.carm.ecg.r_wave_frames == (0,)
    assert len(header.carm.problems) == 2
    assert set(header.carm.problems) < set(header.problems)
