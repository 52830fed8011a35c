"""Labels of people's own in a real server: in MONAI Label's view at once, and there after a kill."""

from pathlib import Path

import pytest
import requests

from tests.integration.conftest import TestPacs
from tests.servers import TestServer


@pytest.fixture
def server(orthanc: TestPacs, tmp_path: Path) -> TestServer:
    return TestServer(tmp_path / "data", orthanc.url)


def test_what_people_changed_outlives_a_kill(server: TestServer) -> None:
    table = f"{server.url}/fluoro/api/label-table"
    server.start()
    try:
        added = requests.post(table, json={"name": "septal branch"}, timeout=60)
        requests.put(f"{table}/128", json={"name": "first septal", "synonyms": ["S1"]}, timeout=60)
        requests.put(f"{table}/1", json={"color": "#00ff00"}, timeout=60)
        at_once = requests.get(f"{server.url}/info/", timeout=60).json()["labels"]
        before = requests.get(table, timeout=60).json()
        server.kill()
        server.start()
        after = requests.get(table, timeout=60).json()
        told = requests.get(f"{server.url}/info/", timeout=60).json()["labels"]
    finally:
        server.stop()

    assert added.status_code == 201
    assert after == before
    assert (at_once["first septal"], at_once["vessel"]) == (128, 1)
    assert told == at_once
    [own] = [label for label in after["labels"] if label["is_own"]]
    assert own["synonyms"] == ["S1", "septal branch"]
