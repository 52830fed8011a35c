"""A propagation as a client sees it: watched, cancelled, found as a label, or lost with its server."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import requests
from pydicom import Dataset

from lib.arrays import Mask, from_volume, to_volume
from lib.evaluation.metrics import overlap_of
from lib.pacs.dicomweb import connect
from lib.phantom import draw_scenario, simulate
from lib.phantom.dicom import run_object
from lib.phantom.xa_header import Nobody
from lib.settings import PacsSettings
from tests.integration.conftest import TestPacs
from tests.servers import TestServer

SEED, SIDE = 1_000_003, 192
FILLED = range(20, 30)
"""Frames of the simulated run that show most of its vessels."""
CANARY = "CANARY^BIRD"


@dataclass(frozen=True)
class KnownRun:
    """A simulated run in the PACS, its truth (T, H, W), and its fullest frame, numbered from 1."""

    dicom: Dataset
    truth: Mask

    @property
    def image_id(self) -> str:
        return str(self.dicom.SOPInstanceUID)

    @property
    def key_number(self) -> int:
        return int(self.truth.sum(axis=(1, 2)).argmax()) + 1


@pytest.fixture(scope="module")
def known() -> KnownRun:
    """A short coronary run that is full of contrast medium."""
    run = simulate(draw_scenario(SEED, "coronary", is_dsa=False, size=SIDE), FILLED)
    return KnownRun(run_object(run, Nobody(CANARY, "CANARY")), run.truth.vessel)


@pytest.fixture
def own_server(fresh_orthanc: TestPacs, known: KnownRun, tmp_path: Path) -> Iterator[TestServer]:
    """A server that a test may kill, on an Orthanc with the run."""
    connect(PacsSettings(url=fresh_orthanc.url)).store([known.dicom])
    server = TestServer(tmp_path / "data", fresh_orthanc.url, {"FLUORO_DATASTORE__LIST_SECONDS": "0"})
    server.start()
    yield server
    server.stop()


def save_key(server: TestServer, known: KnownRun, folder: Path) -> str:
    """Save the truth of the fullest frame, as a person who drew it; returns the label's id."""
    volume, t = np.zeros(to_volume(known.truth).shape, np.uint8), known.key_number - 1
    volume[:, :, t] = to_volume(known.truth)[:, :, t]
    nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), folder / "key.nii.gz")
    with (folder / "key.nii.gz").open("rb") as file:
        answer = requests.put(
            f"{server.url}/datastore/label",
            params={"image": known.image_id, "tag": "draft"},
            files={"label": ("key.nii.gz", file)},
            timeout=60,
        )
    return str(answer.json()["label"])


def start(server: TestServer, known: KnownRun) -> dict[str, Any]:
    body = {"image_id": known.image_id, "key_frames": [known.key_number]}
    answer = requests.post(f"{server.url}/fluoro/api/jobs/propagate", json=body, timeout=60)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def events(server: TestServer, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the server says of a job, until it has ended."""
    with requests.get(f"{server.url}{job['address']}/events", stream=True, timeout=60) as answer:
        for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def labels(server: TestServer, image_id: str) -> dict[str, Any]:
    """Return what MONAI Label's clients see: the labels of a run by their tags."""
    listed = requests.get(f"{server.url}/datastore/?output=all", timeout=60).json()
    found: dict[str, Any] = listed["objects"][image_id]["labels"]
    return found


def test_a_propagation_is_watched_cancelled_and_found_as_a_new_label(
    own_server: TestServer, known: KnownRun, tmp_path: Path
) -> None:
    save_key(own_server, known, tmp_path)

    told = list(events(own_server, start(own_server, known)))

    assert [news["progress"] for news in told] == sorted(news["progress"] for news in told)
    assert len({news["progress"] for news in told}) > 2
    assert told[-1]["state"] == "done", told[-1]
    result = told[-1]["result"]
    assert labels(own_server, known.image_id)["propagated"]["info"]["label_id"] == result["label_id"]
    saved = requests.get(
        f"{own_server.url}/datastore/label",
        params={"label": result["label_id"], "tag": "propagated"},
        timeout=60,
    )
    (tmp_path / "result.nii.gz").write_bytes(saved.content)
    masks = from_volume(np.asanyarray(nibabel.load(tmp_path / "result.nii.gz").dataobj)) > 0
    t = known.key_number - 1
    assert np.array_equal(masks[t], known.truth[t])
    beside = t + 1 if t + 1 < len(FILLED) else t - 1
    assert overlap_of(masks[beside], known.truth[beside]).dice > 0.5

    second = start(own_server, known)
    cancelled = requests.delete(f"{own_server.url}{second['address']}", timeout=60)

    assert cancelled.json()["state"] == "cancelled"
    assert cancelled.elapsed.total_seconds() < 1
    assert [news["state"] for news in events(own_server, second)] == ["cancelled"]
    third = list(events(own_server, start(own_server, known)))[-1]
    assert (third["state"], third["result"]["version"]) == ("done", 2)
    late_s = re.findall(r"stopped ([\d.]+) s after it was told to", own_server.logs())
    assert max(map(float, late_s), default=0.0) < 1
    assert "CANARY" not in own_server.logs()


def test_jobs_of_a_killed_server_are_lost_and_a_client_that_left_costs_nothing(
    own_server: TestServer, known: KnownRun, tmp_path: Path
) -> None:
    save_key(own_server, known, tmp_path)
    jobs = [start(own_server, known) for _ in range(8)]
    next(events(own_server, jobs[-1]))
    assert requests.get(f"{own_server.url}/fluoro/api/health", timeout=10).ok

    own_server.kill()
    own_server.start()

    listed = requests.get(f"{own_server.url}/fluoro/api/jobs", timeout=60).json()["jobs"]
    assert [job["id"] for job in listed] == [job["id"] for job in reversed(jobs)]
    assert listed[0]["state"] == "lost"
    assert listed[0]["detail"].endswith("start it again.")
    assert {job["state"] for job in listed} <= {"done", "lost"}
