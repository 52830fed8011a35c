"""The queues of DICOM nodes as clients see them; the server takes objects while it runs."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lib.pacs.dimse import Caller, DicomNode, deliver
from lib.pacs.files import read_identity
from lib.server.routes_pacs import pacs_router
from tests.builders import build_xa, to_bytes
from tests.ports import free_port
from tests.unit.server.conftest import MakeServices, Serve

RUN = build_xa()
NODE: dict[str, Any] = {"ae_title": "ARCHIVE", "host": "127.0.0.1", "port": 1, "gets": ["seg"]}
PACS = {"url": "http://127.0.0.1:9/dicom-web", "retries": 0}


@pytest.fixture
def client(make_services: MakeServices, serve: Serve) -> TestClient:
    services = make_services(RUN, dimse={"nodes": {"archive": NODE}, "timeout_s": 1}, pacs=PACS)
    return serve(pacs_router(services))


def test_the_nodes_of_the_settings_are_listed(client: TestClient) -> None:
    said = client.get("/fluoro/api/pacs/nodes").json()

    assert (said["ae_title"], said["listens_on"]) == ("FLUORO", None)
    assert said["nodes"] == [
        {
            "name": "archive",
            "ae_title": "ARCHIVE",
            "address": "127.0.0.1:1",
            "tls": False,
            "commitment": False,
            "gets": ["seg"],
        }
    ]


def test_a_run_is_pushed_seen_tried_again_and_given_up(client: TestClient) -> None:
    image_id = str(RUN.SOPInstanceUID)
    asked = client.post(
        "/fluoro/api/pacs/pushes",
        json={"node": "archive", "image_id": image_id},
        headers={"X-Client-Id": "anna"},
    )
    push = asked.json()
    address = asked.headers["Location"]

    assert asked.status_code == 202
    assert (push["sop_instance_uid"], push["kind"], push["created_by"]) == (image_id, "run", "anna")
    assert client.get(address).json()["state"] == "waiting"
    assert [one["id"] for one in client.get("/fluoro/api/pacs/pushes").json()["pushes"]] == [push["id"]]
    assert client.get("/fluoro/api/pacs/pushes?state=sent").json()["pushes"] == []
    assert client.post(f"{address}/retry").status_code == 200
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"node": "elsewhere", "image_id": str(RUN.SOPInstanceUID)}, 400),
        ({"node": "archive", "image_id": "1.2.3"}, 404),
        ({"node": "archive", "label_id": "0" * 32}, 404),
        ({"node": "archive", "measurement_id": "0" * 32}, 404),
        ({"node": "archive"}, 400),
        ({"node": "archive", "image_id": "1.2", "label_id": "3"}, 400),
    ],
)
def test_what_cannot_be_pushed_is_said_and_nothing_waits(
    client: TestClient, body: dict[str, str], status: int
) -> None:
    assert client.post("/fluoro/api/pacs/pushes", json=body).status_code == status
    assert client.get("/fluoro/api/pacs/pushes").json()["pushes"] == []


def test_a_running_server_takes_objects_and_shows_what_waits(
    make_services: MakeServices, serve: Serve, tmp_path: Path
) -> None:
    port = free_port()
    ours = {"port": port, "senders": ["FLUORO@127.0.0.1"], "timeout_s": 15}
    client = serve(pacs_router(make_services(dimse=ours, pacs=PACS)))
    (tmp_path / "run.dcm").write_bytes(to_bytes(RUN))

    [delivery] = deliver(
        [read_identity(tmp_path / "run.dcm")], DicomNode("FLUORO", "127.0.0.1", port), Caller(timeout_s=15)
    )

    said = client.get("/fluoro/api/pacs/received").json()
    assert delivery.reason == ""
    assert (said["counts"]["waiting"], said["counts"]["sent"]) == (1, 0)
    [received] = said["received"]
    assert (received["source"], received["is_run"]) == ("FLUORO@127.0.0.1", True)
    assert "file" not in received
