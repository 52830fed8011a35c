import pytest
from pydicom import Dataset
from pydicom.uid import (
    GrayscaleSoftcopyPresentationStateStorage,
    SegmentationStorage,
    XRayRadiationDoseSRStorage,
)

from lib.errors import AmbiguousSeriesError, RunNotFoundError
from lib.pacs.runs import RunRef, choose_run, is_run, is_seg, references, refers_to, run_of, seg_of
from tests.builders import build_rf, build_secondary_capture, build_xa

XA = ("XA", "RF", "XRF")


def a_run(sop: str = "1.2.3", series: str = "1.2") -> RunRef:
    return RunRef("1", series, sop, "1.2.840.10008.5.1.4.1.1.12.1", "XA", 4, 32, 48)


def a_seg(**instances_by_series: list[str]) -> Dataset:
    seg = Dataset()
    seg.ReferencedSeriesSequence = []
    for series, instances in instances_by_series.items():
        item = Dataset()
        item.SeriesInstanceUID = series.replace("_", ".").strip("s.")
        item.ReferencedInstanceSequence = []
        for uid in instances:
            reference = Dataset()
            reference.ReferencedSOPInstanceUID = uid
            item.ReferencedInstanceSequence.append(reference)
        seg.ReferencedSeriesSequence.append(item)
    return seg


def test_an_xa_run_is_described_by_its_header() -> None:
    dataset = build_xa(n_frames=12, rows=32, columns=48)

    run = run_of(dataset)

    assert (run.sop_instance_uid, run.series_instance_uid) == (
        dataset.SOPInstanceUID,
        dataset.SeriesInstanceUID,
    )
    assert (run.modality, run.n_frames, run.rows, run.columns) == ("XA", 12, 32, 48)


def test_a_run_without_number_of_frames_has_one() -> None:
    assert run_of(build_rf(NumberOfFrames=None)).n_frames == 1


@pytest.mark.parametrize("value", ["", None, "many", 0])
def test_a_malformed_number_of_frames_counts_as_one(value: object) -> None:
    assert run_of({"NumberOfFrames": value}).n_frames == 1


def test_a_secondary_capture_of_modality_xa_is_a_run() -> None:
    assert is_run(build_secondary_capture(), XA)


@pytest.mark.parametrize(
    "sop_class", [SegmentationStorage, XRayRadiationDoseSRStorage, GrayscaleSoftcopyPresentationStateStorage]
)
def test_what_is_no_image_is_no_run_whatever_its_modality_says(sop_class: str) -> None:
    assert not is_run({"SOPClassUID": sop_class, "Modality": "XA"}, XA)


def test_an_image_of_another_modality_is_no_run() -> None:
    assert not is_run(build_secondary_capture(modality="CT"), XA)


def test_a_sop_instance_uid_names_its_run_before_any_series() -> None:
    runs = [a_run("1.1", series="1.9"), a_run("1.9", series="1.8")]

    assert choose_run("1.9", runs) == runs[1]


def test_a_series_with_one_run_names_it() -> None:
    assert choose_run("1.2", [a_run()]).sop_instance_uid == "1.2.3"


def test_a_series_with_two_runs_is_ambiguous() -> None:
    with pytest.raises(AmbiguousSeriesError, match="holds 2 runs"):
        choose_run("1.2", [a_run("1.2.3"), a_run("1.2.4")])


def test_an_unknown_id_names_no_run() -> None:
    with pytest.raises(RunNotFoundError, match=r"9\.9"):
        choose_run("9.9", [a_run()])


def test_a_seg_refers_to_the_runs_that_it_names_and_to_no_other_run_of_the_series() -> None:
    seg = a_seg(s_1_2=["1.2.3"])

    assert refers_to(references(seg), a_run("1.2.3", "1.2"))
    assert not refers_to(references(seg), a_run("1.2.4", "1.2"))


def test_a_seg_that_names_a_series_without_instances_refers_to_all_its_runs() -> None:
    assert refers_to(references(a_seg(s_1_2=[])), a_run("1.2.4", "1.2"))


def test_a_seg_without_referenced_series_is_found_by_the_sources_of_its_frames() -> None:
    seg, group, derivation, source = Dataset(), Dataset(), Dataset(), Dataset()
    source.ReferencedSOPInstanceUID = "1.2.3"
    derivation.SourceImageSequence = [source]
    group.DerivationImageSequence = [derivation]
    seg.PerFrameFunctionalGroupsSequence = [group]

    assert refers_to(references(seg), a_run("1.2.3"))


def test_segs_sort_from_old_to_new() -> None:
    dates = [("20260102", "080000"), ("20260101", "235959.5"), ("20260101", "235959.25")]

    segs = [
        seg_of({"SOPInstanceUID": str(n), "ContentDate": d, "ContentTime": t})
        for n, (d, t) in enumerate(dates)
    ]

    assert [seg.sop_instance_uid for seg in sorted(segs, key=lambda seg: seg.age_key)] == ["2", "1", "0"]


def test_a_presentation_state_is_no_seg() -> None:
    assert not is_seg({"Modality": "PR", "SOPClassUID": GrayscaleSoftcopyPresentationStateStorage})
    assert is_seg({"Modality": "SEG", "SOPClassUID": SegmentationStorage})
