"""A data set is there as a whole, with its card, its sheet and its checksums, or not at all."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.errors import ExportFolderError, LabelFileLostError, NothingToExportError
from lib.exchange.content import ExportRun, Side
from lib.exchange.format import Format
from lib.exchange.formats import FORMATS
from lib.exchange.png import Png
from lib.exchange.write import write_dataset
from tests.exchange_runs import LABELS, a_run, export

ALL = [how for name, how in FORMATS.items() if name != "dicomseg"]


@pytest.mark.parametrize("how", ALL, ids=lambda how: how.name)
def test_checksums_cover_every_file(how: Format, tmp_path: Path) -> None:
    folder = export(tmp_path / "set", how).folder

    lines = (folder / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert set(sums) == files - {"SHA256SUMS"}
    assert {"DATA_CARD.md", "dataset.json"} <= set(sums)
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == sums[name] for name in sums)


def test_the_card_says_what_is_in_it_and_the_terms(tmp_path: Path) -> None:
    runs = [a_run(1), a_run(2, patient="P-0001"), a_run(3, Side.TEST, times=(0,), state="submitted")]

    card = (export(tmp_path / "set", Png(), *runs).folder / "DATA_CARD.md").read_text()

    assert "| train | 1 | 2 | 6 |" in card
    assert "| test | 1 | 1 | 1 |" in card
    assert "| all | 2 | 3 | 7 |" in card
    assert "License: CC BY 4.0." in card
    assert "States of the labels: approved, submitted." in card
    assert "| RCA proximal | 16 | coronary |" in card


def test_the_sheet_says_frames_versions_and_splits(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", Png(), a_run(side=Side.VALIDATION)).folder

    said = json.loads((folder / "dataset.json").read_text())
    assert said["counts"]["val"] == {"patients": 1, "runs": 1, "frames": 3}
    assert said["labels"][0] == {"name": "vessel", "index": 1, "set": "basic", "color": [230, 57, 70]}
    assert said["runs"] == [
        {
            "run": "R-0001",
            "patient": "P-0001",
            "split": "val",
            "name": "P-0001_R-0001",
            "n_frames": 4,
            "rows": 24,
            "columns": 40,
            "frame_numbers": [2, 3, 4],
            "finished_frame_numbers": [2, 3],
            "spacing_mm": [0.3, 0.25],
            "frame_time_ms": 66.0,
            "label_state": "approved",
            "label_version": 3,
        }
    ]


def test_files_lie_on_the_side_of_their_patient(tmp_path: Path) -> None:
    runs = [a_run(number, side) for number, side in enumerate(Side)]

    written = export(tmp_path / "set", Png(), *runs)

    sides = {path.name[:6]: path.parent.name for path in written.folder.rglob("*.png")}
    assert sides == {"P-0000": "train", "P-0001": "val", "P-0002": "test"}
    assert written.splits == {"train": 3, "val": 3, "test": 3}


def test_an_export_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def runs() -> Iterator[ExportRun]:
        yield a_run()
        raise LabelFileLostError("label")

    with pytest.raises(LabelFileLostError):
        write_dataset(tmp_path / "set", Png(), runs(), LABELS)

    assert not list(tmp_path.iterdir())


def test_nothing_to_export_and_a_folder_in_use_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NothingToExportError):
        export(tmp_path / "set", Png(), a_run(times=()))
    with pytest.raises(ExportFolderError, match="exists and is not empty"):
        export(tmp_path, Png())

    assert [path.name for path in tmp_path.iterdir()] == ["file"]
