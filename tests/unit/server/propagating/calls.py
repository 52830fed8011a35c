"""Propagation as a job by HTTP: what its tests share."""

from collections.abc import Callable
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from lib.arrays import LabelMap
from lib.datastore.records import LabelVersion
from lib.server.propagate_plan import saved_map
from lib.server.services import Services
from tests.builders import build_xa
from tests.unit.server.job_builders import wait_until_over

N_FRAMES, ROWS, COLUMNS = 6, 32, 48
CANARY = "CANARY^BIRD"
RUN = build_xa(n_frames=N_FRAMES, rows=ROWS, columns=COLUMNS, patient_name=CANARY)
IMAGE_ID = str(RUN.SOPInstanceUID)
JOBS = "/fluoro/api/jobs"
VESSEL, CATHETER = 1, 2

Save = Callable[..., LabelVersion]


def drawn(t: int = 2, index: int = VESSEL) -> LabelMap:
    label_map = np.zeros((N_FRAMES, ROWS, COLUMNS), np.uint8)
    label_map[t, 10:13, 5:40] = index
    return label_map


def key() -> NDArray[np.bool_]:
    """The mask of `drawn`."""
    return drawn()[2] == VESSEL


def start(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{JOBS}/propagate", json={"image_id": IMAGE_ID, "key_frames": [3], **body})
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def propagate(client: TestClient, services: Services, **body: Any) -> dict[str, Any]:
    """Start a propagation and return the job once it has ended."""
    job = start(client, **body)
    wait_until_over(services.jobs.job(job["id"], "local"))
    ended: dict[str, Any] = client.get(job["address"]).json()
    return ended


def result_map(services: Services, job: dict[str, Any]) -> LabelMap:
    assert job["state"] == "done", job
    return saved_map(services.desk, services.ledger.label(job["result"]["label_id"]))
