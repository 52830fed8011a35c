from pathlib import Path

import numpy as np
import pytest

from lib.errors import NothingToScoreError, UnlabelledVesselError
from lib.evaluation.folder import find_cases
from tests.evaluation_cases import SIDE, bar, put_run, put_seg
from tests.seg_labels import label_table


def on(times: dict[int, np.ndarray], n_frames: int = 4) -> np.ndarray:
    mask = np.zeros((n_frames, SIDE, SIDE), bool)
    for t, frame in times.items():
        mask[t] = frame
    return mask


def test_a_run_is_matched_with_its_seg_by_the_uid_it_refers_to(tmp_path: Path) -> None:
    for n in (1, 2):
        run = put_run(tmp_path, f"run{n}")
        put_seg(tmp_path / f"a{3 - n}.dcm", run, vessel=on({n: bar(10 * n)}))

    first, second = (case.open(label_table()) for case in find_cases(tmp_path))

    np.testing.assert_array_equal(first[1].vessel[1], bar(10))
    np.testing.assert_array_equal(second[1].vessel[2], bar(20))


def test_only_frames_that_the_seg_speaks_of_are_scored(tmp_path: Path) -> None:
    run = put_run(tmp_path, "run")
    put_seg(tmp_path / "seg.dcm", run, vessel=on({1: bar(10)}), catheter=on({3: bar(5, 40)}))

    _, truth = find_cases(tmp_path)[0].open(label_table())

    assert truth.times == (1, 3)
    assert truth.device is not None
    np.testing.assert_array_equal(truth.device[3], bar(5, 40))


def test_a_segment_that_is_empty_everywhere_does_not_make_its_placeholder_frame_count(tmp_path: Path) -> None:
    run = put_run(tmp_path, "run")
    put_seg(tmp_path / "seg.dcm", run, vessel=on({2: bar(10)}), catheter=on({}))

    assert find_cases(tmp_path)[0].open(label_table())[1].times == (2,)


def test_a_seg_that_says_there_is_no_vessel_is_scored_as_empty(tmp_path: Path) -> None:
    run = put_run(tmp_path, "run")
    put_seg(tmp_path / "seg.dcm", run, vessel=on({}))

    _, truth = find_cases(tmp_path)[0].open(label_table())

    assert truth.times == (0,)
    assert not truth.vessel.any()


def test_of_several_segs_the_newest_version_counts(tmp_path: Path) -> None:
    run = put_run(tmp_path, "run")
    for version, file in ((1, "c"), (3, "a"), (2, "b")):
        put_seg(tmp_path / f"{file}.dcm", run, version, vessel=on({0: bar(10 * version)}))

    _, truth = find_cases(tmp_path)[0].open(label_table())

    np.testing.assert_array_equal(truth.vessel[0], bar(30))


def test_a_seg_without_vessels_is_refused(tmp_path: Path) -> None:
    run = put_run(tmp_path, "run")
    put_seg(tmp_path / "seg.dcm", run, catheter=on({0: bar(10)}))

    with pytest.raises(
        UnlabelledVesselError, match="no segment 'vessel', so it cannot be scored; it has: cath"
    ):
        find_cases(tmp_path)[0].open(label_table())


def test_runs_of_one_patient_are_one_subject(tmp_path: Path) -> None:
    for n, patient in enumerate(("P1", "P1", "P2", "")):
        run = put_run(tmp_path, f"run{n}", PatientID=patient)
        put_seg(tmp_path / f"seg{n}.dcm", run, vessel=on({0: bar(10)}))

    subjects = [case.subject for case in find_cases(tmp_path)]

    assert subjects == ["P1", "P1", "P2", "run3"]


def test_runs_without_a_truth_and_other_files_are_left_out(tmp_path: Path) -> None:
    put_run(tmp_path, "run")
    (tmp_path / "notes.dcm").write_bytes(b"no DICOM")

    with pytest.raises(NothingToScoreError):
        find_cases(tmp_path)
