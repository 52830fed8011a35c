"""Trainings as our clients and MONAI Label's see them: one queue behind both doors."""

import json
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from lib.datastore.training_records import TrainingState
from lib.server.routes_train import train_router
from lib.server.routes_training import training_router
from lib.trainers.queue import TrainingQueue
from lib.trainers.training_folder import News
from tests.queues import idle_queue
from tests.unit.server.conftest import MakeServices, Serve


@pytest.fixture
def queue(make_services: MakeServices) -> TrainingQueue:
    services = make_services()
    return idle_queue(services.settings.data, services.ledger)


@pytest.fixture
def client(make_services: MakeServices, serve: Serve, queue: TrainingQueue) -> TestClient:
    services = make_services()
    services.__dict__["trainings"] = queue
    return serve(training_router(services), train_router(services))


def end(queue: TrainingQueue, training_id: str) -> None:
    queue.ledger.end_training(
        training_id, TrainingState.DONE, "Version abc is live.", datetime.now(UTC), "abc"
    )


def test_a_training_is_asked_for_watched_and_found_in_the_list(
    client: TestClient, queue: TrainingQueue
) -> None:
    answer = client.post(
        "/fluoro/api/trainings", json={"settings": {"minutes": 5}}, headers={"X-Client-Id": "anna"}
    )
    training = answer.json()
    queue.folder(training["id"]).tell(News("learning", 30, 60, 0.5, 0.8))

    seen = client.get(training["address"]).json()

    assert (answer.status_code, answer.headers["Location"]) == (202, training["address"])
    assert (seen["state"], seen["progress"], seen["asked_by"]) == ("running", 0.5, "anna")
    assert seen["settings"]["minutes"] == 5
    assert [news["step"] for news in seen["tail"]] == [30]
    listed = client.get("/fluoro/api/trainings").json()["trainings"]
    assert [one["id"] for one in listed] == [training["id"]]


def test_a_wish_that_cannot_be_is_400_and_an_unknown_training_404(client: TestClient) -> None:
    refused = client.post("/fluoro/api/trainings", json={"settings": {"after_labels": 3}})

    assert refused.status_code == 400
    assert "after_labels" in refused.json()["detail"]
    assert client.get("/fluoro/api/trainings/x").status_code == 404
    assert client.get("/fluoro/api/trainings/x/events").status_code == 404


def test_one_that_waits_is_cancelled_and_one_that_ended_is_not(
    client: TestClient, queue: TrainingQueue
) -> None:
    first = client.post("/fluoro/api/trainings", json={}).json()
    second = client.post("/fluoro/api/trainings", json={}).json()
    end(queue, first["id"])

    assert client.delete(second["address"]).json()["state"] == "cancelled"
    assert client.delete(first["address"]).status_code == 409


def test_the_events_end_with_the_training(client: TestClient, queue: TrainingQueue) -> None:
    training = client.post("/fluoro/api/trainings", json={}).json()
    end(queue, training["id"])

    with client.stream("GET", f"{training['address']}/events") as answer:
        [event] = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]

    assert (event["state"], event["version"], event["progress"]) == ("done", "abc", 1.0)


def test_monai_labels_client_sees_loss_and_dice_of_the_same_training(
    client: TestClient, queue: TrainingQueue
) -> None:
    assert client.get("/train/").status_code == 404
    body = {"model": "vessels", "client_id": "slicer", "backend": ["own", "nnunet"], "max_epochs": 50}
    asked = client.post("/train/vessels", json=body).json()
    queue.folder(asked["id"]).tell(News("learning", 30, 60, 0.5, 0.8, {"all": {"vessel": 0.8}}))

    status = client.get("/train/", params={"check_if_running": True}).json()

    assert status["id"] == asked["id"] == client.get("/fluoro/api/trainings").json()["trainings"][0]["id"]
    assert status["status"] == "RUNNING"
    assert status["details"] == ["step 30 of 60: loss 0.5000; vessel 0.800"]
    assert (status["stats"]["epoch"], status["stats"]["best_metric"]) == (30, 0.8)
    assert queue.ledger.training(asked["id"]).asked_by == "slicer"


def test_monai_labels_second_training_is_refused_unless_it_may_wait(client: TestClient) -> None:
    client.post("/train/vessels", json={})

    assert client.post("/train/clicks", json={}).status_code == 429
    assert client.post("/train/clicks?enqueue=true", json={}).json()["status"] == "SUBMITTED"
    assert [one["status"] for one in client.get("/train/?all=true").json()] == ["RUNNING", "SUBMITTED"]


def test_monai_labels_stop_stops_what_runs(client: TestClient, queue: TrainingQueue) -> None:
    assert client.delete("/train/").json() is None
    running = client.post("/train/vessels", json={}).json()
    client.post("/train/clicks?enqueue=true", json={})

    stopped = client.delete("/train/").json()

    assert stopped["id"] == running["id"]
    assert queue.folder(running["id"]).is_cancelled()


def test_an_unknown_trainer_is_404(client: TestClient) -> None:
    assert client.post("/train/livers", json={}).status_code == 404
