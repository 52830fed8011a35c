"""A propagation over HTTP, with a tracker that copies: what it stores, and what it leaves alone."""

import json
import logging
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from lib.arrays import LabelMap, to_volume
from lib.datastore.records import LabelVersion
from lib.datastore.session_records import EMPTY, NewMask, NewSession, NewStep
from lib.datastore.states import LabelState
from lib.datastore.volumes import write_label
from lib.interaction.overlap import Overlap
from lib.interaction.session import Drawing
from lib.server.jobs import Jobs
from lib.server.propagate_plan import saved_map
from lib.server.routes_jobs import jobs_router
from lib.server.services import Services
from tests.builders import build_xa
from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.job_builders import WAIT_S, CopyingTracker, wait_until_over

N_FRAMES, ROWS, COLUMNS = 6, 32, 48
CANARY = "CANARY^BIRD"
RUN = build_xa(n_frames=N_FRAMES, rows=ROWS, columns=COLUMNS, patient_name=CANARY)
IMAGE_ID = str(RUN.SOPInstanceUID)
JOBS = "/fluoro/api/jobs"
VESSEL, CATHETER = 1, 2

Save = Callable[..., LabelVersion]


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN)


@pytest.fixture
def tracker() -> Iterator[CopyingTracker]:
    """A tracker that nobody holds up; a test that wants to clears `may_go_on`."""
    tracker = CopyingTracker()
    tracker.may_go_on.set()
    yield tracker
    tracker.may_go_on.set()


@pytest.fixture
def client(services: Services, serve: Serve, tracker: CopyingTracker) -> TestClient:
    return serve(jobs_router(services, tracker.opened))


@pytest.fixture
def save(services: Services, tmp_path: Path) -> Save:
    """Return what saves a label of the run; by default a vessel on the third frame."""

    def save(label_map: LabelMap | None = None, tag: str = "draft", **info: Any) -> LabelVersion:
        path = tmp_path / "label.nii"
        write_label(path, to_volume(drawn() if label_map is None else label_map), None)
        return services.desk.save(services.shelf.run(IMAGE_ID), path, tag, info)

    return save


def drawn(t: int = 2, index: int = VESSEL) -> LabelMap:
    label_map = np.zeros((N_FRAMES, ROWS, COLUMNS), np.uint8)
    label_map[t, 10:13, 5:40] = index
    return label_map


def key() -> NDArray[np.bool_]:
    """The mask of `drawn`."""
    return drawn()[2] == VESSEL


def start(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{JOBS}/propagate", json={"image_id": IMAGE_ID, "key_frames": [3], **body})
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


def propagate(client: TestClient, services: Services, **body: Any) -> dict[str, Any]:
    """Start a propagation and return the job once it has ended."""
    job = start(client, **body)
    wait_until_over(services.jobs.job(job["id"], "local"))
    ended: dict[str, Any] = client.get(job["address"]).json()
    return ended


def result_map(services: Services, job: dict[str, Any]) -> LabelMap:
    assert job["state"] == "done", job
    return saved_map(services.desk, services.ledger.label(job["result"]["label_id"]))


def test_a_propagation_is_answered_at_once_with_where_to_look(client: TestClient, save: Save) -> None:
    save()

    answer = client.post(f"{JOBS}/propagate", json={"image_id": IMAGE_ID, "key_frames": [3]})

    job = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == job["address"] == f"{JOBS}/{job['id']}"
    assert job["kind"] == "propagate"
    assert job["image_id"] == IMAGE_ID
    assert client.get(job["address"]).json()["id"] == job["id"]


def test_the_masks_become_one_new_draft(client: TestClient, services: Services, save: Save) -> None:
    first = save(tag="draft")

    job = propagate(client, services)

    label = services.ledger.label(job["result"]["label_id"])
    assert (label.tag, label.version, label.state) == ("propagated", 1, LabelState.DRAFT)
    assert label.model == "copy@1"
    assert (result_map(services, job) == key()[None] * VESSEL).all()
    assert [version.id for version in services.ledger.labels(IMAGE_ID)] == [first.id, label.id]
    assert job["result"]["confidence"] == [0.5, 0.5, 1.0, 0.5, 0.5, 0.5]
    assert label.info["propagation"]["confidence"] == job["result"]["confidence"]
    assert (job["progress"], job["detail"]) == (1.0, None)


def test_finished_and_excluded_frames_stay_as_they_are(
    client: TestClient, services: Services, save: Save
) -> None:
    before = drawn()
    before[0, 20:22, 20:22] = VESSEL
    before[4, 1:3, 1:3] = CATHETER
    save(before, finished_frame_numbers=[1])
    services.ledger.finish_frames(IMAGE_ID, {3}, "anna")
    services.ledger.exclude_frames(IMAGE_ID, {4}, "anna")

    job = propagate(client, services)

    after = result_map(services, job)
    assert [np.array_equal(after[t], before[t]) for t in range(N_FRAMES)] == [
        True,
        False,
        True,
        True,
        True,
        False,
    ]
    assert services.ledger.label(job["result"]["label_id"]).finished_frames == (0, 3)


def test_only_the_range_is_filled(client: TestClient, services: Services, save: Save) -> None:
    save()

    job = propagate(client, services, first_frame=4, last_frame=5)

    assert result_map(services, job).any(axis=(1, 2)).tolist() == [False, False, True, True, True, False]
    assert job["result"]["confidence"] == [None, None, None, 0.5, 0.5, None]


def test_other_labels_keep_the_pixels_that_the_label_does_not_take(
    client: TestClient, services: Services, save: Save
) -> None:
    before = drawn()
    before[5, 11:20, 5] = CATHETER
    save(before)

    after = result_map(services, propagate(client, services))

    assert (after[5, 11:13, 5] == VESSEL).all()
    assert (after[5, 13:20, 5] == CATHETER).all()


def test_a_named_label_of_an_older_version_is_carried(
    client: TestClient, services: Services, save: Save
) -> None:
    old = save(drawn(index=CATHETER))
    save(drawn(t=5))

    job = propagate(client, services, label="catheter", label_id=old.id)

    assert (result_map(services, job) == key()[None] * CATHETER).all()


def test_masks_of_single_frames_are_keys_where_the_run_has_no_label(
    client: TestClient, services: Services
) -> None:
    services.shelf.run(IMAGE_ID)
    services.ledger.put_mask(NewMask("local", IMAGE_ID, 2, VESSEL, "#ff0000", (), key()))

    job = propagate(client, services, keys_from="masks")

    assert (result_map(services, job) == key()[None] * VESSEL).all()


def test_a_session_gives_keys(client: TestClient, services: Services) -> None:
    run = services.shelf.run(IMAGE_ID)
    session = services.sessions.begin(NewSession(run.image_id, "local", EMPTY, services.clicks.engine))
    drawing = NewStep(2, VESSEL, Overlap.REPLACE, Drawing(key()), "local")
    services.sessions.add(session.id, "local", drawing)

    job = propagate(client, services, keys_from="session", session_id=session.id)

    assert (result_map(services, job) == key()[None] * VESSEL).all()


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"image_id": "1.2.3"}, 404, "1.2.3"),
        ({"image_id": "../../etc/passwd"}, 400, "is not a valid"),
        ({"label": "aorta of the moon"}, 404, "There is no label"),
        ({"label": "a" * 200}, 400, "label"),
        ({"label": "catheter"}, 400, "frame 3"),
        ({"key_frames": [3, 4]}, 400, "frame 4"),
        ({"key_frames": [7]}, 404, "frames 1 to 6; there is no frame 7"),
        ({"key_frames": [0]}, 400, "key_frames"),
        ({"key_frames": []}, 400, "key_frames"),
        ({"key_frames": [2.5]}, 400, "key_frames"),
        ({"first_frame": 5, "last_frame": 4}, 400, "Frames 5 to 4"),
        ({"last_frame": 7}, 400, "frames 1 to 6"),
        ({"label_id": "0" * 32}, 404, "There is no label"),
        ({"keys_from": "masks"}, 400, "frame 3"),
        ({"keys_from": "session", "session_id": "0" * 32}, 404, "no session"),
        ({"keys_from": "thin air"}, 400, "keys_from"),
        ({"tracker": "sam2"}, 404, "Use the tracker 'flow'"),
        ({"tracker": "bloodhound"}, 400, "tracker"),
        ({"tag": "final"}, 400, "begins as 'submitted'"),
        ({"tag": "../x"}, 400, "is not a valid"),
        ({"speed": 11}, 400, "speed"),
    ],
)
def test_what_cannot_be_propagated_is_refused_and_nothing_is_stored(
    client: TestClient, services: Services, save: Save, wrong: dict[str, Any], status: int, said: str
) -> None:
    save()

    answer = client.post(f"{JOBS}/propagate", json={"image_id": IMAGE_ID, "key_frames": [3], **wrong})

    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"]
    assert answer.json()["detail"].endswith(".")
    assert client.get(JOBS).json() == {"jobs": []}
    assert services.ledger.jobs() == []
    assert len(services.ledger.labels(IMAGE_ID)) == 1


def test_a_number_that_is_none_is_refused(client: TestClient, save: Save) -> None:
    save()
    body = json.dumps({"image_id": IMAGE_ID, "key_frames": [3], "first_frame": math.nan})

    answer = client.post(f"{JOBS}/propagate", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert "first_frame" in answer.json()["detail"]


def test_a_run_without_a_label_says_that_one_is_needed(client: TestClient) -> None:
    answer = client.post(f"{JOBS}/propagate", json={"image_id": IMAGE_ID, "key_frames": [3]})

    assert answer.status_code == 404
    assert "Save a mask of one frame first" in answer.json()["detail"]


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

    assert answer.status_code == 503
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
