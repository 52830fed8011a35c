"""What a propagation makes of a label."""

import numpy as np
from fastapi.testclient import TestClient

from lib.datastore.session_records import EMPTY, NewMask, NewSession, NewStep
from lib.datastore.states import LabelState
from lib.interaction.overlap import Overlap
from lib.interaction.session import Drawing
from lib.server.services import Services
from tests.unit.server.propagating.calls import (
    CATHETER,
    IMAGE_ID,
    JOBS,
    N_FRAMES,
    VESSEL,
    Save,
    drawn,
    key,
    propagate,
    result_map,
)


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
