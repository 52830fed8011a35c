"""A training on the real server: asked for by MONAI Label's client, killed, gone on with, cancelled."""

import json
import os
import signal
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import requests

from lib.datastore.patients import KEY_FILE
from lib.networks.vessel_net import VesselNet
from lib.networks.weights import save_weights
from lib.pacs.dicomweb import connect
from lib.phantom import VERSION
from lib.registry import VersionStore
from lib.settings import PacsSettings
from lib.trainers.fine_tune import REHEARSAL
from lib.trainers.training_folder import folder_of
from tests.builders import build_xa, draw_run
from tests.integration.conftest import TestPacs
from tests.model_builders import build_model
from tests.servers import TestServer
from tests.training_shelf import make_small_shelf

N_PATIENTS = 8
SIDE = 64
TINY = {"runs": 2, "picks": 2, "batch": 2, "crop_px": 32, "validation_steps": 2, "checkpoint_s": 0}
END_S = 400.0


@pytest.fixture(scope="module")
def server(orthanc: TestPacs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server with a tiny model, and runs of some patients that somebody labelled."""
    data = tmp_path_factory.mktemp("learning") / "data"
    models = data / "models" / "tiny"
    models.mkdir(parents=True)
    save_weights(VesselNet(widths=(4, 4, 4, 4, 4)), models / "vessels.safetensors")
    build_model(models, {"vessels.safetensors": "weights"})
    make_small_shelf(data / REHEARSAL / f"phantom-{VERSION}" / "2-picks")
    (data / KEY_FILE).write_bytes(b"k" * 32)  # the split hangs on it
    runs = [build_xa(pixels=draw_run(3, SIDE, SIDE), PatientID=f"CANARY{n}") for n in range(N_PATIENTS)]
    connect(PacsSettings(url=orthanc.url)).store(runs)
    quick = {"FLUORO_DATASTORE__LIST_SECONDS": "0", "FLUORO_TRAINING__RECIPE": json.dumps(TINY)}
    server = TestServer(data, orthanc.url, quick)
    server.start()
    for run in runs:
        submit(server, str(run.SOPInstanceUID), data)
    yield server
    server.stop()


def submit(server: TestServer, image_id: str, folder: Path) -> None:
    """Submit a label whose second frame a person finished."""
    volume = np.zeros((SIDE, SIDE, 3), np.uint8)
    volume[:, SIDE // 2 - 1 : SIDE // 2 + 1, :] = 1
    nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), folder / "label.nii.gz")
    with (folder / "label.nii.gz").open("rb") as file:
        answer = requests.put(
            f"{server.url}/datastore/label",
            params={"image": image_id, "tag": "final"},
            data={"params": json.dumps({"finished_frame_numbers": [2]})},
            files={"label": ("label.nii.gz", file)},
            timeout=60,
        )
    assert answer.ok, answer.text


def ask(server: TestServer, steps: int) -> dict[str, Any]:
    """Ask for a training as MONAI Label's client does."""
    body = {"recipe": {**TINY, "steps": steps}, "client_id": "anna"}
    answer = requests.post(f"{server.url}/train/vessels", json=body, timeout=60)
    assert answer.ok, answer.text
    status: dict[str, Any] = answer.json()
    return status


def training(server: TestServer, training_id: str) -> dict[str, Any]:
    answer = requests.get(f"{server.url}/fluoro/api/trainings/{training_id}", timeout=60)
    found: dict[str, Any] = answer.json()
    return found


def wait_for(server: TestServer, training_id: str, *, step: int | None = None) -> dict[str, Any]:
    """Wait until a training has ended, or has come to a step."""
    until = time.monotonic() + END_S
    while time.monotonic() < until:
        found = training(server, training_id)
        if found["ended_at"] or (step is not None and found["news"] and found["news"]["step"] >= step):
            return found
        time.sleep(0.2)
    pytest.fail(f"{found} {server.logs()[-2000:]}")


def steps_of(server: TestServer, training_id: str) -> list[int]:
    """Return the steps that a training told, in order."""
    lines = folder_of(server.data, training_id).progress_file.read_text().splitlines()
    return [json.loads(line)["step"] for line in lines if line.startswith('{"stage": "learning"')]


def processes_of(training_id: str) -> list[int]:
    """Return the processes that work on a training."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if training_id.encode() in words:
            found.append(int(path.parent.name))
    return found


@pytest.mark.timeout(900)
def test_a_training_by_monai_labels_client_makes_a_candidate_while_the_server_answers(
    server: TestServer,
) -> None:
    status = ask(server, steps=3)

    waited_s: list[float] = []
    while not training(server, status["id"])["ended_at"]:
        answer = requests.get(f"{server.url}/info/", timeout=60)
        waited_s.append(answer.elapsed.total_seconds())
        time.sleep(0.3)

    found = training(server, status["id"])
    assert found["state"] == "done", found["outcome"]
    assert "candidate" in found["outcome"]
    assert len(waited_s) > 3
    assert statistics.median(waited_s) < 2
    newest = requests.get(f"{server.url}/train/", timeout=60).json()
    assert newest["status"] == "DONE"
    assert any(line.startswith("step 3 of 3: loss") for line in newest["details"])
    stats = requests.get(f"{server.url}/info/", timeout=60).json()["train_stats"]["vessels"]
    assert (stats["epoch"], stats["total_epochs"]) == (3, 3)
    kept = VersionStore(server.data).get(found["version"])
    assert kept.n_frames == kept.n_patients > 0
    folder = server.data / "trainings" / found["id"]
    assert list((folder / "tensorboard").iterdir())
    assert not (folder / "work").exists()
    assert all(b"CANARY" not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.timeout(900)
def test_a_training_outlives_its_server_goes_on_after_a_kill_and_is_cancelled_within_seconds(
    server: TestServer,
) -> None:
    training_id = ask(server, steps=100_000)["id"]
    wait_for(server, training_id, step=3)

    server.kill()
    [pid] = processes_of(training_id)
    os.kill(pid, signal.SIGKILL)
    before = steps_of(server, training_id)
    server.start()

    wait_for(server, training_id, step=before[-1] + 1)
    assert training(server, training_id)["attempts"] == 2
    assert steps_of(server, training_id)[len(before)] in (before[-1], before[-1] + 1)
    begun = time.monotonic()
    requests.delete(f"{server.url}/train/", timeout=60)
    ended = wait_for(server, training_id)
    assert ended["state"] == "cancelled"
    assert time.monotonic() - begun < 10
    until = time.monotonic() + 30
    while processes_of(training_id) and time.monotonic() < until:
        time.sleep(0.2)
    assert not processes_of(training_id)
