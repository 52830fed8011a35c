"""The DICOM report says the same as the measurement, about the right frame of the right run."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from highdicom.sr import MeasurementReport
from pydicom import Dataset, dcmread
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from lib.errors import SegError
from lib.measure.out.files import dicom_bytes
from lib.measure.out.report import Sender, write_report
from lib.measure.out.report_codes import LUMEN_DIAMETER as LUMEN
from lib.measure.out.report_codes import SITE, VESSEL
from lib.measure.out.seg_reference import seg_frames
from lib.measure.stenosis import LesionKind
from lib.measure.values import values_of
from tests.builders import build_rf, build_xa
from tests.measured_site import a_measurement
from tests.seg_labels import label_table, seg_label, written

LUMEN_DIAMETER = Code(LUMEN.value, LUMEN.scheme, LUMEN.meaning)
CREATED = datetime(2026, 3, 4, 15, 6, 7)
RUN = build_xa(n_frames=4, rows=64, columns=64)


def report(source: Dataset = RUN, *, sender: dict[str, Any] | None = None, **changes: Any) -> Dataset:
    """Return the report of a measurement as one reads it from a file."""
    given = {"author": "ann", "created": CREATED, **(sender or {})}
    return dcmread(BytesIO(dicom_bytes(write_report(source, a_measurement(**changes), Sender(**given)))))


def groups(sr: Dataset) -> list[Any]:
    content = MeasurementReport.from_sequence([sr])
    return list(content.get_planar_roi_measurement_groups())


def numbers(sr: Dataset) -> dict[tuple[str, str | None], tuple[float, str]]:
    """Return value and unit by the codes of name and derivation."""
    found = {}
    for group in groups(sr):
        for one in group.get_measurements():
            derivation = None if one.derivation is None else one.derivation.value
            found[one.name.value, derivation] = (one.value, one.unit.value)
    return found


def test_every_number_is_read_back_as_it_was_measured() -> None:
    found, read = a_measurement(), numbers(report())
    wanted = {}
    for value in values_of(found):
        concept = {**SITE, **VESSEL}.get(value.key)
        if concept is not None:
            derivation = None if concept.derivation is None else concept.derivation.value
            wanted[concept.name.value, derivation] = (round(value.number, 4), value.unit)

    assert len(wanted) >= 8
    assert read == wanted


def test_the_narrowing_is_called_as_other_systems_call_it() -> None:
    name = codes.SCT.LumenDiameterStenosis

    assert numbers(report())[name.value, None] == (60.0, "%")


def test_the_region_is_the_caliper_on_the_measured_frame() -> None:
    region = groups(report())[0].roi

    assert region.graphic_type.value == "POLYLINE"
    assert region.value.tolist() == [[32.5, 28.5], [32.5, 32.5]]
    reference = region.ContentSequence[0].ReferencedSOPSequence[0]
    assert reference.ReferencedSOPInstanceUID == RUN.SOPInstanceUID
    assert int(reference.ReferencedFrameNumber) == 2


def test_every_group_has_a_region_because_viewers_list_no_other() -> None:
    assert all(group.roi is not None for group in groups(report()))


def test_a_single_image_is_referred_to_without_a_frame() -> None:
    source = build_rf()
    region = groups(report(source, n_frames=1, course=None))[0].roi

    assert "ReferencedFrameNumber" not in region.ContentSequence[0].ReferencedSOPSequence[0]


def test_the_uncertainty_has_the_unit_of_its_number() -> None:
    mld = groups(report())[0].get_measurements(name=LUMEN_DIAMETER)[0]
    limits = [item for item in mld[0].ContentSequence if item.ValueType == "NUM"]

    assert [float(item.MeasuredValueSequence[0].NumericValue) for item in limits] == [0.05, 0.05]
    units = {item.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue for item in limits}
    assert units == {"mm"}


def test_without_a_scale_the_report_says_pixels() -> None:
    units = {unit for _, unit in numbers(report(scale=None)).values()}

    assert units == {"%", "{pixels}", "frames"} - {"frames"}


def test_the_report_refers_to_the_seg_and_its_frames() -> None:
    label = label_table().by_name("vessel")
    seg = written(RUN, seg_label(RUN))
    frames = seg_frames(seg, label, 1)
    sr = report(sender={"label": label, "seg": seg, "seg_frames": frames})

    image = groups(sr)[0].get_measurements()[0].referenced_images[0]
    assert image.referenced_sop_instance_uid == seg.SOPInstanceUID
    assert image.referenced_frame_numbers == list(frames)
    groups_of_seg = [seg.PerFrameFunctionalGroupsSequence[number - 1] for number in frames]
    sources = [one.DerivationImageSequence[0].SourceImageSequence[0] for one in groups_of_seg]
    assert [int(one.ReferencedFrameNumber) for one in sources] == [2]
    evidence = sr.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    assert {str(series.SeriesInstanceUID) for series in evidence} == {
        str(RUN.SeriesInstanceUID), str(seg.SeriesInstanceUID),
    }  # fmt: skip


def test_the_site_is_named_only_when_a_person_said_so() -> None:
    assert not groups(report())[0].finding_sites
    named = report(sender={"label": label_table().by_name("LAD proximal")})

    assert groups(named)[0].finding_sites[0].value.value == "68787002"


def test_patient_and_study_are_the_run_s() -> None:
    sr = report()

    assert (sr.PatientName, sr.PatientID) == (RUN.PatientName, RUN.PatientID)
    assert sr.StudyInstanceUID == RUN.StudyInstanceUID
    assert sr.SeriesInstanceUID != RUN.SeriesInstanceUID
    assert (sr.Modality, sr.ContentDate, sr.PreliminaryFlag) == ("SR", "20260304", "FINAL")


def test_an_aneurysm_is_no_stenosis() -> None:
    lesion = a_measurement().lesion
    assert lesion is not None
    wide = type(lesion)(**{**lesion.__dict__, "kind": LesionKind.ANEURYSM, "percent_diameter": -40.0})

    assert groups(report(lesion=wide))[0].finding_type == codes.SCT.Aneurysm


def test_a_source_that_cannot_be_referred_to_is_refused() -> None:
    source = build_xa(n_frames=4)
    del source.StudyInstanceUID

    with pytest.raises(SegError, match="StudyInstanceUID"):
        report(source)
