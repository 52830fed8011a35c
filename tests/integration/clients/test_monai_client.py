"""The contract with MONAI Label's two clients: the package's, and 3D Slicer's plugin's out of the wheel.

Each goes to a server where everybody may, and to one where people sign in.
"""

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

from lib.arrays import to_volume
from lib.labels import load_label_table
from lib.pacs.dicomweb import connect
from lib.seg.read import read_seg
from lib.settings import PROJECT_FOLDER, PacsSettings
from tests.builders import build_xa, draw_run
from tests.integration.clients.conftest import Place
from tests.integration.conftest import TestPacs
from tests.servers import TestServer
from tests.slicer import slicer_client

N_FRAMES, ROWS, COLUMNS = 6, 96, 128
CLASSICAL = "vesselness"
"""The task that finds the drawn vessels of runs so small; the network is no friend of drawings."""


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
    client: Any, place: Place, strategy: str, tmp_path: Path
) -> None:
    sample = client.next_sample(strategy, {})

    image = place.ask("GET", "/datastore/image", params={"image": sample["id"]})
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


def test_a_saved_label_is_in_every_list_at_once(
    client: Any, place: Place, image_id: str, label_file: Path
) -> None:
    before = client.datastore()["objects"][image_id]["labels"]

    answer = client.save_label(
        image_id, str(label_file), "final", {"label_info": [{"name": "vessel", "idx": 1}]}
    )

    labels = client.datastore()["objects"][image_id]["labels"]
    assert before == {}
    assert labels["final"]["info"]["author"] == place.author
    assert labels["final"]["info"]["version"] == 1
    assert answer["image"] == image_id
    assert client.next_sample("first", {}).get("id") != image_id


def test_a_draft_comes_back_as_it_was_saved(
    client: Any, place: Place, image_id: str, label_file: Path, tmp_path: Path
) -> None:
    client.save_label(image_id, str(label_file), "original", {})

    answer = place.ask("GET", "/datastore/label", params={"label": image_id, "tag": "original"})

    path = tmp_path / "back.nii.gz"
    path.write_bytes(answer.content)
    sent, back = nibabel.load(label_file), nibabel.load(path)
    assert np.array_equal(np.asarray(sent.dataobj), np.asarray(back.dataobj))


def test_the_slicer_plugin_downloads_a_label_by_its_image(
    place: Place, image_id: str, label_file: Path, tmp_path: Path
) -> None:
    client = place.client(slicer_client(), tmp_path)
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


def test_every_output_of_infer_says_the_same(place: Place, image_id: str, tmp_path: Path) -> None:
    outputs = ("image", "json", "all", "dicom_seg")
    answers = {
        output: place.ask("POST", f"/infer/{CLASSICAL}", params={"image": image_id, "output": output})
        for output in outputs
    }

    (tmp_path / "label.nii.gz").write_bytes(answers["image"].content)
    label = np.asarray(nibabel.load(tmp_path / "label.nii.gz").dataobj)
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
    seg = pydicom.dcmread(io.BytesIO(answers["dicom_seg"].content))
    assert all(answer.ok for answer in answers.values())
    assert answers["json"].json()["n_frames"] == N_FRAMES
    assert answers["all"].headers["content-type"].startswith("multipart/form-data")
    assert np.array_equal(to_volume(read_seg(seg, N_FRAMES, table).label_map()), label)
    assert seg.SegmentSequence[0].SegmentAlgorithmName == "vesselness"


def test_a_value_out_of_range_is_refused_with_the_range(place: Place, image_id: str) -> None:
    name, parameter = next(
        (name, parameter)
        for name, parameter in place.ask("GET", "/info/").json()["models"]["vessels"]["parameters"].items()
        if "range" in parameter
    )

    answer = place.ask(
        "POST",
        "/infer/vessels",
        params={"image": image_id},
        data={"params": json.dumps({name: parameter["range"][1] + 1})},
    )

    assert answer.status_code == 400
    assert name in answer.json()["detail"]
