"""The contract with MONAI Label's two clients: the package's, and 3D Slicer's plugin's out of the wheel."""

import io
import json
import time
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
import pytest
import requests
import SimpleITK
from monailabel.client import MONAILabelClient

from lib.arrays import to_volume
from lib.labels import load_label_table
from lib.pacs.dicomweb import connect
from lib.seg.read import read_seg
from lib.settings import PROJECT_FOLDER, PacsSettings
from tests.builders import build_xa, draw_run
from tests.integration.conftest import TestPacs
from tests.servers import TestServer
from tests.slicer import slicer_client

N_FRAMES, ROWS, COLUMNS = 6, 96, 128
CLASSICAL = "vesselness"
"""The task that finds the drawn vessels of runs so small; the network is no friend of drawings."""


@pytest.fixture(scope="module", params=["package", "slicer"])
def client_class(request: pytest.FixtureRequest) -> Any:
    return MONAILabelClient if request.param == "package" else slicer_client()


@pytest.fixture
def client(client_class: Any, server: TestServer, tmp_path: Path) -> Any:
    return client_class(server.url, tmpdir=str(tmp_path), client_id="slicer-1")


@pytest.fixture
def image_id(orthanc: TestPacs) -> str:
    """A new run in the PACS, one of two in its series."""
    pixels = draw_run(N_FRAMES, ROWS, COLUMNS)
    run = build_xa(pixels=pixels, patient_name="CANARY^BIRD")
    other = build_xa(
        pixels=pixels, study_instance_uid=run.StudyInstanceUID, series_instance_uid=run.SeriesInstanceUID
    )
    connect(PacsSettings(url=orthanc.url)).store([run, other])
    return str(run.SOPInstanceUID)


@pytest.fixture
def label_file(tmp_path: Path) -> Path:
    """A label whose place differs on each frame, as a client writes it."""
    volume = np.zeros((COLUMNS, ROWS, N_FRAMES), np.uint8)
    for frame in range(N_FRAMES):
        volume[10 + 5 * frame : 20 + 5 * frame, 30:40, frame] = 1
    path = tmp_path / "label.nii.gz"
    nibabel.save(nibabel.Nifti1Image(volume, np.diag([0.3, 0.3, 1, 1])), path)
    return path


def test_info_lists_the_tasks_with_their_parameters(client: Any) -> None:
    info = client.info()

    assert info["models"]["vessels"]["type"] == "segmentation"
    assert info["models"]["vessels"]["labels"]["vessel"] == 1
    assert info["models"]["vessels"]["parameters"]
    assert set(info["strategies"]) >= {"first", "random"}
    assert info["labels"]["vessel"] == 1


@pytest.mark.usefixtures("image_id")
@pytest.mark.parametrize("strategy", ["first", "random"])
def test_next_sample_names_a_run_that_can_be_downloaded(
    client: Any, server: TestServer, strategy: str, tmp_path: Path
) -> None:
    sample = client.next_sample(strategy, {})

    image = requests.get(f"{server.url}/datastore/image", params={"image": sample["id"]}, timeout=60)
    path = tmp_path / "image.nii.gz"
    path.write_bytes(image.content)
    volume = nibabel.load(path)
    assert image.ok
    assert len(volume.shape) == 3
    assert np.allclose(volume.affine[:3, 3], 0)


@pytest.mark.parametrize("suffix", [".nrrd", ".nii.gz"])
def test_infer_returns_a_label_map_with_the_geometry_of_the_run(
    client: Any, image_id: str, suffix: str
) -> None:
    params = {"result_extension": suffix, "result_dtype": "uint8"}

    file, answer = client.infer(CLASSICAL, image_id, params)

    label = SimpleITK.ReadImage(file)
    values = set(np.unique(SimpleITK.GetArrayFromImage(label)).tolist())
    assert label.GetSize() == (COLUMNS, ROWS, N_FRAMES)
    assert label.GetPixelIDValue() == SimpleITK.sitkUInt8
    assert values - {0} == set(answer["label_names"].values())
    assert "vessel" in answer["label_names"]


def test_a_saved_label_is_in_every_list_at_once(client: Any, image_id: str, label_file: Path) -> None:
    before = client.datastore()["objects"][image_id]["labels"]

    answer = client.save_label(
        image_id, str(label_file), "final", {"label_info": [{"name": "vessel", "idx": 1}]}
    )

    labels = client.datastore()["objects"][image_id]["labels"]
    assert before == {}
    assert labels["final"]["info"]["author"] == "slicer-1"
    assert labels["final"]["info"]["version"] == 1
    assert answer["image"] == image_id
    assert client.next_sample("first", {}).get("id") != image_id


def test_a_draft_comes_back_as_it_was_saved(
    client: Any, server: TestServer, image_id: str, label_file: Path, tmp_path: Path
) -> None:
    client.save_label(image_id, str(label_file), "original", {})

    url = f"{server.url}/datastore/label"
    answer = requests.get(url, params={"label": image_id, "tag": "original"}, timeout=30)

    path = tmp_path / "back.nii.gz"
    path.write_bytes(answer.content)
    sent, back = nibabel.load(label_file), nibabel.load(path)
    assert np.array_equal(np.asarray(sent.dataobj), np.asarray(back.dataobj))


def test_the_slicer_plugin_downloads_a_label_by_its_image(
    server: TestServer, image_id: str, label_file: Path, tmp_path: Path
) -> None:
    client = slicer_client()(server.url, tmpdir=str(tmp_path))
    client.save_label(image_id, str(label_file), "original", {})

    file = client.download_label(image_id, "original")

    assert nibabel.load(file).shape == (COLUMNS, ROWS, N_FRAMES)


def test_an_uploaded_dicom_file_becomes_a_run(client: Any, tmp_path: Path) -> None:
    run = build_xa(n_frames=3)
    path = tmp_path / "run.dcm"
    run.save_as(path)

    answer = client.upload_image(str(path), image_id="ignored")

    assert answer["image"] == run.SOPInstanceUID
    assert run.SOPInstanceUID in client.datastore()["objects"]


def test_batch_inference_writes_drafts_from_a_process_of_its_own(server: TestServer, image_id: str) -> None:
    params = {"save_label": True, "label_tag": "original", "max_workers": 1, "max_batch_size": 0}
    url = f"{server.url}/batch/infer"
    began = requests.post(f"{url}/{CLASSICAL}", params={"images": "unlabeled"}, json=params, timeout=30)

    until = time.monotonic() + 240
    status = began.json()
    while status["status"] in ("SUBMITTED", "RUNNING") and time.monotonic() < until:
        time.sleep(1)
        status = requests.get(url, timeout=30).json()

    answer = requests.get(f"{server.url}/datastore/", params={"output": "all"}, timeout=30)
    assert status["status"] == "DONE", status
    assert answer.json()["objects"][image_id]["labels"]["original"]["info"]["model"].startswith("vesselness@")


def ask(server: TestServer, image_id: str, output: str) -> requests.Response:
    return requests.post(
        f"{server.url}/infer/{CLASSICAL}", params={"image": image_id, "output": output}, timeout=60
    )


def test_every_output_of_infer_says_the_same(server: TestServer, image_id: str, tmp_path: Path) -> None:
    answers = {output: ask(server, image_id, output) for output in ("image", "json", "all", "dicom_seg")}

    (tmp_path / "label.nii.gz").write_bytes(answers["image"].content)
    label = np.asarray(nibabel.load(tmp_path / "label.nii.gz").dataobj)
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
    seg = pydicom.dcmread(io.BytesIO(answers["dicom_seg"].content))
    assert all(answer.ok for answer in answers.values())
    assert answers["json"].json()["n_frames"] == N_FRAMES
    assert answers["all"].headers["content-type"].startswith("multipart/form-data")
    assert np.array_equal(to_volume(read_seg(seg, N_FRAMES, table).label_map()), label)
    assert seg.SegmentSequence[0].SegmentAlgorithmName == "vesselness"


def test_a_value_out_of_range_is_refused_with_the_range(server: TestServer, image_id: str) -> None:
    name, parameter = next(
        (name, parameter)
        for name, parameter in requests.get(f"{server.url}/info/", timeout=30)
        .json()["models"]["vessels"]["parameters"]
        .items()
        if "range" in parameter
    )

    answer = requests.post(
        f"{server.url}/infer/vessels",
        params={"image": image_id},
        data={"params": json.dumps({name: parameter["range"][1] + 1})},
        timeout=60,
    )

    assert answer.status_code == 400
    assert name in answer.json()["detail"]
