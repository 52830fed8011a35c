"""The real files by upload into a real PACS, and back as header, frames and volume."""

import io
import time
from pathlib import Path
from typing import Any

import itk
import numpy as np
import pytest
import requests
from monai.transforms import LoadImage
from PIL import Image
from pydicom import dcmread

from lib.frames.read import read_cine
from tests.builders import build_xa, to_bytes
from tests.integration.conftest import TestPacs
from tests.integration.server.conftest import ServeFor

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR UI")


@pytest.fixture
def files(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "dicom").glob("*.dcm"))


def upload(url: str, files: list[Path]) -> Any:
    forms = [("file", (file.name, file.read_bytes())) for file in files]
    return requests.post(f"{url}/fluoro/api/upload", files=forms, timeout=120)


def test_the_real_files_are_uploaded_listed_and_shown(
    fresh_orthanc: TestPacs, serve_for: ServeFor, files: list[Path]
) -> None:
    url = serve_for(fresh_orthanc.url)

    answer = upload(url, [*files, Path(__file__)])

    outcomes = answer.json()["files"]
    assert answer.status_code == 207
    assert [outcome["stored"] for outcome in outcomes] == [True] * len(files) + [False]
    assert "is not a DICOM file" in outcomes[-1]["detail"]
    listed = requests.get(f"{url}/fluoro/api/runs", timeout=60).json()["runs"]
    assert {run["image_id"] for run in listed} == {outcome["sop_instance_uid"] for outcome in outcomes[:-1]}
    for file, outcome in zip(files, outcomes, strict=False):
        cine, run = read_cine(file), f"{url}/fluoro/api/runs/{outcome['sop_instance_uid']}"
        header = requests.get(run, timeout=60)
        frame = requests.get(f"{run}/frames/{cine.header.n_frames}.png", timeout=60)
        shown = np.asarray(Image.open(io.BytesIO(frame.content)))
        assert header.json()["n_frames"] == cine.header.n_frames
        assert (header.json()["spacing"] == "uncalibrated") == (cine.header.spacing is None)
        assert str(dcmread(file, stop_before_pixels=True).PatientName) not in header.text
        np.testing.assert_allclose(shown, cine.frames[-1] * 255, atol=1)


@pytest.mark.parametrize("is_real", [True, False])
def test_a_volume_is_the_same_for_slicer_and_for_monai(
    orthanc: TestPacs, serve_for: ServeFor, files: list[Path], tmp_path: Path, is_real: bool
) -> None:
    file = next(file for file in files if "96f" in file.name)
    if not is_real:
        file = tmp_path / "small.dcm"
        file.write_bytes(to_bytes(build_xa(n_frames=3, rows=20, columns=30, ImagerPixelSpacing=[0.5, 0.25])))
    url = serve_for(orthanc.url)
    (outcome,) = upload(url, [file]).json()["files"]
    answer = requests.get(f"{url}/fluoro/api/runs/{outcome['sop_instance_uid']}.nii.gz", timeout=60)
    (tmp_path / "run.nii.gz").write_bytes(answer.content)

    by_monai = LoadImage(image_only=True)(tmp_path / "run.nii.gz")
    by_itk = itk.imread(str(tmp_path / "run.nii.gz"))

    frames, sizes = read_cine(file).frames, [1.0, 1.0, 1.0] if is_real else [0.2, 0.4, 1.0]
    np.testing.assert_allclose(np.asarray(by_monai), frames.transpose(2, 1, 0), atol=2e-4)
    np.testing.assert_allclose(np.asarray(by_monai.affine), np.diag([*sizes, 1.0]), atol=1e-6)
    np.testing.assert_allclose(itk.array_view_from_image(by_itk), frames, atol=2e-4)
    np.testing.assert_allclose(list(by_itk.GetSpacing()), sizes, atol=1e-6)
    np.testing.assert_allclose(list(by_itk.GetOrigin()), 0.0)


def test_a_body_larger_than_one_batch_arrives_whole(
    fresh_orthanc: TestPacs, serve_for: ServeFor, files: list[Path]
) -> None:
    url = serve_for(fresh_orthanc.url)
    body = max(files, key=lambda file: file.stat().st_size).read_bytes()

    def pieces() -> Any:
        for at in range(0, len(body), 10_000):
            yield body[at : at + 10_000]

    answer = requests.post(
        f"{url}/fluoro/api/upload", data=pieces(), headers={"Content-Type": "application/dicom"}, timeout=60
    )

    assert answer.status_code == 200
    (stored,) = answer.json()["files"]
    assert stored["is_run"]


def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(
    fresh_orthanc: TestPacs, serve_for: ServeFor, tmp_path: Path
) -> None:
    url = serve_for(fresh_orthanc.url)

    def broken() -> Any:
        yield b"x" * 2_000_000
        raise ConnectionAbortedError

    with pytest.raises((ConnectionAbortedError, requests.ConnectionError)):
        requests.post(
            f"{url}/fluoro/api/upload",
            data=broken(),
            headers={"Content-Type": "application/dicom"},
            timeout=60,
        )

    def left() -> list[Path]:
        return [path for folder in tmp_path.glob("data */uploads") for path in folder.iterdir()]

    until = time.monotonic() + 30
    while left() and time.monotonic() < until:
        time.sleep(0.1)
    assert left() == []
