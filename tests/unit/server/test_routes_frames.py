"""Runs for scripts and pages: list, header, frames, volume."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nibabel
import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from pydicom.dataset import FileDataset

from lib.frames.read import read_cine
from lib.server.open_runs import OpenRuns
from lib.server.routes_frames import frames_router
from lib.server.services import Services
from tests.builders import build_xa, to_bytes
from tests.fakes import FakePacs
from tests.unit.server.conftest import MakeServices, Serve, count_decoding

URL = "/fluoro/api/runs"


@pytest.fixture
def run() -> FileDataset:
    return build_xa(n_frames=5, rows=32, columns=48, patient_name="CANARY^Jane", PatientID="CANARY-1")


@pytest.fixture
def services(make_services: MakeServices, run: FileDataset) -> Services:
    return make_services(run, build_xa(modality="CT"))


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(frames_router(services))


def fake(services: Services) -> FakePacs:
    assert isinstance(services.pacs, FakePacs)
    return services.pacs


def test_a_header_has_units_and_no_patient(client: TestClient, run: FileDataset) -> None:
    answer = client.get(f"{URL}/{run.SOPInstanceUID}")

    told = answer.json()
    assert answer.status_code == 200
    assert told["spacing"] == {"row_mm": 0.16, "column_mm": 0.16, "source": "ERMF", "is_calibrated": True}
    assert told["timing"]["frames_per_second"] == pytest.approx(1000 / 66.6)
    assert len(told["timing"]["frame_times_ms"]) == 5
    assert told["c_arm"]["view"] == "LAO 30 / CAU 20"
    assert told["problems"] == []
    assert "CANARY" not in answer.text


def test_a_header_without_spacing_says_uncalibrated(make_services: MakeServices, serve: Serve) -> None:
    run = build_xa(ImagerPixelSpacing=None)
    client = serve(frames_router(make_services(run)))

    assert client.get(f"{URL}/{run.SOPInstanceUID}").json()["spacing"] == "uncalibrated"


def test_a_run_is_also_found_by_its_series(client: TestClient, run: FileDataset) -> None:
    assert client.get(f"{URL}/{run.SeriesInstanceUID}").json()["image_id"] == run.SOPInstanceUID


@pytest.mark.parametrize("frame_number", [1, 5])
def test_a_frame_is_a_png_of_that_frame(client: TestClient, run: FileDataset, frame_number: int) -> None:
    answer = client.get(f"{URL}/{run.SOPInstanceUID}/frames/{frame_number}.png")

    seen = np.asarray(Image.open(io.BytesIO(answer.content)).convert("L"))
    expected = np.rint(read_cine(to_bytes(run)).frames[frame_number - 1] * 255)
    assert answer.headers["Content-Type"] == "image/png"
    np.testing.assert_array_equal(seen, expected)


@pytest.mark.parametrize("frame_number", [0, 6, 10**12])
def test_a_frame_that_the_run_has_not_is_not_found(
    client: TestClient, run: FileDataset, frame_number: int
) -> None:
    answer = client.get(f"{URL}/{run.SOPInstanceUID}/frames/{frame_number}.png")

    assert answer.status_code == 404
    assert f"frames 1 to 5; there is no frame {frame_number}" in answer.json()["detail"]


def test_the_volume_is_the_run_with_axes_x_y_frame(
    client: TestClient, run: FileDataset, tmp_path: Path
) -> None:
    answer = client.get(f"{URL}/{run.SOPInstanceUID}.nii.gz")

    (tmp_path / "run.nii.gz").write_bytes(answer.content)
    image = nibabel.load(tmp_path / "run.nii.gz")
    np.testing.assert_allclose(
        image.get_fdata(), read_cine(to_bytes(run)).frames.transpose(2, 1, 0), atol=1e-3
    )
    np.testing.assert_allclose(image.affine, np.diag([0.16, 0.16, 1, 1]), atol=1e-6)
    assert answer.headers["Content-Type"] == "application/gzip"
    assert f'filename="{run.SOPInstanceUID}.nii.gz"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("what", ["/frames/1.png", ".nii.gz"])
def test_who_has_an_answer_already_gets_it_confirmed(
    client: TestClient, services: Services, run: FileDataset, what: str
) -> None:
    first = client.get(f"{URL}/{run.SOPInstanceUID}{what}")
    fake(services).calls.clear()

    again = client.get(f"{URL}/{run.SOPInstanceUID}{what}", headers={"If-None-Match": first.headers["ETag"]})
    other = client.get(f"{URL}/{run.SOPInstanceUID}{what}", headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, other.content) == (200, first.content)
    assert first.headers["Cache-Control"].startswith("private")
    assert fake(services).calls == []


def test_every_answer_has_a_name_of_its_own(client: TestClient, run: FileDataset) -> None:
    answers = [
        client.get(f"{URL}/{run.SOPInstanceUID}{what}")
        for what in ("/frames/1.png", "/frames/2.png", ".nii.gz")
    ]

    assert len({answer.headers["ETag"] for answer in answers}) == 3


@pytest.mark.parametrize("what", ["", "/frames/1.png", ".nii.gz"])
def test_an_unknown_run_is_not_found(client: TestClient, what: str) -> None:
    answer = client.get(f"{URL}/1.2.3.4{what}")

    assert answer.status_code == 404
    assert "no XA or RF run '1.2.3.4'" in answer.json()["detail"]


@pytest.mark.parametrize("image_id", ["..", "%2e%2e", "a b", "1\\2", "%00", "x" * 129])
@pytest.mark.parametrize("what", ["", "/frames/1.png", ".nii.gz"])
def test_an_id_that_cannot_be_one_is_refused(
    client: TestClient, services: Services, image_id: str, what: str
) -> None:
    answer = client.get(f"{URL}/{image_id}{what}")

    assert answer.status_code in (400, 404)
    assert "find_run" not in fake(services).calls


@pytest.mark.parametrize("what", ["", "/frames/1.png", ".nii.gz"])
def test_while_the_pacs_is_down_a_new_run_is_unavailable_and_an_opened_one_is_not(
    client: TestClient, services: Services, run: FileDataset, what: str
) -> None:
    fake(services).is_down = True
    down = client.get(f"{URL}/{run.SOPInstanceUID}{what}")
    fake(services).is_down = False
    back = client.get(f"{URL}/{run.SOPInstanceUID}{what}")
    fake(services).is_down = True
    opened = client.get(f"{URL}/{run.SOPInstanceUID}{what}")

    assert (down.status_code, "Retry-After" in down.headers) == (503, True)
    assert fake(services).address in down.json()["detail"]
    assert (back.status_code, opened.status_code) == (200, 200)


def test_the_list_is_unavailable_while_the_pacs_is_down(client: TestClient, services: Services) -> None:
    fake(services).is_down = True

    assert client.get(URL).status_code == 503


@pytest.mark.parametrize("what", ["/frames/1.png", ".nii.gz"])
def test_pixels_that_are_cut_off_are_said_with_the_instance(
    make_services: MakeServices, serve: Serve, what: str
) -> None:
    run = build_xa(n_frames=4)
    run.PixelData = run.PixelData[:-2000]
    client = serve(frames_router(make_services(run)))

    answer = client.get(f"{URL}/{run.SOPInstanceUID}{what}")

    assert answer.status_code == 400
    assert str(run.SOPInstanceUID) in answer.json()["detail"]


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that were decoded, in order."""
    return count_decoding(monkeypatch, "lib.server.open_runs.read_cine")


@pytest.mark.parametrize("limit_bytes", [10**6, 1])
def test_a_run_is_decoded_once_however_many_frames_are_asked_for(
    tmp_path: Path, run: FileDataset, decoded: list[Path], limit_bytes: int
) -> None:
    (tmp_path / "a.dcm").write_bytes(to_bytes(run))
    opened = OpenRuns(limit_bytes)

    frames = [opened.frame("1.2", tmp_path / "a.dcm", t) for t in range(5)]

    assert len(decoded) == 1
    assert {frame.shape for frame in frames} == {(32, 48)}


def test_several_who_want_a_run_at_once_wait_for_one_decoding(
    tmp_path: Path, run: FileDataset, decoded: list[Path]
) -> None:
    (tmp_path / "a.dcm").write_bytes(to_bytes(run))
    opened = OpenRuns()

    with ThreadPoolExecutor(8) as readers:
        list(readers.map(lambda t: opened.frame("1.2", tmp_path / "a.dcm", t % 5), range(40)))

    assert len(decoded) == 1


def test_what_was_not_looked_at_for_longest_leaves_the_memory_first(tmp_path: Path, run: FileDataset) -> None:
    (tmp_path / "a.dcm").write_bytes(to_bytes(run))
    one_run = 5 * 32 * 48
    opened = OpenRuns(limit_bytes=2 * one_run)

    for image_id in ("a", "b", "a", "c"):
        opened.frame(image_id, tmp_path / "a.dcm", 0)

    assert opened.size_bytes() == 2 * one_run
    assert list(opened._slots) == ["a", "c"]
