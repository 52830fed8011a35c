"""Cancelling, queueing, watching and failing."""

import json
import logging

import pytest
from fastapi.testclient import TestClient

from lib.datastore.session_records import NewMask
from lib.server.jobs import Jobs
from lib.server.routes_jobs import jobs_router
from lib.server.services import Services
from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.job_builders import WAIT_S, CopyingTracker, wait_until_over
from tests.unit.server.propagating.calls import (
    IMAGE_ID,
    JOBS,
    RUN,
    VESSEL,
    Save,
    key,
    propagate,
    start,
)


def test_cancelling_stops_the_work_and_nothing_is_stored(
    client: TestClient, services: Services, save: Save, tracker: CopyingTracker
) -> None:
    save()
    tracker.may_go_on.clear()
    job = start(client)
    assert tracker.began.wait(WAIT_S)

    answer = client.delete(job["address"])

    assert answer.json()["state"] == "cancelled"
    assert tracker.ended.wait(WAIT_S)
    services.jobs.close()
    assert len(services.ledger.labels(IMAGE_ID)) == 1
    assert client.get(job["address"]).json()["state"] == "cancelled"


def test_what_is_done_cannot_be_cancelled(client: TestClient, services: Services, save: Save) -> None:
    save()
    job = propagate(client, services)

    answer = client.delete(job["address"])

    assert answer.status_code == 409
    assert client.get(job["address"]).json()["state"] == "done"


def test_a_full_queue_says_when_to_come_again(
    make_services: MakeServices, serve: Serve, tracker: CopyingTracker
) -> None:
    services = make_services(RUN)
    vars(services)["jobs"] = Jobs(services.ledger, n_workers=1, n_queue=0)
    client = serve(jobs_router(services, tracker.opened))
    services.ledger.put_mask(
        NewMask("local", services.shelf.run(IMAGE_ID).image_id, 2, VESSEL, "#ff0000", (), key())
    )
    tracker.may_go_on.clear()
    start(client, keys_from="masks")

    answer = client.post(
        f"{JOBS}/propagate", json={"image_id": IMAGE_ID, "key_frames": [3], "keys_from": "masks"}
    )

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "takes no more" in answer.json()["detail"]


def test_a_job_is_seen_by_its_owner_only(client: TestClient, services: Services, save: Save) -> None:
    save()
    job = propagate(client, services)
    somebody = {"X-Client-Id": "somebody"}

    assert client.get(job["address"], headers=somebody).status_code == 404
    assert client.delete(job["address"], headers=somebody).status_code == 404
    assert client.get(f"{job['address']}/events", headers=somebody).status_code == 404
    assert client.get(JOBS, headers=somebody).json() == {"jobs": []}
    assert [one["id"] for one in client.get(JOBS).json()["jobs"]] == [job["id"]]


def test_events_end_with_the_result(client: TestClient, services: Services, save: Save) -> None:
    save()
    job = propagate(client, services)

    answer = client.get(f"{job['address']}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    [event] = [line for line in answer.text.split("\n\n") if line]
    assert json.loads(event.removeprefix("data: ")) == job


def test_an_event_source_says_in_the_address_who_it_is(
    client: TestClient, services: Services, save: Save
) -> None:
    save()
    body = {"image_id": IMAGE_ID, "key_frames": [3]}
    job = client.post(f"{JOBS}/propagate", json=body, headers={"X-Client-Id": "anna"}).json()
    wait_until_over(services.jobs.job(job["id"], "anna"))

    assert client.get(f"{job['address']}/events", params={"client_id": "anna"}).status_code == 200
    assert client.get(f"{job['address']}/events").status_code == 404


def test_the_result_is_its_owners(client: TestClient, services: Services, save: Save) -> None:
    save()
    body = {"image_id": IMAGE_ID, "key_frames": [3]}
    job = client.post(f"{JOBS}/propagate", json=body, headers={"X-Client-Id": "anna"}).json()
    ended = wait_until_over(services.jobs.job(job["id"], "anna"))

    assert services.ledger.label(ended.news.result.label_id).author == "anna"


def test_a_job_whose_label_file_is_lost_meanwhile_fails_with_a_sentence(
    client: TestClient, services: Services, save: Save, tracker: CopyingTracker
) -> None:
    label = save()
    tracker.may_go_on.clear()
    first = start(client)
    assert tracker.began.wait(WAIT_S)
    waiting = [start(client) for _ in range(2)]
    services.desk.path(label).unlink()
    tracker.may_go_on.set()

    job = wait_until_over(services.jobs.job(waiting[-1]["id"], "local"))

    assert job.news.state == "failed"
    assert "of a saved label is missing" in str(job.news.detail)
    wait_until_over(services.jobs.job(first["id"], "local"))


def test_no_patient_data_reaches_the_log(
    client: TestClient, services: Services, save: Save, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    save()

    propagate(client, services)

    assert IMAGE_ID in caplog.text
    assert "CANARY" not in caplog.text


def test_the_open_api_says_what_jobs_take_and_give(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert {JOBS, f"{JOBS}/propagate", f"{JOBS}/{{job_id}}", f"{JOBS}/{{job_id}}/events"} <= paths.keys()
    events = paths[f"{JOBS}/{{job_id}}/events"]["get"]["responses"]["200"]["content"]
    assert "text/event-stream" in events
    assert all("summary" in operation for path in paths.values() for operation in path.values())
