"""Reviews by HTTP."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydicom.dataset import FileDataset

from lib.server.review_models import ReviewListAnswer
from lib.server.routes_reviews import reviews_router
from lib.server.routes_sessions import sessions_router
from lib.server.services import Services
from tests.builders import build_xa
from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.runs.calls import save

URL = "/fluoro/api"


@pytest.fixture
def run() -> FileDataset:
    return build_xa(patient_name="CANARY^Jane", PatientID="CANARY-1")


@pytest.fixture
def services(make_services: MakeServices, run: FileDataset) -> Services:
    return make_services(run)


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(sessions_router(services), reviews_router(services))


@pytest.fixture
def label_id(client: TestClient, run: FileDataset) -> str:
    """A label that ann submitted."""
    return str(save(client, run, tag="final")["label_id"])


def say(client: TestClient, label_id: str, by: str = "ben", **body: Any) -> Any:
    return client.post(f"{URL}/labels/{label_id}/reviews", json=body, headers={"X-Client-Id": by})


def listed(client: TestClient, which: str, asker: str = "ben") -> list[dict[str, Any]]:
    answer = client.get(f"{URL}/reviews/{which}", headers={"X-Client-Id": asker})
    return list(ReviewListAnswer.model_validate(answer.json()).model_dump()["labels"])


def test_a_verdict_is_answered_with_the_label_and_all_that_was_said(
    client: TestClient, label_id: str
) -> None:
    say(client, label_id, comment="looking")

    answer = say(client, label_id, verdict="approved", comment="good")

    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["author"]) == ("approved", "ann")
    said = [(one["by"], one["verdict"], one["comment"]) for one in answer.json()["reviews"]]
    assert said == [("ben", None, "looking"), ("ben", "approved", "good")]
    assert client.get(f"{URL}/labels/{label_id}/reviews").json() == answer.json()


def test_a_label_waits_with_its_run_until_somebody_decides(
    client: TestClient, label_id: str, run: FileDataset
) -> None:
    [waiting] = listed(client, "waiting")
    say(client, label_id, verdict="approved")

    assert (waiting["label_id"], waiting["author"]) == (label_id, "ann")
    assert waiting["run"]["study_instance_uid"] == run.StudyInstanceUID
    assert listed(client, "waiting") == []


def test_the_author_finds_what_came_back_and_the_run_is_to_do_again(
    client: TestClient, label_id: str, services: Services, run: FileDataset
) -> None:
    say(client, label_id, verdict="returned", comment="the LCX is missing")

    [returned] = listed(client, "returned", "ann")
    assert (returned["label_id"], returned["run"]["state"]) == (label_id, "in progress")
    assert listed(client, "returned", "ben") == []
    assert services.ledger.run(str(run.SOPInstanceUID)).state == "in progress"


def test_a_run_that_left_the_pacs_waits_for_nobody(
    client: TestClient, label_id: str, services: Services, run: FileDataset
) -> None:
    services.ledger.mark_gone(str(run.SOPInstanceUID))

    assert label_id
    assert listed(client, "waiting") == []


def test_the_own_label_is_a_conflict_where_others_work(client: TestClient, label_id: str) -> None:
    say(client, label_id, comment="looking")

    answer = say(client, label_id, by="ann", verdict="approved")

    assert (answer.status_code, "somebody else" in answer.json()["detail"]) == (409, True)


def test_a_setting_allows_the_own_label(make_services: MakeServices, serve: Serve, run: FileDataset) -> None:
    services = make_services(run, quality={"own_approval": True})
    client = serve(sessions_router(services), reviews_router(services))
    label_id = save(client, run, tag="final")["label_id"]
    say(client, label_id, comment="looking")

    assert say(client, label_id, by="ann", verdict="approved").status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"comment": "  "},
        {"verdict": "good"},
        {"comment": "x" * 4001},
        {"verdict": "approved", "reviewer": "me"},
    ],
)
def test_what_is_no_review_is_refused(client: TestClient, label_id: str, body: dict[str, Any]) -> None:
    assert say(client, label_id, **body).status_code == 400


def test_a_label_that_nobody_knows_has_no_reviews(client: TestClient) -> None:
    assert client.get(f"{URL}/labels/{'0' * 32}/reviews").status_code == 404
    assert say(client, "0" * 32, verdict="approved").status_code == 404
    assert client.get(f"{URL}/labels/a b/reviews").status_code == 400
