"""A measurement as clients have it: two clicks, values with units, a report that the PACS keeps."""

import io
import json
from typing import Any

import numpy as np
import pytest
import requests
from monailabel.client import MONAILabelClient
from pydicom import Dataset, dcmread
from pydicom.uid import SegmentationStorage

from lib.arrays import to_volume
from lib.datastore.volumes import write_label
from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa
from tests.integration.conftest import TestPacs
from tests.servers import TestServer
from tests.vessel_runs import TREE, TRUNK, filling_run

N_FRAMES, FRAME_NUMBER = 6, 6
TIMEOUT_S = 120
TRUNK_PX = TREE[0][1]
SWAY_PX = round(4 * np.sin(FRAME_NUMBER - 1))
"""How far the tree has moved to the right in the measured frame."""


@pytest.fixture(scope="module")
def run(orthanc: TestPacs, server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A run in the PACS, its tree full of contrast in the last frames, and its vessels as a submitted label.

    A pixel is 0.2 / 1.25 mm.
    """
    frames, truth = filling_run(N_FRAMES, has_catheter=False)
    pixels = (frames * 255).round().astype(np.uint8)
    dataset = build_xa(pixels=pixels, patient_name="CANARY^BIRD", DistanceSourceToPatient=800)
    connect(PacsSettings(url=orthanc.url)).store([dataset])
    folder = tmp_path_factory.mktemp("a label")
    write_label(folder / "label.nii.gz", to_volume(truth.astype(np.uint8)), None)
    client = MONAILabelClient(server.url, tmpdir=str(folder))
    client.save_label(str(dataset.SOPInstanceUID), str(folder / "label.nii.gz"), tag="final")
    return dataset


def places(*numbers: int) -> list[dict[str, float]]:
    return [{"x": TRUNK[n][0] + SWAY_PX, "y": TRUNK[n][1]} for n in numbers]


def frame_of(run: Dataset) -> dict[str, Any]:
    return {"image_id": str(run.SOPInstanceUID), "frame_number": FRAME_NUMBER, "masks_from": "label"}


def post(server: TestServer, path: str, body: Any = None) -> Any:
    return requests.post(f"{server.url}/fluoro/api/measurements{path}", json=body, timeout=TIMEOUT_S)


def test_two_clicks_become_a_measurement_and_a_report_in_the_pacs(
    server: TestServer, run: Dataset, orthanc: TestPacs
) -> None:
    answer = post(server, "", {**frame_of(run), "points": places(1, 3)})

    assert answer.status_code == 201, answer.text
    made = answer.json()
    values = {value["key"]: value for value in made["values"]}
    assert values["mean_diameter"]["unit"] == "mm"
    assert values["mean_diameter"]["value"] == pytest.approx(TRUNK_PX * 0.16, rel=0.15)
    sent = post(server, f"/{made['measurement_id']}/send").json()
    assert sent["state"] == "sent", sent
    stored = in_pacs(orthanc, run, sent["report_sop_instance_uid"])
    assert (stored.Modality, stored.PatientID) == ("SR", run.PatientID)
    evidence = stored.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    classes = {str(series.ReferencedSOPSequence[0].ReferencedSOPClassUID) for series in evidence}
    assert classes == {str(run.SOPClassUID), SegmentationStorage}
    assert "CANARY" not in server.logs()


def test_the_branches_of_a_frame_can_be_chosen_from(server: TestServer, run: Dataset) -> None:
    body = frame_of(run)
    told = post(server, "/branches", body).json()

    assert len(told["branches"]) >= 3
    longest = max(told["branches"], key=lambda one: one["length_px"])
    made = post(server, "", {**body, "branch": longest["branch_id"], "through_run": False})
    assert made.status_code == 201, made.text
    assert made.json()["branch"]["branch_id"] == longest["branch_id"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": [{"x": 60, "y": 400}, {"x": 80, "y": 420}]},
        {"branch": 99},
        {"frame_number": 99},
        {"points": places(1, 3), "scale": {"source": "catheter", "french": 12, "points": places(0, 1)}},
    ],
)
def test_what_cannot_be_measured_is_a_sentence_and_no_number(
    server: TestServer, run: Dataset, wrong: dict[str, Any]
) -> None:
    answer = post(server, "", {**frame_of(run), "through_run": False, **wrong})

    assert answer.status_code in (400, 404)
    assert answer.json()["detail"].endswith(".")
    assert "values" not in answer.json()


def test_monai_label_s_client_measures_by_the_infer_task(
    server: TestServer, run: Dataset, tmp_path: Any
) -> None:
    client = MONAILabelClient(server.url, tmpdir=str(tmp_path), client_id="slicer-1")
    seen = post(server, "/branches", {**frame_of(run), "masks_from": "automatic"}).json()["branches"]
    line = max((one["points"] for one in seen), key=len)
    points = [[*line[len(line) // 2 + away], FRAME_NUMBER - 1] for away in (-10, 10)]
    file, answer = client.infer("measure", str(run.SOPInstanceUID), params={"foreground": points})

    assert "measure" in client.info()["models"]
    told = answer if "measurement" in answer else json.loads(answer["params"])
    assert told["measurement"]["values"]
    assert told["n_pixels"] > 100
    assert file


def in_pacs(orthanc: TestPacs, run: Dataset, uid: str) -> Dataset:
    """Return an instance of the run's study as the PACS has it."""
    address = f"{orthanc.url}/studies/{run.StudyInstanceUID}"
    found = requests.get(
        f"{address}/instances",
        {"SOPInstanceUID": uid},
        headers={"Accept": "application/dicom+json"},
        timeout=60,
    ).json()
    series = found[0]["0020000E"]["Value"][0]
    answer = requests.get(
        f"{address}/series/{series}/instances/{uid}",
        headers={"Accept": 'multipart/related; type="application/dicom"'},
        timeout=60,
    )
    data = answer.content
    return dcmread(io.BytesIO(data[data.index(b"DICM") - 128 :]))
