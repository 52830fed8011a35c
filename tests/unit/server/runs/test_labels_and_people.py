"""The labels of runs, and who works on them."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from pydicom.dataset import FileDataset
from sqlalchemy import text

from lib.server.run_models import LabelListAnswer
from lib.server.services import Services
from tests.unit.server.runs.calls import URL, begin, listed, save


def test_the_newest_label_of_any_tag_is_listed(
    client: TestClient, run: FileDataset, other: FileDataset
) -> None:
    save(client, run, tag="draft")
    final = save(client, run, tag="final", owner="ben")
    draft = save(client, run, tag="draft")

    newest = listed(client, run)["labels"]["newest"]

    assert newest.pop("at").startswith(f"{datetime.now(UTC):%Y-%m-%dT}")
    assert newest == {
        "label_id": draft["label_id"], "tag": "draft", "version": 2, "author": "ann", "state": "draft"
    }  # fmt: skip
    assert listed(client, other)["labels"] == {"newest": None}
    assert (
        client.get(f"{URL}/{run.SOPInstanceUID}").json()["labels"]["newest"]["label_id"] == draft["label_id"]
    )
    assert final["label_id"] != draft["label_id"]


def test_all_versions_of_a_run_are_told_newest_first(client: TestClient, run: FileDataset) -> None:
    first = save(client, run, seconds=75, n_actions=12)
    second = save(client, run, owner="ben", tag="final")

    answer = client.get(f"{URL}/{run.SOPInstanceUID}/labels")

    LabelListAnswer.model_validate(answer.json())
    labels = answer.json()["labels"]
    assert [label["label_id"] for label in labels] == [second["label_id"], first["label_id"]]
    labels[1].pop("at")
    assert labels[1] == {
        "label_id": first["label_id"],
        "tag": "draft",
        "version": 1,
        "author": "ann",
        "state": "draft",
        "model": "squares@1",
        "seconds": 75,
        "actions": 12,
    }
    assert (labels[0]["seconds"], labels[0]["actions"], labels[0]["state"]) == (None, None, "submitted")


@pytest.mark.parametrize("noted", ["ten", True, -1, 1.5, None, []])
def test_a_time_that_is_no_number_is_not_told(
    client: TestClient, run: FileDataset, services: Services, noted: object
) -> None:
    services.ledger.update_label_info(save(client, run)["label_id"], {"seconds": noted})

    [label] = client.get(f"{URL}/{run.SOPInstanceUID}/labels").json()["labels"]

    assert label["seconds"] is None


def test_removed_labels_are_not_told(client: TestClient, run: FileDataset, services: Services) -> None:
    services.ledger.remove_label(save(client, run)["label_id"], "ann")

    assert client.get(f"{URL}/{run.SOPInstanceUID}/labels").json() == {"labels": []}
    assert listed(client, run)["labels"] == {"newest": None}


def test_others_see_who_works_on_a_run_and_oneself_is_none_of_them(
    client: TestClient, run: FileDataset, other: FileDataset
) -> None:
    for owner in ("ben", "ann", "ann"):
        begin(client, run, owner)

    assert listed(client, run)["held_by"] == ["ann", "ben"]
    assert listed(client, run, "ann")["held_by"] == ["ben"]
    assert listed(client, other)["held_by"] == []
    one = client.get(f"{URL}/{run.SOPInstanceUID}", headers={"X-Client-Id": "ben"}).json()
    assert one["held_by"] == ["ann"]


def test_who_closed_a_session_or_left_it_for_half_an_hour_does_not_hold_the_run(
    client: TestClient, run: FileDataset, services: Services
) -> None:
    client.delete(begin(client, run, "ann"), headers={"X-Client-Id": "ann"})
    begin(client, run, "ben")
    with services.ledger._database.writing() as connection:
        old = "UPDATE sessions SET used_at = '2020-01-01T00:00:00.000000+00:00' WHERE owner = 'ben'"
        connection.execute(text(old))

    assert listed(client, run)["held_by"] == []
