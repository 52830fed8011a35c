"""Raw data sets for nnU-Net: pictures, names, splits; whole or absent."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lib.errors import DiskFullError, ExportFolderError, NothingToExportError
from lib.networks import nnunet_dataset
from lib.networks.nnunet_dataset import Case, split_by_patient, write_raw_dataset

LABELS = {"vessel": 1, "guidewire": 3}


def a_case(patient: str = "CANARY-1", run: str = "1.2.3", t: int = 0) -> Case:
    frame = np.linspace(0, 1, 48 * 64, dtype=np.float32).reshape(48, 64)
    labels = np.zeros((48, 64), np.uint8)
    labels[10:20, :] = 1
    labels[30:40, :] = 3
    labels[45, :] = 2
    return Case(patient, run, t, frame, labels)


def read(path: Path) -> Any:
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def test_a_frame_becomes_a_picture_of_16_bits_and_its_labels_count_from_one(tmp_path: Path) -> None:
    written = write_raw_dataset(tmp_path, 501, "Fluoro", [a_case(t=11)], LABELS)

    image = read(tmp_path / "Dataset501_Fluoro" / "imagesTr" / "p001_r01_f0012_0000.png")
    labels = read(tmp_path / "Dataset501_Fluoro" / "labelsTr" / "p001_r01_f0012.png")
    assert written.folder == tmp_path / "Dataset501_Fluoro"
    assert (image.dtype, image.shape, image.min(), image.max()) == (np.uint16, (48, 64), 0, 65535)
    assert [int(labels[y, 0]) for y in (0, 15, 35, 45)] == [0, 1, 2, 0]


def test_dataset_json_says_what_nnunet_and_our_import_need(tmp_path: Path) -> None:
    write_raw_dataset(tmp_path, 7, "Fluoro", [a_case(t=t) for t in range(3)], LABELS)

    said = json.loads((tmp_path / "Dataset007_Fluoro" / "dataset.json").read_text())
    assert said == {
        "channel_names": {"0": "xray"},
        "labels": {"background": 0, "vessel": 1, "guidewire": 2},
        "numTraining": 3,
        "file_ending": ".png",
        "overwrite_image_reader_writer": "NaturalImage2DIO",
        "fluoro_vessels": {"intensity": "0-65535"},
    }


def test_names_count_patients_and_runs_and_say_nothing_of_them(tmp_path: Path) -> None:
    cases = [a_case("CANARY-1", "9.1"), a_case("CANARY-2", "9.2"), a_case("CANARY-1", "9.3", t=4)]

    written = write_raw_dataset(tmp_path, 501, "Fluoro", cases, LABELS)

    files = sorted(written.folder.rglob("*"))
    assert [file.name for file in files if file.parent.name == "labelsTr"] == [
        "p001_r01_f0001.png",
        "p001_r02_f0005.png",
        "p002_r01_f0001.png",
    ]
    everything = b"".join(file.read_bytes() for file in files if file.is_file())
    assert b"CANARY" not in everything
    assert b"9.1" not in everything
    assert (written.n_patients, written.n_runs, written.n_frames) == (2, 3, 3)


def test_no_patient_is_on_both_sides_of_a_split() -> None:
    cases = {f"case{n}": f"patient {n % 13}" for n in range(60)}

    splits = split_by_patient(cases)

    assert len(splits) == 5
    for split in splits:
        assert split["val"]
        assert not {cases[one] for one in split["train"]} & {cases[one] for one in split["val"]}
        assert sorted(split["train"] + split["val"]) == sorted(cases)
    assert sorted(case for split in splits for case in split["val"]) == sorted(cases)


def test_a_patient_stays_in_its_fold_when_others_are_added() -> None:
    few = {f"case{n}": f"patient {n}" for n in range(40)}
    many = few | {f"more{n}": f"new patient {n}" for n in range(40)}

    before, after = split_by_patient(few), split_by_patient(many)

    for old, new in zip(before, after, strict=True):
        assert set(old["val"]) <= set(new["val"])


@pytest.mark.parametrize(("n_patients", "n_folds"), [(1, 0), (2, 2), (3, 3), (5, 5)])
def test_few_patients_give_few_folds_and_none_is_empty(n_patients: int, n_folds: int) -> None:
    splits = split_by_patient({f"case{n}": f"patient {n % n_patients}" for n in range(10)})

    assert len(splits) == n_folds
    assert all(split["val"] and split["train"] for split in splits)


def test_the_splits_lie_where_nnunet_takes_them_over(tmp_path: Path) -> None:
    written = write_raw_dataset(tmp_path, 501, "Fluoro", [a_case("a"), a_case("b")], LABELS)

    splits = json.loads((written.folder / "splits_final.json").read_text())

    assert sorted(split["val"][0] for split in splits) == ["p001_r01_f0001", "p002_r01_f0001"]


def test_a_single_patient_gets_no_splits(tmp_path: Path) -> None:
    written = write_raw_dataset(tmp_path, 501, "Fluoro", [a_case(), a_case(t=1)], LABELS)

    assert written.n_folds == 0
    assert not (written.folder / "splits_final.json").exists()


def test_a_folder_with_something_in_it_is_refused_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "Dataset501_Fluoro"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")

    with pytest.raises(ExportFolderError, match="exists and is not empty"):
        write_raw_dataset(tmp_path, 501, "Fluoro", [a_case()], LABELS)

    assert [path.name for path in tmp_path.rglob("*")] == ["Dataset501_Fluoro", "mine.txt"]


def test_a_number_that_another_data_set_has_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dataset501_Other").mkdir()

    with pytest.raises(ExportFolderError, match="Dataset501_Other has the same number"):
        write_raw_dataset(tmp_path, 501, "Fluoro", [a_case()], LABELS)


@pytest.mark.parametrize("name", ["../up", "a b", ""])
def test_a_name_that_nnunet_cannot_take_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportFolderError, match="no name that nnU-Net takes"):
        write_raw_dataset(tmp_path, 501, name, [a_case()], LABELS)


def test_nothing_is_left_when_a_case_fails(tmp_path: Path) -> None:
    def cases() -> Iterator[Case]:
        yield a_case()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_raw_dataset(tmp_path, 501, "Fluoro", cases(), LABELS)

    assert not list(tmp_path.iterdir())


def test_nothing_is_left_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(nnunet_dataset, "_write_json", full)

    with pytest.raises(DiskFullError):
        write_raw_dataset(tmp_path, 501, "Fluoro", [a_case()], LABELS)

    assert not list(tmp_path.iterdir())


def test_no_cases_leave_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(NothingToExportError):
        write_raw_dataset(tmp_path, 501, "Fluoro", [], LABELS)

    assert not list(tmp_path.iterdir())


def test_one_case_is_in_memory_at_a_time(tmp_path: Path) -> None:
    def cases() -> Iterator[Case]:
        for t in range(3):
            assert len(list(tmp_path.rglob("*_0000.png"))) == t
            yield a_case(t=t)

    assert write_raw_dataset(tmp_path, 501, "Fluoro", cases(), LABELS).n_frames == 3
