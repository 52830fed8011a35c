import numpy as np
from pydicom.dataset import Dataset

from lib.privacy.options import Option
from lib.seg.read import read_seg
from tests.builders import build_xa
from tests.privacy_objects import build_report, clean, code, item, texts_of
from tests.seg_labels import label_table, seg_label, written


def reference(run: Dataset) -> Dataset:
    found = Dataset()
    found.ReferencedSOPClassUID, found.ReferencedSOPInstanceUID = run.SOPClassUID, run.SOPInstanceUID
    return found


def test_a_report_keeps_its_measurements_and_its_run() -> None:
    run, measured = build_xa(), Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = "12.5", [code("mm", "millimeter", "UCUM")]
    width = item("NUM", code("121211", "Path length"), MeasuredValueSequence=[measured])
    image = item("IMAGE", code("121191", "Referenced Segment"), ReferencedSOPSequence=[reference(run)])
    report = build_report(run, width, image)

    clean(run)
    clean(report)

    first, second = report.ContentSequence
    assert first.MeasuredValueSequence[0].NumericValue == 12.5
    assert second.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == run.SOPInstanceUID
    assert report.StudyInstanceUID == run.StudyInstanceUID


def test_items_that_say_who_go_and_texts_are_cleaned() -> None:
    run = build_xa(patient_name="Roe^Jane")
    report = build_report(
        run,
        item("TEXT", code("121030", "Subject ID"), TextValue="TEST-1"),
        item("TEXT", code("121009", "Person Observer's Organization Name"), TextValue="Brennfeld"),
        item("CODE", code("121032", "Subject Sex"), ConceptCodeSequence=[code("F", "Female")]),
        item("TEXT", code("121071", "Finding"), TextValue="Stenosis proximal LAD of Jane, Dr. Zyxwek"),
        item("PNAME", code("121008", "Person Observer Name"), PersonName="Huber^Iris"),
        item("DATETIME", code("111526", "DateTime Started"), DateTime="20240517093000"),
    )

    clean(report)

    assert [found.ValueType for found in report.ContentSequence] == ["TEXT", "PNAME", "DATETIME"]
    finding, who, when = report.ContentSequence
    assert finding.TextValue == "Stenosis proximal LAD of"
    assert who.PersonName == "Removed"
    assert when.DateTime < "20240517093000"
    assert when.DateTime.endswith("093000")
    assert not any(
        secret in texts_of(report) for secret in ("jane", "roe", "zyxwek", "huber", "iris", "brennfeld")
    )


def test_a_report_without_any_date_option_has_a_day_that_never_was() -> None:
    report = build_report(build_xa())

    clean(report, without=(Option.MODIFIED_DATES,))

    assert (report.ContentDate, report.ContentTime) == ("19000101", "000000")


def test_the_patients_sex_stays_where_it_may() -> None:
    report = build_report(build_xa(), item("CODE", code("121032", "Subject Sex")))

    clean(report, Option.PATIENT)

    assert len(report.ContentSequence) == 1


def test_without_the_option_a_report_says_only_that_it_said_something() -> None:
    report = build_report(build_xa(), item("TEXT", code("121071", "Finding"), TextValue="Stenosis"))

    clean(report, without=(Option.STRUCTURED,))

    assert [found.TextValue for found in report.ContentSequence] == ["Removed"]


def test_a_verifier_becomes_nobody() -> None:
    verifier = Dataset()
    verifier.VerifyingObserverName, verifier.VerifyingOrganization = "Huber^Iris", "Brennfeld"
    report = build_report(build_xa())
    report.VerifyingObserverSequence = [verifier]

    clean(report)

    assert report.VerifyingObserverSequence[0].VerifyingObserverName == "Removed"
    assert "huber" not in texts_of(report)


def test_texts_beside_arrows_are_cleaned_and_arrows_stay() -> None:
    text, arrow, note = Dataset(), Dataset(), Dataset()
    text.UnformattedTextValue = "Stenosis Roe"
    arrow.GraphicData, arrow.GraphicType = [1.0, 2.0], "POLYLINE"
    note.TextObjectSequence, note.GraphicObjectSequence = [text], [arrow]
    state = build_xa(patient_name="Roe^Jane", GraphicAnnotationSequence=[note])
    without = build_xa(patient_name="Roe^Jane", GraphicAnnotationSequence=[note])

    clean(state)
    clean(without, without=(Option.GRAPHICS,))

    kept = state.GraphicAnnotationSequence[0]
    assert kept.TextObjectSequence[0].UnformattedTextValue == "Stenosis"
    assert list(kept.GraphicObjectSequence[0].GraphicData) == [1.0, 2.0]
    assert "GraphicAnnotationSequence" not in without


def test_a_segmentation_is_read_on_the_new_run_as_before() -> None:
    run = build_xa(patient_name="Roe^Jane", n_frames=6)
    label = seg_label(run, "vessel", "catheter")
    seg = written(run, label)

    clean(run)
    clean(seg)

    after = read_seg(seg, 6, label_table(), str(run.SOPInstanceUID))
    assert after.source_sop_instance_uid == run.SOPInstanceUID
    assert seg.ReferencedSeriesSequence[0].SeriesInstanceUID == run.SeriesInstanceUID
    assert seg.StudyInstanceUID == run.StudyInstanceUID
    assert [found.label.name for found in after.segments] == ["vessel", "catheter"]
    for found, given in zip(after.segments, label.segments, strict=True):
        assert np.array_equal(found.mask, given.mask)
    assert "roe" not in texts_of(seg)
    assert "dr lee" not in texts_of(seg)
    assert seg.DeviceSerialNumber
