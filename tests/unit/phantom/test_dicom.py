import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit

from lib.frames.read import read_cine
from lib.phantom import PhantomRun, Scenario, draw_scenario, simulate
from lib.phantom.demo import LOOK
from lib.phantom.dicom import run_file, run_object, write_run
from lib.phantom.imaging.field import Blade, Field
from lib.phantom.imaging.processing import Processing
from lib.phantom.truth_files import facts, read_masks
from lib.phantom.xa_header import Nobody

SIZE = 96


def scenario(territory: str = "coronary", *, is_dsa: bool = False, look: Processing = LOOK) -> Scenario:
    drawn = draw_scenario(3, territory, is_dsa=is_dsa, size=SIZE, n_frames=20)
    return replace(drawn, processing=look)


def film(what: Scenario, frames: Sequence[int] = (8, 9, 10)) -> PhantomRun:
    return simulate(what, frames)


@pytest.fixture(scope="module")
def run() -> PhantomRun:
    return film(scenario())


def test_the_file_says_what_was_filmed(run: PhantomRun) -> None:
    header, view = run_object(run), run.scenario.view

    assert (header.Modality, header.PatientName) == ("XA", "PHANTOM^CORONARY")
    assert (header.NumberOfFrames, header.Rows, header.Columns) == (3, SIZE, SIZE)
    assert header.PositionerPrimaryAngle == view.primary_deg
    assert header.PositionerSecondaryAngle == view.secondary_deg
    assert header.ImagerPixelSpacing == [view.pixel_mm, view.pixel_mm]
    assert float(header.EstimatedRadiographicMagnificationFactor) == pytest.approx(
        view.sid_mm / view.sod_mm, rel=1e-4
    )
    assert float(header.FrameTime) == run.scenario.frame_time_ms


def test_the_same_run_gives_the_same_bytes_and_another_run_other_uids(run: PhantomRun) -> None:
    other = replace(run, scenario=replace(run.scenario, seed=4))
    nobody = Nobody("A", "A")

    assert run_file(run) == run_file(film(scenario()))
    assert run_object(other).PatientID != run_object(run).PatientID
    assert run_object(other, nobody).SOPInstanceUID != run_object(run, nobody).SOPInstanceUID


@pytest.mark.parametrize("bits", [8, 10, 12])
@pytest.mark.parametrize("is_inverted", [False, True])
def test_a_reader_finds_the_frames_with_dark_vessels(tmp_path: Path, bits: int, is_inverted: bool) -> None:
    run = film(scenario(look=replace(LOOK, bits=bits, is_inverted=is_inverted)))
    (tmp_path / "run.dcm").write_bytes(run_file(run))

    header = pydicom.dcmread(tmp_path / "run.dcm")
    frames = read_cine(tmp_path / "run.dcm").frames

    assert header.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert (header.BitsStored, header.HighBit) == (bits, bits - 1)
    white = 2**bits - 1
    assert np.array_equal(header.pixel_array, white - run.frames if is_inverted else run.frames)
    assert np.corrcoef(frames.ravel(), run.frames.ravel())[0, 1] > 0.9


def test_a_lossy_run_is_jpeg_and_says_so(tmp_path: Path) -> None:
    run = film(scenario(look=replace(LOOK, jpeg_quality=75)))
    (tmp_path / "run.dcm").write_bytes(run_file(run))

    header = pydicom.dcmread(tmp_path / "run.dcm")

    assert header.file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    assert (header.LossyImageCompression, header.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    assert float(header.LossyImageCompressionRatio) > 1.5
    assert np.abs(header.pixel_array.astype(int) - run.frames).mean() < 2


def test_blades_and_round_field_stand_in_the_header(run: PhantomRun) -> None:
    field = Field(radius=0.9, blades=(Blade(0.0, 0.5, 1.0, 0.2),), is_blanked=True)

    header = run_object(replace(run, scenario=replace(run.scenario, field=field)))

    assert header.FieldOfViewShape == "ROUND"
    assert list(header.ShutterShape) == ["RECTANGULAR", "CIRCULAR"]
    assert header.ShutterRightVerticalEdge == pytest.approx(SIZE * 0.75 + 1, abs=1)
    assert header.RadiusOfCircularShutter == round(0.45 * SIZE)


def test_truth_comes_back_from_its_files(run: PhantomRun, tmp_path: Path) -> None:
    files = write_run(run, tmp_path, "one")

    masks = read_masks(files["masks"])
    known = json.loads(files["facts"].read_text())

    assert [path.name for path in files.values()] == ["one_truth.npz", "one_truth.json", "one.dcm"]
    assert masks["vessel"].any()
    for name, mask in masks.items():
        assert np.array_equal(mask, getattr(run.truth, name))
    assert known == facts(run)
    assert [frame["t"] for frame in known["frames"]] == [8, 9, 10]
    assert [frame["phase"] for frame in known["frames"]] == list(run.truth.phases)


def test_centre_lines_lie_in_the_vessels_and_carry_true_diameters(run: PhantomRun) -> None:
    known = facts(run)["frames"][1]

    branches = {branch.name: branch for branch in run.scenario.tree.branches}
    assert known["centre_lines"]
    for name, line in known["centre_lines"].items():
        yx = np.rint(line["yx_px"]).astype(int)
        inside = ((yx >= 0) & (yx < SIZE)).all(axis=1)
        on = run.field & run.truth.vessel[1]
        seen = inside.copy()
        seen[inside] = run.field[tuple(yx[inside].T)]
        assert on[tuple(yx[seen].T)].mean() > 0.9 if seen.any() else True
        true_mm = 2 * branches[name].radii_mm[line["point"]]
        assert np.allclose(line["diameter_mm"], true_mm, atol=0.2)


def test_stenoses_are_listed_with_their_place() -> None:
    runs = (draw_scenario(seed, "coronary", is_dsa=False, size=SIZE, n_frames=20) for seed in range(60))
    diseased = next(one for one in runs if any(b.lesions for b in one.tree.branches))

    run = film(diseased, range(20))
    known = facts(run)

    drawn = [lesion for branch in diseased.tree.branches for lesion in branch.lesions]
    assert len(known["lesions"]) == len(drawn)
    for lesion, truth in zip(known["lesions"], drawn, strict=True):
        assert lesion["kind"] == truth.kind
        assert lesion["percent_diameter"] == pytest.approx(truth.percent_diameter, abs=0.06)
        assert len(lesion["yx_px"]) == 20


@pytest.mark.parametrize(
    ("territory", "is_dsa", "look"),
    [
        ("coronary", False, LOOK),
        ("cerebral", True, replace(LOOK, response="log", is_inverted=True)),
        ("peripheral", True, replace(LOOK, response="log", bits=12)),
        ("renal", False, replace(LOOK, jpeg_quality=80)),
    ],
)
def test_a_validator_of_dicom_finds_no_error(
    territory: str, is_dsa: bool, look: Processing, tmp_path: Path
) -> None:
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy (Debian's dicom3tools) is not installed")
    files = write_run(film(scenario(territory, is_dsa=is_dsa, look=look)), tmp_path, "run")

    done = subprocess.run(["dciodvfy", files["dicom"]], capture_output=True, text=True, check=False)

    errors = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]
    assert "XAImage" in done.stdout + done.stderr
    assert errors == []
