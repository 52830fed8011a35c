"""What a row says beside the geometry."""

import pytest
from pydicom.dataset import Dataset

from lib.metadata.run import FRAME_COLUMNS, RUN_COLUMNS, read_metadata
from tests.builders import build_enhanced_xa, build_rf, build_xa

OTHER = "1.2.3.4"


def biplane(purpose: str = "121314") -> Dataset:
    code, reference = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = purpose, "DCM", "Other image"
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = (
        "1.2.840.10008.5.1.4.1.1.12.1",
        OTHER,
    )
    reference.PurposeOfReferenceCodeSequence = [code]
    return reference


def test_a_row_has_every_column_and_no_other() -> None:
    found = read_metadata(build_xa())

    assert list(found.run) == [column.name for column in RUN_COLUMNS]
    assert list(found.frames[0]) == [column.name for column in FRAME_COLUMNS]


@pytest.mark.parametrize(
    ("image_type", "said", "plane"),
    [
        (["ORIGINAL", "PRIMARY", "BIPLANE A"], None, "A"),
        (["ORIGINAL", "PRIMARY", "BIPLANE B"], None, "B"),
        (["ORIGINAL", "PRIMARY", "SINGLE PLANE"], "PLANE B", "B"),
        (["ORIGINAL", "PRIMARY"], None, None),
    ],
)
def test_planes(image_type: list[str], said: str | None, plane: str | None) -> None:
    run = read_metadata(build_xa(ImageType=image_type, PlaneIdentification=said)).run

    assert run["plane"] == plane


def test_the_other_plane_is_the_reference_with_its_purpose() -> None:
    assert read_metadata(build_xa(ReferencedImageSequence=[biplane()])).run["other_plane_uid"] == OTHER
    assert read_metadata(build_xa(ReferencedImageSequence=[biplane("121311")])).run["other_plane_uid"] is None


def test_older_biplane_runs_refer_to_each_other_without_a_purpose() -> None:
    reference = biplane()
    del reference.PurposeOfReferenceCodeSequence

    lateral = read_metadata(
        build_xa(ImageType=["ORIGINAL", "PRIMARY", "BIPLANE B"], ReferencedImageSequence=[reference])
    )
    single = read_metadata(build_xa(ReferencedImageSequence=[reference]))

    assert (lateral.run["other_plane_uid"], single.run["other_plane_uid"]) == (OTHER, None)


def test_how_trusted_the_spacing_is() -> None:
    corrected = read_metadata(build_xa()).run
    bare = read_metadata(
        build_xa(EstimatedRadiographicMagnificationFactor=None, DistanceSourceToPatient=None)
    )
    none = read_metadata(build_xa(ImagerPixelSpacing=None)).run

    assert (corrected["spacing_row_mm"], corrected["spacing_source"]) == (0.16, "ERMF")
    assert (corrected["imager_row_mm"], corrected["magnification"]) == (0.2, 1.25)
    assert (bare.run["spacing_source"], bare.run["spacing_is_calibrated"]) == ("PROJECTION", False)
    assert (none["spacing_row_mm"], none["spacing_source"]) == (None, None)


def test_enhanced_objects_state_the_size_at_the_detector_in_a_macro() -> None:
    assert read_metadata(build_enhanced_xa()).run["imager_row_mm"] == 0.2


def test_times_and_r_waves() -> None:
    found = read_metadata(build_xa(frame_time_ms=None, FrameTimeVector=[0, 40, 40, 60], RWavePointer=[1, 3]))

    assert [frame["time_ms"] for frame in found.frames] == [0, 40, 80, 140]
    assert [frame["is_r_wave"] for frame in found.frames] == [True, False, True, False]
    assert (found.run["timing_source"], found.run["r_wave_frames"]) == ("FrameTimeVector", "1 3")


def test_unknown_times_are_no_zeros() -> None:
    found = read_metadata(build_rf())

    assert (found.frames[0]["time_ms"], found.run["duration_ms"]) == (None, None)


def test_exposure_and_dose_have_one_unit_each() -> None:
    run = read_metadata(
        build_xa(
            XRayTubeCurrentInuA=401500,
            ExposureInuAs=3200,
            ImageAndFluoroscopyAreaDoseProduct=12.5,
            EntranceDose=2,
            AveragePulseWidth=5.7,
        )
    ).run

    assert (run["kv"], run["tube_current_ma"], run["exposure_time_ms"]) == (75, 401.5, 8)
    assert (run["exposure_mas"], run["pulse_width_ms"]) == (3.2, 5.7)
    assert (run["dose_area_product_dgycm2"], run["entrance_dose_mgy"]) == (12.5, 200)


def test_enhanced_frames_may_be_exposed_each_in_its_own_way() -> None:
    dataset = build_enhanced_xa(KVP=None, XRayTubeCurrent=None)
    for t, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        item = Dataset()
        item.KVP, item.XRayTubeCurrentInmA = 70 + t, 500.0
        group.FrameAcquisitionSequence = [item]

    found = read_metadata(dataset)

    assert [frame["kv"] for frame in found.frames] == [70, 71, 72, 73]
    assert (found.run["kv"], found.run["tube_current_ma"]) == (70, 500)
    assert found.frames[0]["acquisition_ms"] == 8


def test_masks_of_a_subtraction() -> None:
    mask = Dataset()
    mask.MaskOperation, mask.MaskFrameNumbers = "AVG_SUB", [1, 2, 99]
    mask.ApplicableFrameRange, mask.MaskSubPixelShift = [3, 4], [0.5, -1.25]

    found = read_metadata(build_xa(MaskSubtractionSequence=[mask], RecommendedViewingMode="SUB"))

    assert (found.run["viewing_mode"], found.run["mask_operation"]) == ("SUB", "AVG_SUB")
    assert (found.run["mask_frames"], found.run["mask_applies_to"]) == ("1 2", "3 4")
    assert (found.run["mask_shift_row_px"], found.run["mask_shift_column_px"]) == (0.5, -1.25)
    assert [frame["is_mask"] for frame in found.frames] == [True, True, False, False]


def test_nothing_says_who_the_patient_is() -> None:
    dataset = build_xa(
        patient_name="CANARY^SECRET",
        PatientID="CANARY",
        AccessionNumber="CANARY",
        SeriesDescription="CANARY",
        StationName="CANARY",
        InstitutionName="CANARY",
        ContrastBolusAgent="CANARY",
    )

    found = read_metadata(dataset, patient="P-1")

    assert found.run["patient"] == "P-1"
    assert "CANARY" not in str(found)
    assert "1960" not in str(found.run["problems"])
