import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from lib.cli import segmenting
from lib.cli.main import run
from lib.errors import DiskFullError
from lib.frames.read import read_header
from lib.labels import load_label_table
from lib.seg.read import read_seg
from lib.settings import APP_FOLDER, settings
from tests.builders import build_secondary_capture, build_xa, to_bytes
from tests.vessel_runs import filled_frame, filling_run, vessel_truth

RunJson = Callable[..., tuple[int, dict[str, Any], str]]
UID = "1.2.826.0.1.3680043.8.498.1"


def stored(frames: np.ndarray) -> np.ndarray:
    return (frames * 255).round().astype(np.uint8)


def filled(n_frames: int = 2, **elements: Any) -> Dataset:
    """Return a run of 256 x 256 that shows the tree on every frame."""
    return build_xa(pixels=stored(np.repeat(filled_frame(256)[np.newaxis], n_frames, 0)), **elements)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the inputs lie."""
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the results go; not there yet."""
    return tmp_path / "out"


def put(path: Path, dataset: Dataset) -> Path:
    path.write_bytes(to_bytes(dataset))
    return path


def test_a_run_becomes_a_seg_a_movie_and_a_picture(folder: Path, out: Path, run_json: RunJson) -> None:
    path = put(folder / "run.dcm", filled(3, sop_instance_uid=UID, frame_time_ms=50))

    code, said, _ = run_json("segment", "--algorithm", "vesselness", path, "-o", out)

    assert code == 0
    assert sorted(file.name for file in out.iterdir()) == [
        f"{UID}.fullest.png", f"{UID}.overlay.mp4", f"{UID}.seg.dcm",
    ]  # fmt: skip
    with av.open(str(out / f"{UID}.overlay.mp4")) as movie:
        assert movie.streams.video[0].average_rate == 20
        assert sum(1 for _ in movie.decode(video=0)) == 3
    assert cv2.imread(str(out / f"{UID}.fullest.png")).shape == (256, 256, 3)
    assert said["segmented"] == 1


def test_the_seg_holds_the_vessels(folder: Path, out: Path, run_json: RunJson) -> None:
    path = put(folder / "run.dcm", filled(2, sop_instance_uid=UID))

    _, said, _ = run_json("segment", "--algorithm", "vesselness", path, "-o", out)

    table = load_label_table(settings().labels)
    label = read_seg(dcmread(out / f"{UID}.seg.dcm"), 2, table)
    vessel = label.label_map() == table.by_name("vessel").index
    assert (vessel[0] & vessel_truth(256)).sum() > 0.7 * vessel_truth(256).sum()
    assert said["files"][0]["vessel_fraction"] == pytest.approx(vessel.mean(), abs=1e-5)
    assert label.segments[0].maker.name == "vesselness"


def test_json_says_what_became_of_each_file(folder: Path, out: Path, run_json: RunJson) -> None:
    calibrated = put(folder / "a.dcm", filled(1, sop_instance_uid="1.2.1"))
    put(folder / "b.dcm", build_secondary_capture(sop_instance_uid="1.2.2"))

    _, said, _ = run_json("segment", "--algorithm", "vesselness", folder, "-o", out)

    first, second = said["files"]
    assert first["path"] == str(calibrated)
    assert first["n_frames"] == 1
    assert first["seconds"] > 0
    assert Path(first["outputs"]["seg"]) == out / "1.2.1.seg.dcm"
    spacing = read_header(calibrated).spacing
    assert spacing is not None
    assert first["spacing_mm"] == [spacing.row_mm, spacing.column_mm]
    assert second["spacing_mm"] == "uncalibrated"


def test_a_bad_file_does_not_stop_the_others(folder: Path, out: Path, run_json: RunJson) -> None:
    bad = folder / "a_bad.dcm"
    bad.write_bytes(to_bytes(filled(2, sop_instance_uid="1.2.3"))[:-5000])
    put(folder / "b_good.dcm", filled(1, sop_instance_uid=UID))

    code, said, remarks = run_json("segment", "--algorithm", "vesselness", folder, "-o", out)

    assert code == 1
    assert [file["outcome"] for file in said["files"]] == ["failed", "segmented"]
    assert "1.2.3" in said["files"][0]["reason"]
    assert str(bad) in remarks
    assert (out / f"{UID}.seg.dcm").exists()


def test_what_is_no_run_is_skipped_in_a_folder_and_failed_when_named(
    folder: Path, out: Path, run_json: RunJson
) -> None:
    put(folder / "a_run.dcm", filled(1))
    ct = put(folder / "ct.dcm", build_xa(sop_class_uid="1.2.840.10008.5.1.4.1.1.2", modality="CT"))
    notes = folder / "notes.txt"
    notes.write_text("no DICOM", encoding="utf-8")

    in_folder = run_json("segment", "--algorithm", "vesselness", folder, "-o", out)
    by_name = run_json("segment", "--algorithm", "vesselness", ct, notes, "-o", out)

    assert [file["outcome"] for file in in_folder[1]["files"]] == ["segmented", "skipped", "skipped"]
    assert [file["outcome"] for file in by_name[1]["files"]] == ["failed", "failed"]
    assert (in_folder[0], by_name[0]) == (0, 1)


def test_two_files_with_one_uid_do_not_overwrite_each_other(
    folder: Path, out: Path, run_json: RunJson
) -> None:
    put(folder / "a.dcm", filled(1, sop_instance_uid=UID))
    put(folder / "b.dcm", filled(2, sop_instance_uid=UID))

    code, said, _ = run_json("segment", "--algorithm", "vesselness", folder, "-o", out)

    assert code == 1
    assert said["files"][1]["outcome"] == "failed"
    assert "a.dcm" in said["files"][1]["reason"]
    assert dcmread(out / f"{UID}.seg.dcm").NumberOfFrames == 1


def test_a_copy_of_a_file_is_skipped(folder: Path, out: Path, run_json: RunJson) -> None:
    first = put(folder / "a.dcm", filled(1, sop_instance_uid=UID))
    (folder / "b.dcm").write_bytes(first.read_bytes())

    code, said, _ = run_json("segment", "--algorithm", "vesselness", folder, "-o", out)

    assert (code, said["segmented"], said["skipped"]) == (0, 1, 1)


@pytest.mark.parametrize("uid", ["../../escape", "1.2/3", ".hidden"])
def test_a_uid_that_leads_out_of_the_folder_is_refused(
    folder: Path, out: Path, run_json: RunJson, uid: str
) -> None:
    path = put(folder / "run.dcm", filled(1))
    data = path.read_bytes()
    plain = str(dcmread(path).SOPInstanceUID).encode()
    path.write_bytes(data.replace(plain, uid.encode().ljust(len(plain), b"\0")))

    code, said, _ = run_json("segment", "--algorithm", "vesselness", path, "-o", out)

    assert code == 1
    assert "is not a valid image id" in said["files"][0]["reason"]
    assert not out.exists() or not list(out.iterdir())


def test_parameters_reach_the_method(folder: Path, out: Path, run_json: RunJson) -> None:
    frames, _ = filling_run()
    path = put(folder / "run.dcm", build_xa(pixels=stored(frames), sop_instance_uid=UID))

    run_json("segment", "--algorithm", "vesselness", path, "-o", out, "--set", "catheter=remove")

    assert {str(item.SegmentLabel) for item in dcmread(out / f"{UID}.seg.dcm").SegmentSequence} == {"vessel"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--algorithm", "magic"], "There is no method 'magic'"),
        (["--set", "sensitivity=2"], "Parameter sensitivity cannot be '2'"),
        (["--set", "colour=red"], "vesselness has no parameter 'colour'"),
        (["--set", "sensitivity"], "'sensitivity' is not NAME=VALUE"),
        (["--label-set", "martian"], "There is no label set 'martian'"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_is_wrong_usage(
    folder: Path, out: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    path = put(folder / "run.dcm", filled(1))

    assert run(["segment", "--algorithm", "vesselness", str(path), "-o", str(out), *arguments]) == 2

    assert sentence in capsys.readouterr().err
    assert not out.exists()


def test_a_label_set_is_listed_for_a_person_to_fill_in(folder: Path, out: Path, run_json: RunJson) -> None:
    path = put(folder / "run.dcm", filled(1, sop_instance_uid=UID))

    run_json("segment", "--algorithm", "vesselness", path, "-o", out, "--label-set", "coronary")

    listed = [str(item.SegmentLabel) for item in dcmread(out / f"{UID}.seg.dcm").SegmentSequence]
    assert listed[0] == "vessel"
    assert "RCA proximal" in listed


def test_nothing_to_do_is_a_failure(folder: Path, out: Path, run_json: RunJson) -> None:
    code, said, remarks = run_json("segment", "--algorithm", "vesselness", folder, "-o", out)

    assert (code, said["files"]) == (1, [])
    assert "No file was found" in remarks or said["segmented"] == 0


def test_a_folder_that_cannot_be_written_is_named_before_any_work(folder: Path, run_json: RunJson) -> None:
    path = put(folder / "run.dcm", filled(1))

    code, said, _ = run_json("segment", "--algorithm", "vesselness", path, "-o", path / "out")

    assert code == 2
    assert f"{path / 'out'} cannot be written (not a directory)" in said["error"]


def test_a_full_disk_fails_the_file_and_leaves_nothing_half(
    folder: Path, out: Path, run_json: RunJson, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder / "run.dcm", filled(1))

    def full(path: Path, _: object) -> None:
        raise DiskFullError(str(path.parent))

    monkeypatch.setattr(segmenting, "write_whole", full)

    code, said, _ = run_json("segment", "--algorithm", "vesselness", path, "-o", out)

    assert code == 1
    assert "is full" in said["files"][0]["reason"]
    assert not out.exists()


def test_no_patient_data_reach_the_words_and_the_pictures(
    folder: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(folder / "run.dcm", filled(1, sop_instance_uid=UID, patient_name="CANARY^Bird"))
    put(folder / "z.dcm", filled(2, sop_instance_uid=UID, patient_name="CANARY^Bird"))

    run(["segment", "--algorithm", "vesselness", str(folder), "-o", str(out), "--verbose"])

    said = capsys.readouterr()
    assert str(path) in said.err
    assert "CANARY" not in said.out + said.err
    for name in (f"{UID}.overlay.mp4", f"{UID}.fullest.png"):
        assert b"CANARY" not in (out / name).read_bytes()


def test_help_does_not_load_what_only_segmenting_needs() -> None:
    code = (
        "import sys, json; from lib.cli.main import run; run(['--help']);"
        "sys.stderr.write(json.dumps([m for m in ('cv2', 'av', 'skimage', 'pydicom') if m in sys.modules]))"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(APP_FOLDER)}, capture_output=True, check=True
    )

    assert json.loads(said.stderr) == []
