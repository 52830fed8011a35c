"""Runs that arrive, by HTTP: the queue, the rules, another try, and the work list."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from lib.datastore.arrival_records import ArrivalEnd, ArrivalState
from lib.server.arrivals.watch import ArrivalWatch
from lib.server.routes_arrivals import arrivals_router
from lib.server.routes_frames import frames_router
from lib.server.routes_upload import upload_router
from lib.server.services import Services
from tests.arriving import FakeWorker, a_rule, rules, wait_until
from tests.builders import build_xa, to_bytes
from tests.unit.server.conftest import MakeServices, Serve

RUN = build_xa()
IMAGE_ID = str(RUN.SOPInstanceUID)
HERE = "/fluoro/api/arrivals"
FAILED = ArrivalEnd(ArrivalState.FAILED, "The pixels cannot be read.", "angiograms")
SETTINGS = rules(a_rule(), a_rule(name="odd", algorithm="nonsense"), look_s=600)


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN, arrival=SETTINGS.model_dump())


@pytest.fixture
def idle(services: Services) -> Services:
    """Services whose thread does not begin."""
    services.__dict__["arrivals"] = ArrivalWatch(
        services.ledger, services.shelf, FakeWorker(), rules(enabled=False), lambda _: ()
    )
    return services


@pytest.fixture
def client(idle: Services, serve: Serve) -> TestClient:
    idle.shelf.refresh()
    return serve(arrivals_router(idle), frames_router(idle))


def get(client: TestClient, path: str = "", **query: Any) -> Any:
    answer = client.get(f"{HERE}{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fail(services: Services) -> None:
    services.ledger.retry_arrival(IMAGE_ID, datetime.now(UTC))
    services.ledger.claim_arrival("server", datetime.now(UTC))
    services.ledger.end_arrival(IMAGE_ID, "server", FAILED, datetime.now(UTC))


def test_the_queue_is_listed_with_its_counts(client: TestClient, idle: Services) -> None:
    empty = get(client)
    fail(idle)

    told = get(client)

    assert (empty["enabled"], empty["since"], empty["arrivals"]) == (True, None, [])
    assert told["counts"] == {"waiting": 0, "working": 0, "done": 0, "left": 0, "failed": 1}
    [arrival] = told["arrivals"]
    assert (arrival["image_id"], arrival["state"], arrival["rule"]) == (IMAGE_ID, "failed", "angiograms")
    assert arrival["outcome"] == FAILED.outcome
    assert get(client, state="waiting")["arrivals"] == []
    assert get(client, f"/{IMAGE_ID}") == arrival


def test_a_draft_that_waits_for_the_pacs_is_shown_so(client: TestClient, idle: Services) -> None:
    run = idle.ledger.run(IMAGE_ID)
    label_map = np.zeros((run.n_frames, run.rows, run.columns), np.uint8)
    label = idle.desk.save_draft(run, label_map, "original", {"client_id": "arrival"}, sends_seg=True)
    idle.ledger.retry_arrival(IMAGE_ID, datetime.now(UTC))
    idle.ledger.claim_arrival("server", datetime.now(UTC))
    end = ArrivalEnd(ArrivalState.DONE, "Segmented.", "angiograms", label.id)
    idle.ledger.end_arrival(IMAGE_ID, "server", end, datetime.now(UTC))

    waiting = get(client, f"/{IMAGE_ID}")["seg"]
    idle.desk.outbox.run_once()

    assert (waiting, get(client, f"/{IMAGE_ID}")["seg"]) == ("waiting", "sent")


def test_the_rules_are_shown_with_what_is_wrong_with_them(client: TestClient) -> None:
    good, odd = get(client, "/rules")["rules"]

    assert (good["rule"]["name"], good["problem"]) == ("angiograms", None)
    assert "nonsense" in odd["problem"]


def test_what_failed_is_tried_again_and_what_waits_is_not(client: TestClient, idle: Services) -> None:
    fail(idle)

    again = client.post(f"{HERE}/{IMAGE_ID}/retry")
    twice = client.post(f"{HERE}/{IMAGE_ID}/retry")

    assert (again.status_code, again.json()["state"]) == (200, "waiting")
    assert twice.status_code == 409
    assert "is waiting" in twice.json()["detail"]


def test_a_run_that_did_not_arrive_is_404(client: TestClient) -> None:
    assert client.get(f"{HERE}/{IMAGE_ID}").status_code == 404
    assert client.post(f"{HERE}/9.9.9/retry").status_code == 404


def test_a_server_that_does_nothing_by_itself_says_how_it_would(
    make_services: MakeServices, serve: Serve
) -> None:
    client = serve(arrivals_router(make_services(RUN)))

    refused = client.post(f"{HERE}/{IMAGE_ID}/retry")

    assert refused.status_code == 409
    assert "FLUORO_ARRIVAL__ENABLED=true" in refused.json()["detail"]
    assert client.get(HERE).json()["enabled"] is False


def test_the_work_list_says_which_runs_wait_for_a_draft(client: TestClient, idle: Services) -> None:
    before = client.get("/fluoro/api/runs").json()["runs"][0]["arriving"]
    idle.ledger.retry_arrival(IMAGE_ID, datetime.now(UTC))

    listed = client.get("/fluoro/api/runs").json()["runs"][0]["arriving"]

    assert (before, listed) == (None, "waiting")
    assert client.get(f"/fluoro/api/runs/{IMAGE_ID}").json()["arriving"] == "waiting"


def test_an_upload_wakes_the_watch(idle: Services, serve: Serve) -> None:
    client = serve(upload_router(idle))

    client.post("/fluoro/api/upload", files={"file": ("run.dcm", to_bytes(build_xa()))})

    assert idle.arrivals._wanted.is_set()


def test_the_watch_runs_with_the_application(services: Services, serve: Serve) -> None:
    worker = FakeWorker()
    services.__dict__["arrivals"] = ArrivalWatch(
        services.ledger, services.shelf, worker, services.settings.arrival, lambda _: ()
    )
    client = serve(arrivals_router(services))
    assert wait_until(lambda: get(client)["since"] is not None)

    answer = client.post(f"{HERE}/{IMAGE_ID}/retry")

    assert answer.json()["state"] == "waiting"
    assert wait_until(lambda: get(client, f"/{IMAGE_ID}")["state"] == "done")
    services.stored_runs.tell("1.2.3")
