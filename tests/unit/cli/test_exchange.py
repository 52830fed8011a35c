"""`fluoro export` and `fluoro import` of all formats, from a ledger and back into it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lib.cli import exporting
from lib.datastore.states import LabelState, RunState
from lib.errors import DiskFullError
from lib.trainers.split import Part
from tests.exchange_runs import CATHETER, VESSEL, thin_mask
from tests.labelled_archive import Archive

RunJson = Callable[..., tuple[int, dict[str, Any], str]]
FORMATS = ("coco", "yolo", "nnunet", "nifti", "png", "labelme", "dicomseg")


def thin_map() -> Any:
    """Return (4, 32, 48): frame 0 is empty, 1 and 3 have thin vessels, 2 a catheter too."""
    label_map = np.zeros((4, 32, 48), np.uint8)
    label_map[1:] = thin_mask(32, 48) * np.uint8(VESSEL)
    label_map[2, 20:22, 4:40] = CATHETER
    return label_map


def contents(folder: Path) -> bytes:
    return b"".join(path.name.encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_exported_and_imported_is_the_same_bit_for_bit(
    name: str, archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    image_id = archive.add("CANARY", PatientName="CANARY")
    archive.save(image_id, thin_map(), finished=(0, 1))
    out = tmp_path / "out"

    code, said, _ = run_json("export", name, "--out", out, "--states", "submitted", "--license", "CC0")
    folder = Path(said["folder"])
    imported, news, _ = run_json("import", name, folder, "--author", "ben")

    label, label_map = archive.newest(image_id)
    assert (code, imported) == (0, 0)
    assert (said["n_runs"], said["n_frames"], said["left_out"]) == (1, 4, {})
    assert (news["n_runs"], news["n_frames"], news["labels"][0]["label_id"]) == (1, 4, label.id)
    assert np.array_equal(label_map, thin_map())
    assert (label.state, label.author, label.finished_frames) == (LabelState.DRAFT, "ben", (0, 1, 2, 3))
    if name != "dicomseg":
        assert b"CANARY" not in contents(folder)
        assert image_id.encode() not in contents(folder)


def test_submitted_labels_go_into_the_outbox_and_uncovered_frames_stay_empty(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    image_id = archive.add("1")
    archive.save(image_id, thin_map(), tag="draft", finished=(1, 2))

    run_json("export", "png", tmp_path / "out", "--states", "draft", "--finished")
    _, said, _ = run_json("import", "png", tmp_path / "out", "--submit")

    label, label_map = archive.newest(image_id)
    assert said["labels"][0]["frame_numbers"] == [2, 3]
    assert (label.state, label.finished_frames) == (LabelState.SUBMITTED, (1, 2))
    assert np.array_equal(label_map[1:3], thin_map()[1:3])
    assert not label_map[3].any()
    assert [entry.label_id for entry in archive.ledger.pending()] == [label.id]
    assert archive.ledger.run(image_id).state is RunState.DONE


def test_a_corrected_mask_becomes_the_next_version(
    archive: Archive, tmp_path: Path, run_json: RunJson
) -> None:
    image_id = archive.add("1")
    archive.save(image_id, thin_map())
    run_json("export", "png", tmp_path / "out", "--bits", 8)
    mask = next((tmp_path / "out").glob("masks/train/*_f0002.png"))
    Image.fromarray(np.full((32, 48), CATHETER, np.uint8)).save(mask)

    _, said, _ = run_json("import", "png", tmp_path / "out", "--submit")

    assert said["labels"][0]["version"] == 2
    assert (archive.newest(image_id)[1][1] == CATHETER).all()


def test_a_run_that_nobody_knows_imports_nothing(archive: Archive, tmp_path: Path, run_json: RunJson) -> None:
    known = archive.add("1")
    archive.save(known, thin_map())
    archive.save(archive.add("2"), thin_map())
    run_json("export", "yolo", tmp_path / "out")
    sheet = tmp_path / "out" / "dataset.json"
    said = json.loads(sheet.read_text())
    said["runs"][1]["run"] = "R-0000000000000000"
    sheet.write_text(json.dumps(said))

    code, answer, _ = run_json("import", "yolo", tmp_path / "out")

    assert code == 1
    assert "run R-0000000000000000, which this server does not know" in answer["error"]
    assert len(archive.ledger.labels(known)) == 1


def test_labels_that_were_saved_before_one_failed_are_taken_back(
    archive: Archive, tmp_path: Path, run_json: RunJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lib.datastore.desk import LabelDesk

    image_ids = [archive.add(patient) for patient in "12"]
    for image_id in image_ids:
        archive.save(image_id, thin_map())
    run_json("export", "png", tmp_path / "out")
    save, calls = LabelDesk.save, []

    def save_once(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) > 1:
            raise DiskFullError("data")
        return save(*arguments)

    monkeypatch.setattr(LabelDesk, "save", save_once)
    code, answer, _ = run_json("import", "png", tmp_path / "out", "--submit")

    assert (code, len(calls)) == (1, 2)
    assert "is full" in answer["error"]
    assert [len(archive.ledger.labels(image_id)) for image_id in image_ids] == [1, 1]


def test_patients_go_where_our_own_trainings_put_them(
    archive: Archive, tmp_path: Path, run_json: RunJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = {"A": Part.TRAINING, "B": Part.VALIDATION, "C": Part.FROZEN}
    for patient in ("A", "B", "C", "A"):
        archive.save(archive.add(patient), thin_map())
    tokens = sorted(set(_tokens(archive)))
    by_token = dict(zip(tokens, parts.values(), strict=True))
    monkeypatch.setattr(exporting, "part_of", lambda patient: by_token[patient])

    _, said, _ = run_json("export", "labelme", tmp_path / "out")

    sides = {path.name[:10]: path.parent.name for path in (tmp_path / "out").rglob("*.png")}
    assert sides == dict(zip(tokens, ("train", "val", "test"), strict=True))
    assert sum(said["splits"].values()) == 12


def _tokens(archive: Archive) -> list[str]:
    from lib.datastore.patients import PatientTokens
    from lib.datastore.run_reader import RunReader

    reader = RunReader(archive.ledger, archive.shelf, PatientTokens(archive.data))
    return [reader.facts(run).patient_token for run in archive.ledger.runs()]


def test_drafts_have_no_seg_and_are_left_out(archive: Archive, tmp_path: Path, run_json: RunJson) -> None:
    draft = archive.add("1")
    archive.save(draft, thin_map(), tag="draft")
    archive.save(archive.add("2"), thin_map())

    _, said, err = run_json("export", "dicomseg", tmp_path / "out", "--states", "draft,submitted")

    assert (said["n_runs"], list(said["left_out"])) == (1, [draft])
    assert "name the patient" in err


@pytest.mark.parametrize(
    "words",
    [("export", "yolo"), ("export", "png", "out", "--bits", "12"), ("import", "avi", ".")],
    ids=["no folder", "12 bits", "no format"],
)
def test_wrong_usage_is_said(words: tuple[str, ...], run_json: RunJson) -> None:
    assert run_json(*words)[0] == 2
