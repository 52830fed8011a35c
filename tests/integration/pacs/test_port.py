"""What every PACS does, shown on a real one and on the fake of the unit tests alike."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from pydicom import Dataset, dcmread
from pydicom.dataset import FileDataset
from pydicom.uid import SegmentationStorage, generate_uid

from lib.errors import AmbiguousSeriesError, RunNotFoundError, SegNotFoundError
from lib.pacs.port import Pacs
from lib.pacs.runs import SegRef
from tests.builders import build_rf, build_secondary_capture, build_xa, encode, to_bytes
from tests.fakes import FakePacs


@pytest.fixture(params=["a real Orthanc", "the fake"])
def a_pacs(request: pytest.FixtureRequest) -> Pacs:
    if request.param == "the fake":
        return FakePacs()
    found: Pacs = request.getfixturevalue("pacs")
    return found


def build_seg(run: Dataset, number: int, references: Sequence[Dataset] | None = None) -> FileDataset:
    """Return what a PACS sees of a SEG: the references and when it was made."""
    series, instances = Dataset(), []
    for other in references or [run]:
        instance = Dataset()
        instance.ReferencedSOPClassUID, instance.ReferencedSOPInstanceUID = (
            other.SOPClassUID,
            other.SOPInstanceUID,
        )
        instances.append(instance)
    series.SeriesInstanceUID, series.ReferencedInstanceSequence = run.SeriesInstanceUID, instances
    return build_xa(
        sop_class_uid=SegmentationStorage,
        modality="SEG",
        study_instance_uid=run.StudyInstanceUID,
        ReferencedSeriesSequence=[series],
        SeriesNumber=number,
        SeriesDescription=f"vessels, version {number}",
        ContentDate="20260101",
        ContentTime=f"08000{number}",
    )


def test_a_stored_run_is_listed_and_found_by_both_uids(a_pacs: Pacs) -> None:
    sent = build_xa(n_frames=5)
    a_pacs.store([sent])

    run = a_pacs.find_run(sent.SOPInstanceUID)

    assert run in a_pacs.list_runs()
    assert run == a_pacs.find_run(sent.SeriesInstanceUID)
    assert (run.n_frames, run.rows, run.columns, run.modality) == (5, 32, 48, "XA")


def test_a_run_comes_back_as_it_was_sent(a_pacs: Pacs) -> None:
    sent = dcmread(BytesIO(to_bytes(build_xa(n_frames=5))))
    a_pacs.store([sent])

    got = a_pacs.retrieve(a_pacs.find_run(sent.SOPInstanceUID))

    assert got == sent
    assert got.file_meta.TransferSyntaxUID == sent.file_meta.TransferSyntaxUID


@pytest.mark.parametrize("is_encoded", [False, True], ids=["native", "RLE"])
def test_single_frames_come_as_stored(is_encoded: bool, a_pacs: Pacs) -> None:
    sent = build_xa(n_frames=5)
    frames = [sent.PixelData[n * 32 * 48 : (n + 1) * 32 * 48] for n in range(5)]
    if is_encoded:
        sent = encode(sent, "1.2.840.10008.1.2.5")
    a_pacs.store([sent])
    run = a_pacs.find_run(sent.SOPInstanceUID)

    got = a_pacs.retrieve_frames(run, [4, 1])

    assert len(got) == 2
    if not is_encoded:
        assert got == [frames[3], frames[0]]


def test_rf_and_secondary_captures_count_as_runs_and_other_things_do_not(a_pacs: Pacs) -> None:
    runs = [build_rf(), build_secondary_capture()]
    others = [build_secondary_capture(modality="CT"), build_seg(runs[0], 1), build_xa(modality="PR")]
    a_pacs.store([*runs, *others])

    listed = {run.sop_instance_uid for run in a_pacs.list_runs()}

    assert listed >= {run.SOPInstanceUID for run in runs}
    assert not listed & {other.SOPInstanceUID for other in others}


def test_two_runs_of_a_series_stay_two(a_pacs: Pacs) -> None:
    series, study = generate_uid(), generate_uid()
    sent = [build_xa(study_instance_uid=study, series_instance_uid=series) for _ in range(2)]
    a_pacs.store(sent)

    assert a_pacs.find_run(sent[1].SOPInstanceUID).sop_instance_uid == sent[1].SOPInstanceUID
    with pytest.raises(AmbiguousSeriesError, match="holds 2 runs"):
        a_pacs.find_run(series)


def test_an_unknown_id_is_not_found(a_pacs: Pacs) -> None:
    with pytest.raises(RunNotFoundError):
        a_pacs.find_run(generate_uid())


def test_the_segs_of_a_run_are_listed_from_old_to_new_and_those_of_its_neighbour_are_not(
    a_pacs: Pacs,
) -> None:
    study, series = generate_uid(), generate_uid()
    run, neighbour = (build_xa(study_instance_uid=study, series_instance_uid=series) for _ in range(2))
    segs = [
        build_seg(run, 2),
        build_seg(run, 1),
        build_seg(neighbour, 3),
        build_seg(run, 4, [run, neighbour]),
    ]
    a_pacs.store([run, neighbour, *segs])

    listed = a_pacs.list_segs(a_pacs.find_run(run.SOPInstanceUID))

    assert [seg.series_description[-1] for seg in listed] == ["1", "2", "4"]
    assert a_pacs.retrieve_seg(listed[0]) == dcmread(BytesIO(to_bytes(segs[1])))


def test_a_seg_that_the_pacs_lost_is_not_found(a_pacs: Pacs) -> None:
    with pytest.raises(SegNotFoundError):
        a_pacs.retrieve_seg(SegRef("1.1", "1.2", "1.3.9999", "", 1, ""))


def test_storing_the_same_instance_again_changes_nothing(a_pacs: Pacs) -> None:
    sent = build_xa()
    a_pacs.store([sent])
    a_pacs.store([sent])

    assert [run.sop_instance_uid for run in a_pacs.list_runs()].count(sent.SOPInstanceUID) == 1


def test_a_ping_returns(a_pacs: Pacs) -> None:
    a_pacs.ping()
