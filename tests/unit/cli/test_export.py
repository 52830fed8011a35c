"""`fluoro export nnunet` from a ledger, a cache and saved labels."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from lib.datastore.states import LabelState, RunState
from tests.labelled_archive import Archive

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


def names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*/labelsTr/*.png"))


def test_frames_with_a_label_and_finished_ones_are_written(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    archive.label(archive.add("CANARY-1"), {1: 1, 2: 3}, finished=(3,))
    archive.label(archive.add("CANARY-2"), {0: 1})

    code, said, _ = run_json("export", "nnunet", tmp_path / "raw", "--dataset", 12, "--name", "Ours")

    folder = tmp_path / "raw" / "Dataset012_Ours"
    assert code == 0
    assert names(tmp_path / "raw") == ["p001_r01_f0002", "p001_r01_f0003", "p001_r01_f0004", "p002_r01_f0001"]
    assert (said["n_patients"], said["n_runs"], said["n_frames"], said["left_out"]) == (2, 2, 4, {})
    assert said["folder"] == str(folder)
    assert json.loads((folder / "dataset.json").read_text())["labels"] == {
        "background": 0,
        "vessel": 1,
        "guidewire": 2,
    }
    wire = cv2.imread(str(folder / "labelsTr" / "p001_r01_f0003.png"), cv2.IMREAD_UNCHANGED)
    assert (wire[6, 12], wire[0, 0]) == (2, 0)
    assert b"CANARY" not in b"".join(path.read_bytes() for path in folder.rglob("*.*"))


def test_pictures_are_the_frames_that_our_methods_see(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    from lib.frames.read import read_cine

    image_id = archive.add("1", bits_stored=12)
    archive.label(image_id, {2: 1})

    run_json("export", "nnunet", tmp_path / "raw")

    image = cv2.imread(str(next(tmp_path.glob("raw/*/imagesTr/*_0000.png"))), cv2.IMREAD_UNCHANGED)
    frame = read_cine(archive.shelf.dicom(image_id)).frames[2]
    assert np.abs(image / 65535.0 - frame).max() < 1e-5


def test_runs_of_one_patient_stay_together(archive: Archive, tmp_path: Path, run_json: RunJson) -> None:
    for patient in ("A", "B", "A", "C", "B"):
        archive.label(archive.add(patient), {0: 1})

    _, said, _ = run_json("export", "nnunet", tmp_path / "raw")

    splits = json.loads(next(tmp_path.glob("raw/*/splits_final.json")).read_text())
    sides = [({name[:4] for name in one["train"]}, {name[:4] for name in one["val"]}) for one in splits]
    assert (said["n_patients"], said["n_folds"]) == (3, 3)
    assert all(not train & validation for train, validation in sides)


def test_the_newest_label_in_a_wanted_state_counts(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    image_id = archive.add("1")
    approved = archive.label(image_id, {0: 1})
    archive.ledger.set_label_state(approved.id, LabelState.APPROVED, "boss")
    archive.label(image_id, {1: 1})
    archive.label(image_id, {2: 1}, tag="draft")

    run_json("export", "nnunet", tmp_path / "both")
    run_json("export", "nnunet", tmp_path / "approved", "--states", "approved")
    run_json("export", "nnunet", tmp_path / "draft", "--states", "draft")

    assert names(tmp_path / "both") == ["p001_r01_f0002"]
    assert names(tmp_path / "approved") == ["p001_r01_f0001"]
    assert names(tmp_path / "draft") == ["p001_r01_f0003"]


def test_excluded_frames_and_rejected_runs_are_left_out(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    kept, rejected = archive.add("1"), archive.add("2")
    for image_id in (kept, rejected):
        archive.label(image_id, {0: 1, 1: 1})
    archive.ledger.exclude_frames(kept, [0], "anna")
    archive.ledger.set_run_state(rejected, RunState.REJECTED, "anna")

    run_json("export", "nnunet", tmp_path / "raw")

    assert names(tmp_path / "raw") == ["p001_r01_f0002"]


def test_a_label_whose_file_was_changed_is_left_out_and_named(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    good, bad = archive.add("1"), archive.add("2")
    archive.label(good, {0: 1})
    file = archive.desk.path(archive.label(bad, {0: 1}))
    file.chmod(0o644)
    file.write_bytes(b"changed")

    code, said, err = run_json("export", "nnunet", tmp_path / "raw")

    assert (code, said["n_runs"], list(said["left_out"])) == (0, 1, [bad])
    assert f"left out: run {bad}" in err


def test_nothing_to_export_is_said_and_leaves_nothing(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    archive.label(archive.add("1"), {0: 1}, tag="draft")

    code, said, _ = run_json("export", "nnunet", tmp_path / "raw")

    assert code == 1
    assert "No run has a label in the wanted states" in said["error"]
    assert not list(tmp_path.glob("raw/*"))


def test_a_state_that_does_not_exist_is_wrong_usage(tmp_path: Path, run_json: RunJson) -> None:
    code, said, _ = run_json("export", "nnunet", tmp_path / "raw", "--states", "submitted,blessed")

    assert code == 2
    assert "draft, submitted, approved, returned" in said["error"]


def test_a_run_that_neither_cache_nor_pacs_gives_stops_the_export(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    archive.label(archive.add("1"), {0: 1})
    for file in (tmp_path / "data" / "cache").rglob("*.dcm"):
        file.unlink()

    code, said, _ = run_json("export", "nnunet", tmp_path / "raw")

    assert code == 1
    assert "does not answer" in said["error"]
    assert not list(tmp_path.glob("raw/*"))
