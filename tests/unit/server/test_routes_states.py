"""A person's decisions about a run."""

import pytest
from fastapi.testclient import TestClient

from lib.datastore.states import RunState
from lib.server.routes_states import states_router
from lib.server.services import Services
from tests.builders import build_xa
from tests.unit.server.conftest import MakeServices, Serve

RUN = build_xa(n_frames=4)
ADDRESS = f"/fluoro/api/runs/{RUN.SOPInstanceUID}"


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN)


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(states_router(services))


def test_a_rejected_run_stays_rejected(client: TestClient, services: Services) -> None:
    answer = client.put(f"{ADDRESS}/state", json={"state": "rejected"})

    assert answer.json()["state"] == "rejected"
    assert services.ledger.run(str(RUN.SOPInstanceUID)).state is RunState.REJECTED


def test_a_move_that_the_table_of_states_does_not_allow_is_a_conflict(client: TestClient) -> None:
    client.put(f"{ADDRESS}/state", json={"state": "rejected"})

    answer = client.put(f"{ADDRESS}/state", json={"state": "done"})

    assert answer.status_code == 409


@pytest.mark.parametrize("body", [{"state": "asleep"}, {}, {"state": "new", "by": "me"}])
def test_what_is_no_state_is_refused(client: TestClient, body: dict[str, str]) -> None:
    assert client.put(f"{ADDRESS}/state", json=body).status_code == 400


def test_the_frames_that_are_named_are_all_that_are_excluded(client: TestClient, services: Services) -> None:
    client.put(f"{ADDRESS}/excluded-frames", json={"frame_numbers": [1, 2]})

    answer = client.put(f"{ADDRESS}/excluded-frames", json={"frame_numbers": [2, 4]})

    assert answer.json()["frame_numbers"] == [2, 4]
    assert client.get(f"{ADDRESS}/excluded-frames").json()["frame_numbers"] == [2, 4]
    assert services.ledger.excluded_frames(str(RUN.SOPInstanceUID)) == {1, 3}


@pytest.mark.parametrize("numbers", [[0], [5], ["x"]])
def test_a_frame_that_the_run_has_not_is_refused_and_nothing_changes(
    client: TestClient, services: Services, numbers: list[object]
) -> None:
    client.put(f"{ADDRESS}/excluded-frames", json={"frame_numbers": [2]})

    answer = client.put(f"{ADDRESS}/excluded-frames", json={"frame_numbers": numbers})

    assert answer.status_code == 400
    assert services.ledger.excluded_frames(str(RUN.SOPInstanceUID)) == {1}


def test_an_unknown_run_is_not_found(client: TestClient) -> None:
    assert client.put("/fluoro/api/runs/1.2.3/state", json={"state": "skipped"}).status_code == 404


def test_a_frame_number_that_no_run_has_is_refused_also_where_the_length_is_unknown(
    make_services: MakeServices, serve: Serve
) -> None:
    run = build_xa(n_frames=1)
    client = serve(states_router(make_services(run)))
    address = f"/fluoro/api/runs/{run.SOPInstanceUID}/excluded-frames"

    assert client.put(address, json={"frame_numbers": [10**30]}).status_code == 400


def test_the_frames_that_are_named_are_all_that_are_finished(client: TestClient, services: Services) -> None:
    client.put(f"{ADDRESS}/finished-frames", json={"frame_numbers": [1, 2]})

    answer = client.put(f"{ADDRESS}/finished-frames", json={"frame_numbers": [4, 2, 2]})

    assert answer.json() == {"image_id": str(RUN.SOPInstanceUID), "frame_numbers": [2, 4]}
    assert client.get(f"{ADDRESS}/finished-frames").json()["frame_numbers"] == [2, 4]
    assert services.ledger.finished_frames(str(RUN.SOPInstanceUID)) == {1, 3}


@pytest.mark.parametrize("numbers", [[0], [5], ["x"], [1.5], None])
def test_a_frame_that_the_run_has_not_is_not_finished_and_nothing_changes(
    client: TestClient, services: Services, numbers: object
) -> None:
    client.put(f"{ADDRESS}/finished-frames", json={"frame_numbers": [2]})

    answer = client.put(f"{ADDRESS}/finished-frames", json={"frame_numbers": numbers})

    assert answer.status_code == 400
    assert answer.json()["detail"].endswith(".")
    assert services.ledger.finished_frames(str(RUN.SOPInstanceUID)) == {1}


@pytest.mark.parametrize("what", ["excluded-frames", "finished-frames"])
def test_frames_of_an_unknown_run_are_not_found(client: TestClient, what: str) -> None:
    address = f"/fluoro/api/runs/1.2.3/{what}"

    assert client.get(address).status_code == 404
    assert client.put(address, json={"frame_numbers": [1]}).status_code == 404


def test_the_ledger_knows_who_decided(client: TestClient, services: Services) -> None:
    client.put(f"{ADDRESS}/state", json={"state": "skipped"}, headers={"X-Client-Id": "anna"})

    assert services.ledger.run(str(RUN.SOPInstanceUID)).state_changed_by == "anna"
