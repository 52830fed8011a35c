"""A backup of a server that runs, and another server that goes on from it."""

import threading
from pathlib import Path

import numpy as np
import pytest
import requests

from lib.datastore.backup import back_up
from lib.datastore.restore import restore
from lib.datastore.volumes import write_label
from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa
from tests.integration.conftest import TestPacs
from tests.servers import TestServer
from tests.watched_server import WatchedServer

TIMEOUT_S = 60
N_FRAMES, ROWS, COLUMNS = 2, 32, 48


@pytest.fixture
def image_id(orthanc: TestPacs) -> str:
    run = build_xa(n_frames=N_FRAMES, rows=ROWS, columns=COLUMNS)
    connect(PacsSettings(url=orthanc.url)).store([run])
    return str(run.SOPInstanceUID)


@pytest.fixture
def label(tmp_path: Path) -> bytes:
    volume = np.zeros((COLUMNS, ROWS, N_FRAMES), np.uint8)
    volume[4:9, 4:9, 1] = 1
    write_label(tmp_path / "label.nii.gz", volume, None)
    return (tmp_path / "label.nii.gz").read_bytes()


def save(url: str, image_id: str, label: bytes) -> requests.Response:
    return requests.put(
        f"{url}/datastore/label",
        params={"image": image_id, "tag": "final"},
        files={"label": ("label.nii.gz", label)},
        timeout=TIMEOUT_S,
    )


def test_a_server_goes_on_from_a_backup_that_was_made_while_people_saved(
    served: WatchedServer, orthanc: TestPacs, image_id: str, label: bytes, tmp_path: Path
) -> None:
    assert save(served.url, image_id, label).ok
    is_over = threading.Event()

    def work() -> None:
        while not is_over.is_set():
            save(served.url, image_id, label)

    person = threading.Thread(target=work)
    person.start()
    made = back_up(served.server.data, tmp_path / "backup.tar")
    is_over.set()
    person.join()

    restore(tmp_path / "backup.tar", tmp_path / "new")
    other = TestServer(tmp_path / "new", orthanc.url)
    other.start()
    try:
        labels = requests.get(f"{other.url}/fluoro/api/runs/{image_id}/labels", timeout=TIMEOUT_S).json()
        back = requests.get(
            f"{other.url}/datastore/label", params={"label": image_id, "tag": "final"}, timeout=TIMEOUT_S
        )
        again = save(other.url, image_id, label)
    finally:
        other.stop()

    versions = [one["version"] for one in labels["labels"]]
    assert made.missing == ()
    assert versions == list(range(len(versions), 0, -1))
    assert back.ok
    assert again.json()["version"] == len(versions) + 1
