"""Every format gives back what was written, bit for bit; each frame that was written, and no other."""

from pathlib import Path

import numpy as np
import pytest

from lib.errors import DataSetFileError, DataSetLabelError, NoDataSetError
from lib.exchange.content import Side
from lib.exchange.format import Format
from lib.exchange.formats import FORMATS
from lib.exchange.png import Png
from lib.exchange.read import read_dataset
from lib.labels import LabelTable
from tests.exchange_runs import TABLE, a_run, export, read_back

PLAIN = [how for name, how in FORMATS.items() if name != "dicomseg"]


@pytest.mark.parametrize("how", [*PLAIN, Png(bits=8)], ids=lambda how: how.name)
def test_a_label_comes_back_bit_for_bit(how: Format, tmp_path: Path) -> None:
    runs = [a_run(number, side) for number, side in enumerate(Side)]

    export(tmp_path / "set", how, *runs)

    found = read_back(tmp_path / "set", how)
    assert sorted(found) == [run.token for run in runs]
    for run in runs:
        assert sorted(found[run.token]) == [1, 2, 3]
        assert all(np.array_equal(found[run.token][t], run.label_map[t]) for t in run.times)


@pytest.mark.parametrize("how", PLAIN, ids=lambda how: how.name)
def test_indices_are_those_of_the_importing_table(how: Format, tmp_path: Path) -> None:
    swapped = {"vessel": 2, "catheter": 1}
    other = LabelTable(
        tuple(
            type(label)(**{**vars(label), "index": swapped.get(label.name, label.index)}) for label in TABLE
        )
    )

    export(tmp_path / "set", how, a_run(times=(0,)))

    label_map = next(iter(read_dataset(tmp_path / "set", how, other))).frames[0]
    assert (label_map[0, 0], label_map[14, 6]) == (2, 1)


@pytest.mark.parametrize("how", PLAIN, ids=lambda how: how.name)
def test_a_label_that_the_table_has_not_is_named(how: Format, tmp_path: Path) -> None:
    poor = LabelTable(tuple(label for label in TABLE if label.name != "vessel"))
    export(tmp_path / "set", how)

    with pytest.raises(DataSetLabelError, match=r"does not have 'vessel'.*Nothing was imported"):
        list(read_dataset(tmp_path / "set", how, poor))


@pytest.mark.parametrize(
    ("how", "file"),
    [
        ("yolo", "labels/train/*_f0002.txt"),
        ("labelme", "train/*_f0002.json"),
        ("coco", "annotations/instances_train.json"),
        ("png", "masks/train/*_f0002.png"),
        ("nifti", "labels/train/*.nii.gz"),
        ("nnunet", "labelsTr/*_f0002.png"),
    ],
)
def test_a_broken_file_is_named(how: str, file: str, tmp_path: Path) -> None:
    export(tmp_path / "set", FORMATS[how])
    path = next((tmp_path / "set").glob(file))
    path.write_bytes(b"0 broken")

    with pytest.raises(DataSetFileError, match=f"in .*{path.name}, .*Nothing was imported"):
        read_back(tmp_path / "set", FORMATS[how])


@pytest.mark.parametrize("file", ["labels/train/holiday_f0001.txt", "labels/train/P-0001_R-0001_f0009.txt"])
def test_a_file_of_no_frame_is_named(file: str, tmp_path: Path) -> None:
    export(tmp_path / "set", FORMATS["yolo"])
    (tmp_path / "set" / file).touch()

    with pytest.raises(DataSetFileError, match=r"that of no frame in dataset\.json"):
        read_back(tmp_path / "set", FORMATS["yolo"])


def test_a_frame_whose_file_was_deleted_is_not_covered(tmp_path: Path) -> None:
    export(tmp_path / "set", FORMATS["labelme"])
    next((tmp_path / "set").glob("train/*_f0002.json")).unlink()

    assert sorted(read_back(tmp_path / "set", FORMATS["labelme"])["R-0001"]) == [2, 3]


def test_a_frame_that_was_labelled_elsewhere_is_covered_too(tmp_path: Path) -> None:
    export(tmp_path / "set", FORMATS["yolo"])
    (tmp_path / "set" / "labels" / "train" / "P-0001_R-0001_f0001.txt").write_text("0 0 0 1 0 1 1 0 1\n")

    assert (read_back(tmp_path / "set", FORMATS["yolo"])["R-0001"][0] == 1).all()


def test_another_format_or_another_folder_is_refused(tmp_path: Path) -> None:
    export(tmp_path / "set", FORMATS["yolo"])
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "dataset.json").write_text('{"labels": ["mine"]}')

    with pytest.raises(NoDataSetError, match="of the format 'yolo', not 'coco'"):
        read_back(tmp_path / "set", FORMATS["coco"])
    with pytest.raises(NoDataSetError, match="is not ours or is damaged"):
        read_back(tmp_path / "other", FORMATS["yolo"])
    with pytest.raises(NoDataSetError, match=r"has no dataset\.json"):
        read_back(tmp_path, FORMATS["yolo"])
