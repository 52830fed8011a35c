"""Runs that arrive at a real PACS get a draft by themselves, each once, also when the server is killed."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from pydicom import Dataset

from lib.pacs.dicomweb import DicomWebPacs, connect
from lib.pacs.dimse import DicomNode, send
from lib.pacs.files import DicomFile, examine
from lib.settings import PacsSettings
from tests.builders import build_xa, to_bytes
from tests.integration.conftest import TestPacs
from tests.ports import free_port
from tests.servers import TestServer
from tests.vessel_runs import filling_run

RULES = [
    {"name": "measured", "when": {"description": ["MEASURE*"]}, "measure": True, "send_seg": True}
    | {"send_report": True},
    {"name": "angiograms", "when": {"modality": ["XA"], "frames": {"least": 2}}, "send_seg": True},
]
N_BURST = 6
DICOM_PORT = free_port()


@pytest.fixture(scope="module")
def pacs(orthanc: TestPacs) -> DicomWebPacs:
    return connect(PacsSettings(url=orthanc.url))


@pytest.fixture(scope="module")
def before(pacs: DicomWebPacs) -> str:
    """A run that the PACS has before anybody looks."""
    return stored(pacs, small())[0]


@pytest.fixture(scope="module")
def server(orthanc: TestPacs, before: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server that segments what arrives, and listens to one DICOM node."""
    assert before
    settings = {
        "FLUORO_ARRIVAL__ENABLED": "true",
        "FLUORO_ARRIVAL__LOOK_S": "0.3",
        "FLUORO_ARRIVAL__NICENESS": "0",
        "FLUORO_ARRIVAL__RULES": json.dumps(RULES),
        "FLUORO_DIMSE__PORT": str(DICOM_PORT),
        "FLUORO_DIMSE__SENDERS": json.dumps(["CATHLAB@127.0.0.1"]),
    }
    started = TestServer(tmp_path_factory.mktemp("a watching server"), orthanc.url, settings)
    started.start()
    assert wait_until(lambda: queue(started)["since"] is not None, 15)
    yield started
    started.stop()


def small(**elements: Any) -> Dataset:
    return build_xa(**{"n_frames": 3, "rows": 64, "columns": 96, "patient_name": "CANARY^BIRD", **elements})


def stored(pacs: DicomWebPacs, *runs: Dataset) -> list[str]:
    pacs.store(runs)
    return [str(run.SOPInstanceUID) for run in runs]


def queue(server: TestServer) -> dict[str, Any]:
    return requests.get(f"{server.url}/fluoro/api/arrivals", timeout=30).json()  # type: ignore[no-any-return]


def arrival(server: TestServer, image_id: str) -> dict[str, Any]:
    return requests.get(f"{server.url}/fluoro/api/arrivals/{image_id}", timeout=30).json()  # type: ignore[no-any-return]


def wait_until(is_so: Callable[[], bool], timeout_s: float = 60.0) -> bool:
    until = time.monotonic() + timeout_s
    while not is_so() and time.monotonic() < until:
        time.sleep(0.1)
    return is_so()


def is_sent(server: TestServer, image_id: str) -> bool:
    return arrival(server, image_id).get("seg") == "sent"


def series(pacs: DicomWebPacs, image_id: str) -> list[str]:
    """Return the descriptions of the SEGs of a run."""
    return [seg.series_description for seg in pacs.list_segs(pacs.find_run(image_id))]


def drafts(server: TestServer, image_id: str) -> list[tuple[str, str, str]]:
    labels = requests.get(f"{server.url}/fluoro/api/runs/{image_id}/labels", timeout=30).json()["labels"]
    return [(label["author"], label["tag"], label["state"]) for label in labels]


def test_a_run_that_comes_gets_a_draft_in_the_work_list_and_in_the_pacs(
    server: TestServer, pacs: DicomWebPacs, before: str
) -> None:
    image_id, picture = stored(pacs, small(), small(n_frames=1))

    assert wait_until(lambda: is_sent(server, image_id))
    assert wait_until(lambda: arrival(server, picture)["state"] == "left")

    listed = requests.get(f"{server.url}/fluoro/api/runs", timeout=30).json()["runs"]
    [run] = [run for run in listed if run["image_id"] == image_id]
    assert (run["state"], run["arriving"]) == ("in progress", None)
    assert (run["labels"]["newest"]["author"], run["labels"]["newest"]["state"]) == ("arrival", "draft")
    assert [name.startswith("Draft v1") for name in series(pacs, image_id)] == [True]
    assert series(pacs, picture) == series(pacs, before) == []
    assert arrival(server, before)["detail"].startswith(f"Run '{before}' is not among those that arrived")


def test_a_run_by_c_store_is_segmented_measured_and_reported(
    server: TestServer, pacs: DicomWebPacs, tmp_path: Path
) -> None:
    frames, _ = filling_run(4, has_catheter=False)
    run = build_xa(
        pixels=(frames * 255).round().astype(np.uint8),
        patient_name="CANARY^BIRD",
        SeriesDescription="MEASURE",
        DistanceSourceToPatient=800,
    )
    (tmp_path / "run.dcm").write_bytes(to_bytes(run))
    file = examine(tmp_path / "run.dcm", is_named=True)
    assert isinstance(file, DicomFile)

    list(send([file], DicomNode("FLUORO", "127.0.0.1", DICOM_PORT), calling="CATHLAB"))

    image_id = str(run.SOPInstanceUID)
    assert wait_until(lambda: is_sent(server, image_id))
    told = arrival(server, image_id)
    assert (told["state"], told["rule"]) == ("done", "measured")
    address = f"{server.url}/fluoro/api/measurements"
    [measured] = requests.get(address, params={"image_id": image_id}, timeout=30).json()["measurements"]
    assert (measured["measurement_id"], measured["owner"]) == (told["measurement_id"], "arrival")
    assert measured["state"] == "sent"
    assert len(series(pacs, image_id)) == 1


def test_each_run_of_a_burst_gets_one_draft_although_the_server_is_killed(
    server: TestServer, pacs: DicomWebPacs
) -> None:
    image_ids = stored(pacs, *(small() for _ in range(N_BURST)))
    assert wait_until(lambda: any(is_sent(server, image_id) for image_id in image_ids))
    server.kill()
    late = stored(pacs, small())
    server.start()

    assert wait_until(lambda: all(is_sent(server, image_id) for image_id in [*image_ids, *late]))

    for image_id in [*image_ids, *late]:
        assert drafts(server, image_id) == [("arrival", "original", "draft")]
        assert len(series(pacs, image_id)) == 1
    assert queue(server)["counts"]["failed"] == 0
    assert "CANARY" not in server.logs()
