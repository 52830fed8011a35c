"""`fluoro measure`: files and lists in, measurements out; one bad file does not stop the others."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread

from lib.cli import measuring
from lib.errors.measure_out import MeasurementRefusedError
from lib.measure.material import Material
from lib.measure.measurement import Measurement
from lib.measure.request import MeasureRequest
from tests.builders import build_xa, to_bytes
from tests.measured_site import SIDE, a_measurement
from tests.seg_labels import seg_label, to_file, written

RunJson = Callable[..., tuple[int, dict[str, Any], str]]
UID, OTHER = "1.2.826.0.1.3680043.8.498.1", "1.2.826.0.1.3680043.8.498.2"
FINDS = ("measure", "--algorithm", "vesselness")

Asked = list[tuple[Material, MeasureRequest]]


def a_run(uid: str = UID, n_frames: int = 4) -> Any:
    return build_xa(n_frames=n_frames, rows=SIDE, columns=SIDE, sop_instance_uid=uid)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where two runs lie."""
    (tmp_path / "in").mkdir()
    for name, uid in (("a", UID), ("b", OTHER)):
        (tmp_path / "in" / f"{name}.dcm").write_bytes(to_bytes(a_run(uid)))
    return tmp_path / "in"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Measure nothing: note what was asked; frame 4 is too poor."""
    noted: Asked = []

    def measure(material: Material, request: MeasureRequest) -> Measurement:
        noted.append((material, request))
        if request.t == 3:
            raise MeasurementRefusedError(4, "There is no contrast. Inject more.")
        return a_measurement(len(material.frames), image_id=material.header.sop_instance_uid)

    monkeypatch.setattr(measuring, "measure", measure)
    return noted


def names(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open()))


@pytest.mark.usefixtures("asked")
def test_a_run_becomes_tables_json_report_picture_and_movie(
    folder: Path, out: Path, run_json: RunJson
) -> None:
    code, said, _ = run_json(*FINDS, folder / "a.dcm", "-o", out)

    assert code == 0
    assert names(out) == [
        f"{UID}.caliper.mp4", f"{UID}.key.png", f"{UID}.line.csv", f"{UID}.measurement.json",
        f"{UID}.run.csv", f"{UID}.sr.dcm", "summary.csv",
    ]  # fmt: skip
    assert (said["measured"], said["failed"]) == (1, 0)
    told = said["files"][0]
    assert (told["percent_diameter"], told["mld"], told["unit"]) == (60.0, 1.0, "mm")
    assert json.loads((out / f"{UID}.measurement.json").read_text())["image_id"] == UID


@pytest.mark.usefixtures("asked")
def test_jpeg_and_avi_come_beside_the_usual_files_where_they_are_wanted(
    folder: Path, out: Path, run_json: RunJson
) -> None:
    code, said, _ = run_json(*FINDS, folder / "a.dcm", "-o", out, "--jpg", "--avi")

    assert code == 0
    assert {f"{UID}.key.jpg", f"{UID}.caliper.avi", f"{UID}.key.png", f"{UID}.caliper.mp4"} <= set(names(out))
    assert said["files"][0]["outputs"]["key_jpeg"].endswith(".key.jpg")


@pytest.mark.usefixtures("asked")
def test_a_single_image_has_no_movie(tmp_path: Path, out: Path, run_json: RunJson) -> None:
    path = tmp_path / "one.dcm"
    path.write_bytes(to_bytes(a_run(n_frames=1)))
    code, _, _ = run_json(*FINDS, path, "-o", out, "--avi")

    assert code == 0
    assert not [*out.glob("*.mp4"), *out.glob("*.avi")]


@pytest.mark.usefixtures("asked")
def test_one_bad_file_does_not_stop_the_others_and_the_summary_says_which(
    folder: Path, out: Path, run_json: RunJson
) -> None:
    (folder / "bad.dcm").write_bytes(to_bytes(a_run("1.2.3"))[:800])
    code, said, told = run_json(*FINDS, folder, "-o", out)

    assert code == 1
    assert said["measured"] == 2
    assert "bad.dcm" in told
    outcomes = {Path(row["path"]).name: row["outcome"] for row in rows(out / "summary.csv")}
    assert outcomes["a.dcm"] == outcomes["b.dcm"] == "measured"
    assert outcomes["bad.dcm"] == "failed"


@pytest.mark.usefixtures("asked")
def test_what_the_quality_refuses_is_a_sentence_and_no_number(
    folder: Path, out: Path, run_json: RunJson
) -> None:
    code, said, _ = run_json(*FINDS, folder / "a.dcm", "--frame", 4, "-o", out)

    assert code == 1
    assert said["files"][0]["reason"] == "Frame 4: There is no contrast. Inject more."
    assert "percent_diameter" not in said["files"][0]
    assert rows(out / "summary.csv")[0]["percent_diameter"] == ""


def test_options_say_what_is_measured(folder: Path, out: Path, run_json: RunJson, asked: Asked) -> None:
    run_json(
        *FINDS, folder / "a.dcm", "-o", out, "--frame", 2, "--point", "5,9", "--point", "30,9",
        "--at", "12,9",
        "--scale", "length", "--scale-point", "0,0", "--scale-point", "9,0", "--known-mm", 4.5, "--one-frame",
    )  # fmt: skip
    _, request = asked[0]

    assert (request.t, request.points, request.around) == (1, ((9, 5), (9, 30)), (9, 12))
    assert (request.scale.length_mm, request.through_run) == (4.5, False)


def test_a_list_names_files_frames_and_places(
    folder: Path, out: Path, run_json: RunJson, asked: Asked
) -> None:
    manifest = folder / "todo.csv"
    manifest.write_text(
        "file,frame_number,branch,x1,y1,x2,y2\na.dcm,2,,5,9,30,9\na.dcm,3,1,,,,\nb.dcm,,,,,,\ngone.dcm,,,,,,\n"
    )
    code, said, _ = run_json(*FINDS, manifest, "-o", out)

    assert code == 1
    assert [one["outcome"] for one in said["files"]] == ["measured", "measured", "measured", "failed"]
    requests = [request for _, request in asked]
    assert [(one.t, one.branch, one.points) for one in requests] == [
        (1, None, ((9, 5), (9, 30))), (2, 1, ()), (None, None, ()),
    ]  # fmt: skip
    assert f"{UID}_2.run.csv" in names(out)


@pytest.mark.parametrize(
    "text",
    [
        "name\na.dcm\n",
        "file,strange\na.dcm,1\n",
        "file,frame_number\na.dcm,zero\n",
        "file,frame_number\na.dcm,0\n",
        "file,frame_number,x1,y1,x2,y2\na.dcm,1,5,9,,\n",
        "file,branch\na.dcm,1\n",
    ],
)
def test_a_list_that_cannot_be_read_is_one_sentence(
    folder: Path, out: Path, run_json: RunJson, text: str
) -> None:
    (folder / "todo.csv").write_text(text)
    code, said, _ = run_json(*FINDS, folder / "todo.csv", "-o", out)

    assert code != 0
    assert said["error"].rstrip().endswith((".", "masks."))


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "wrong",
    [
        ("--point", "5;9"),
        ("--branch", 1),
        ("--frame", 0),
        ("--scale", "catheter"),
        ("--label", "nothing of the kind"),
        ("--algorithm", "nothing of the kind"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_is_wrong_usage(
    folder: Path, out: Path, run_json: RunJson, wrong: tuple[Any, ...]
) -> None:
    code, said, _ = run_json(*FINDS, folder, "-o", out, *wrong)

    assert code == 2
    assert said["error"]
    assert not out.exists()


def test_the_vessels_may_come_from_a_seg_which_the_report_names(
    folder: Path, out: Path, tmp_path: Path, run_json: RunJson, asked: Asked
) -> None:
    source = dcmread(folder / "a.dcm")
    label = seg_label(source)
    seg = written(source, label)
    (tmp_path / "seg.dcm").write_bytes(to_file(seg))
    code, _, _ = run_json("measure", folder / "a.dcm", "--masks", tmp_path / "seg.dcm", "-o", out)

    assert code == 0
    masks = asked[0][0].masks
    assert masks is not None
    assert np.array_equal(masks, label.segments[0].mask)
    evidence = dcmread(out / f"{UID}.sr.dcm").CurrentRequestedProcedureEvidenceSequence[0]
    named = [str(one.SeriesInstanceUID) for one in evidence.ReferencedSeriesSequence]
    assert str(seg.SeriesInstanceUID) in named


@pytest.mark.usefixtures("asked")
def test_a_seg_without_the_wanted_label_is_one_sentence(
    folder: Path, out: Path, tmp_path: Path, run_json: RunJson
) -> None:
    source = dcmread(folder / "a.dcm")
    (tmp_path / "seg.dcm").write_bytes(to_file(written(source, seg_label(source, "catheter"))))
    code, said, _ = run_json("measure", folder / "a.dcm", "--masks", tmp_path / "seg.dcm", "-o", out)

    assert code == 1
    assert "only catheter" in said["files"][0]["reason"]
