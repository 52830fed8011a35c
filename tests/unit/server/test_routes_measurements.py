"""Measurements by HTTP: drafts are one's own, accepted ones everybody's, reports reach the PACS."""

import io
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient
from pydicom import dcmread

from lib.datastore.session_records import NewSession
from lib.measure.material import Material
from lib.measure.measurement import Measurement
from lib.measure.request import MeasureRequest, ScaleSource
from lib.server import measurement_desk
from lib.server.measurement_desk import MeasurementDesk
from lib.server.measurement_material import Materials
from lib.server.routes_measurements import measurements_router
from lib.server.services import Services
from tests.builders import build_xa
from tests.measured_site import SIDE, a_measurement
from tests.unit.server.conftest import MakeServices, Serve

RUN = build_xa(n_frames=4, rows=SIDE, columns=SIDE)
IMAGE_ID = str(RUN.SOPInstanceUID)
HERE = "/fluoro/api/measurements"

Asked = list[tuple[Material, MeasureRequest]]


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN, datastore={"outbox_retry_s": 3600})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Measure nothing: note what was asked and answer with a measurement made by hand."""
    noted: Asked = []

    def measure(material: Material, request: MeasureRequest) -> Measurement:
        noted.append((material, request))
        return a_measurement(image_id=IMAGE_ID)

    monkeypatch.setattr(measurement_desk, "measure", measure)
    return noted


@pytest.fixture
def client(services: Services, serve: Serve, asked: Asked) -> TestClient:
    assert asked == []
    return serve(measurements_router(services))


def make(client: TestClient, owner: str = "ann", **changes: Any) -> dict[str, Any]:
    answer = client.post(HERE, json={"image_id": IMAGE_ID, **changes}, headers={"X-Client-Id": owner})
    assert answer.status_code == 201, answer.text
    return answer.json()


def call(client: TestClient, method: str, path: str, owner: str = "ann") -> Any:
    return client.request(method, f"{HERE}{path}", headers={"X-Client-Id": owner})


def listed(client: TestClient) -> list[dict[str, Any]]:
    return client.get(HERE, params={"image_id": IMAGE_ID}).json()["measurements"]


def test_a_measurement_is_a_draft_until_somebody_accepts_it(client: TestClient) -> None:
    made = make(client)

    assert (made["state"], made["frame_number"], made["values"][0]["value"]) == ("draft", 2, 60.0)
    assert listed(client) == []
    assert call(client, "GET", f"/{made['measurement_id']}").json() == made


def test_a_draft_is_not_there_for_others(client: TestClient) -> None:
    there = f"/{make(client)['measurement_id']}"

    for method, path in (("GET", there), ("GET", f"{there}/run.csv"), ("POST", f"{there}/accept")):
        assert call(client, method, path, owner="ben").status_code == 404
    assert call(client, "GET", there).status_code == 200


def test_an_accepted_measurement_is_listed_for_all(client: TestClient) -> None:
    made = make(client)
    kept = call(client, "POST", f"/{made['measurement_id']}/accept").json()

    assert (kept["state"], kept["owner"]) == ("accepted", "ann")
    assert listed(client) == [kept]
    told = call(client, "GET", f"/{made['measurement_id']}", owner="ben").json()
    assert told == {**made, "state": "accepted"}


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("measurement.json", b"{"),
        ("run.csv", b"frame_number,"),
        ("line.csv", b"along,"),
        ("key.png", b"\x89PNG"),
        ("key.jpg", b"\xff\xd8"),
        ("caliper.mp4", b"\0\0\0"),
        ("caliper.avi", b"RIFF"),
        ("sr.dcm", b"\0" * 128 + b"DICM"),
    ],
)
def test_its_files_are_there_before_and_after_it_is_accepted(
    client: TestClient, name: str, begin: bytes
) -> None:
    there = f"/{make(client)['measurement_id']}"
    before = call(client, "GET", f"{there}/{name}")
    call(client, "POST", f"{there}/accept")
    after = call(client, "GET", f"{there}/{name}", owner="ben")

    assert before.content.startswith(begin)
    assert after.content.startswith(begin)
    assert (after.status_code, after.headers["cache-control"]) == (200, "no-store")


def test_sending_stores_the_report_beside_its_run(client: TestClient, services: Services) -> None:
    made = make(client)
    sent = call(client, "POST", f"/{made['measurement_id']}/send").json()

    assert (sent["state"], sent["problem"]) == ("sent", "")
    [report] = [one for one in stored(services) if one.Modality == "SR"]
    assert report.SOPInstanceUID == sent["report_sop_instance_uid"]
    assert report.StudyInstanceUID == RUN.StudyInstanceUID
    kept = call(client, "GET", f"/{made['measurement_id']}/sr.dcm").content
    assert dcmread(io.BytesIO(kept)).SOPInstanceUID == report.SOPInstanceUID


def test_a_report_is_sent_once(client: TestClient, services: Services) -> None:
    there = f"/{make(client)['measurement_id']}/send"
    first, second = (call(client, "POST", there).json() for _ in range(2))

    assert first == second
    assert services.pacs.calls.count("store") == 1  # type: ignore[attr-defined]


def test_what_the_pacs_cannot_take_now_waits_and_outlives_a_restart(
    client: TestClient, services: Services
) -> None:
    made = make(client)
    services.pacs.is_down = True  # type: ignore[attr-defined]
    waiting = call(client, "POST", f"/{made['measurement_id']}/send").json()
    services.pacs.is_down = False  # type: ignore[attr-defined]

    assert waiting["state"] == "waiting"
    assert waiting["problem"].endswith(".")
    assert MeasurementDesk(services).sender.send_waiting() == 0
    assert listed(client)[0]["state"] == "sent"


def test_a_pacs_that_refuses_is_a_sentence_and_nothing_waits(client: TestClient, services: Services) -> None:
    there = f"/{make(client)['measurement_id']}"
    uid = call(client, "POST", f"{there}/accept").json()["report_sop_instance_uid"]
    services.pacs.refuses.add(uid)  # type: ignore[attr-defined]
    answer = call(client, "POST", f"{there}/send")

    assert answer.status_code in (409, 502, 503)
    assert listed(client)[0]["state"] == "accepted"
    assert listed(client)[0]["problem"]


def test_a_draft_and_an_accepted_one_can_be_forgotten_but_not_one_that_was_sent(client: TestClient) -> None:
    draft, kept, sent = (f"/{make(client)['measurement_id']}" for _ in range(3))
    call(client, "POST", f"{kept}/accept")
    call(client, "POST", f"{sent}/send")

    assert call(client, "DELETE", kept, owner="ben").status_code == 404
    assert [call(client, "DELETE", one).status_code for one in (draft, kept, sent)] == [204, 204, 409]
    assert [one["state"] for one in listed(client)] == ["sent"]


def test_a_request_reaches_the_measurement_as_it_was_meant(client: TestClient, asked: Asked) -> None:
    make(
        client,
        frame_number=3,
        points=[{"x": 5, "y": 9}, {"x": 30, "y": 9}],
        around={"x": 12, "y": 9},
        reference=[{"first_px": 1, "last_px": 4}],
        scale={"source": "length", "points": [{"x": 0, "y": 0}, {"x": 9, "y": 0}], "length_mm": 4.5},
        through_run=False,
    )
    _, request = asked[0]

    assert (request.t, request.points, request.around) == (2, ((9, 5), (9, 30)), (9, 12))
    assert (request.reference, request.through_run) == (((1.0, 4.0),), False)
    assert (request.scale.source, request.scale.length_mm) == (ScaleSource.LENGTH, 4.5)


def test_the_vessels_are_the_automatic_result_where_nobody_says(client: TestClient, asked: Asked) -> None:
    make(client)
    material, _ = asked[0]

    assert material.masks is None
    assert material.mask_of(0).shape == (SIDE, SIDE)


def test_the_vessels_may_be_those_of_a_session(client: TestClient, services: Services, asked: Asked) -> None:
    services.shelf.refresh()
    session = services.sessions.begin(NewSession(IMAGE_ID, "ann", "empty", services.clicks.engine))
    make(client, masks_from="session", session_id=session.id)

    assert not asked[0][0].mask_of(0).any()
    foreign = {"image_id": IMAGE_ID, "masks_from": "session", "session_id": session.id}
    make(client, owner="ben", **foreign)
    with pytest.raises(Exception, match="session"):
        asked[1][0].mask_of(0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"branch": 0}, 400),
        ({"frame_number": 0}, 400),
        ({"label": "nothing of the kind"}, 404),
        ({"masks_from": "label"}, 404),
        ({"masks_from": "label", "label_id": "none"}, 404),
        ({"scale": {"source": "catheter"}}, 400),
        ({"scale": {"source": "length", "length_mm": -1}}, 400),
        ({"points": [{"x": 1, "y": 1}] * 51, "frame_number": 1}, 400),
        ({"unknown": 1}, 400),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(
    client: TestClient, body: dict[str, Any], status: int
) -> None:
    answer = client.post(HERE, json={"image_id": IMAGE_ID, **body})

    assert answer.status_code == status, answer.text
    assert answer.json()["detail"].endswith(".")


def test_a_run_that_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.post(HERE, json={"image_id": "1.2.3.4"}).status_code == 404
    assert client.get(HERE, params={"image_id": "1.2.3.4"}).status_code == 404


def stored(services: Services) -> list[Any]:
    """Return the headers of all that the PACS has."""
    return [dcmread(io.BytesIO(data)) for data in services.pacs._files.values()]  # type: ignore[attr-defined]


def test_drafts_leave_the_memory_when_there_are_too_many(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurement_desk, "MOST_DRAFTS", 2)
    ids = [make(client)["measurement_id"] for _ in range(3)]

    assert [call(client, "GET", f"/{one}").status_code for one in ids] == [404, 200, 200]


def test_a_measurement_waits_for_the_mask_of_a_frame_that_exists(client: TestClient, asked: Asked) -> None:
    make(client)

    with pytest.raises(Exception, match="frame"):
        asked[0][0].mask_of(99)
    assert np.asarray(asked[0][0].mask_of(3)).dtype == bool


def test_branches_can_be_listed_and_had_as_masks(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    vessel = np.zeros((SIDE, SIDE), bool)
    vessel[28:35, 5:60] = True
    monkeypatch.setattr(Materials, "_automatic", lambda *_: vessel)
    frame = {"image_id": IMAGE_ID, "frame_number": 2}

    [branch] = client.post(f"{HERE}/branches", json=frame).json()["branches"]
    assert branch["length_px"] == pytest.approx(50, abs=8)
    answer = client.post(f"{HERE}/branches/mask", json={**frame, "branch": branch["branch_id"]})
    mask = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert set(np.unique(mask)) == {0, 1}
    assert (mask > 0).sum() > 0.8 * vessel.sum()
    assert client.post(f"{HERE}/branches/mask", json={**frame, "branch": 9}).status_code == 404
