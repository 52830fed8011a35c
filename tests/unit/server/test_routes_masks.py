"""Masks of single frames by HTTP, with a click engine whose clicks are squares of 5 x 5 pixels."""

import io
import json
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from lib.datastore.ledger_masks import WhichMasks
from lib.server.routes_masks import masks_router
from lib.server.services import Services
from tests.builders import build_xa, draw_run
from tests.unit.server.conftest import MakeServices, Serve

RUN, OTHER = build_xa(n_frames=4), build_xa(n_frames=4)
IMAGE_ID, OTHER_ID = str(RUN.SOPInstanceUID), str(OTHER.SOPInstanceUID)
MASKS = "/fluoro/api/masks"
SHAPE = draw_run().shape[1:]
SQUARE = 25


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN, OTHER)


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(masks_router(services))


def points(*places: tuple[float, float], is_positive: bool = True) -> list[dict[str, Any]]:
    return [{"x": x, "y": y, "is_positive": is_positive} for x, y in places]


def a_body(**changes: Any) -> dict[str, Any]:
    body = {"image_id": IMAGE_ID, "frame_number": 1, "label": "vessel", "points": points((10, 10))}
    return {**body, **changes}


def make(client: TestClient, owner: str = "local", **changes: Any) -> dict[str, Any]:
    answer = client.post(MASKS, json=a_body(**changes), headers={"X-Client-Id": owner})
    assert answer.status_code == 201, answer.text
    return answer.json()


def listed(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    return client.get(MASKS, params=query).json()["masks"]


def array_of(client: TestClient, mask: dict[str, Any]) -> NDArray[np.uint8]:
    return np.load(io.BytesIO(client.get(f"{MASKS}/{mask['mask_id']}.npy").content))


def test_points_make_a_mask_with_label_and_colour(client: TestClient) -> None:
    made = make(client, label="catheters", color="#12aBcD", points=points((10, 10), (10, 20)))

    assert client.get(f"{MASKS}/{made['mask_id']}").json() == made
    assert (made["label"], made["color"], made["frame_number"]) == ("catheter", "#12abcd", 1)
    assert made["n_pixels"] == 2 * SQUARE
    assert made["points"] == points((10, 10), (10, 20))
    assert (array_of(client, made)[8:13, 8:13] == 2).all()


def test_the_colour_is_that_of_the_table_where_nobody_says(client: TestClient) -> None:
    assert make(client)["color"] == "#e63946"


def test_a_point_on_what_is_not_the_label_takes_away(client: TestClient) -> None:
    both = points((10, 10)) + points((12, 10), is_positive=False)

    assert make(client, points=both)["n_pixels"] == 10


def test_a_mask_may_correct_the_automatic_result(client: TestClient) -> None:
    made = make(client, start="automatic", frame_number=4)

    assert made["n_pixels"] == 2 * SHAPE[1] + SQUARE


def test_a_mask_is_tidied_where_somebody_asks(client: TestClient) -> None:
    made = make(client, start="automatic", frame_number=4, clean_up={"only_clicked": True})

    assert made["n_pixels"] == SQUARE


def test_a_new_mask_of_a_label_takes_the_place_of_the_old_one(client: TestClient) -> None:
    old = make(client)

    new = make(client, points=points((30, 10)))

    assert new["mask_id"] == old["mask_id"]
    assert [mask["points"] for mask in listed(client)] == [points((30, 10))]


def test_masks_are_listed_by_run_frame_and_label(client: TestClient) -> None:
    for image_id in (IMAGE_ID, OTHER_ID):
        for frame_number, label in ((1, "vessel"), (1, "catheter"), (3, "vessel")):
            make(client, image_id=image_id, frame_number=frame_number, label=label)

    assert len(listed(client)) == 6
    assert {mask["image_id"] for mask in listed(client, image_id=OTHER_ID)} == {OTHER_ID}
    assert [mask["label"] for mask in listed(client, image_id=IMAGE_ID, frame_number=1)] == [
        "vessel",
        "catheter",
    ]
    assert [mask["frame_number"] for mask in listed(client, image_id=IMAGE_ID, label="vessel")] == [1, 3]


@pytest.mark.parametrize(
    ("query", "n_deleted"),
    [({}, 3), ({"frame_number": 1}, 2), ({"label": "vessel"}, 2), ({"label": "device"}, 0)],
)
def test_deleting_in_run_a_never_touches_run_b(
    client: TestClient, query: dict[str, Any], n_deleted: int
) -> None:
    for image_id in (IMAGE_ID, OTHER_ID):
        for frame_number, label in ((1, "vessel"), (1, "catheter"), (3, "vessel")):
            make(client, image_id=image_id, frame_number=frame_number, label=label)
    of_b = listed(client, image_id=OTHER_ID)

    answer = client.delete(MASKS, params={"image_id": IMAGE_ID, **query})

    assert answer.json() == {"n_deleted": n_deleted}
    assert len(listed(client, image_id=IMAGE_ID)) == 3 - n_deleted
    assert listed(client, image_id=OTHER_ID) == of_b


def test_masks_are_never_deleted_in_all_runs_at_once(client: TestClient) -> None:
    make(client)

    assert client.delete(MASKS).status_code == 400
    assert client.delete(MASKS, params={"label": "vessel"}).status_code == 400
    assert len(listed(client)) == 1


def test_one_mask_is_deleted(client: TestClient) -> None:
    made, other = make(client), make(client, frame_number=2)

    assert client.delete(f"{MASKS}/{made['mask_id']}").status_code == 204

    assert client.get(f"{MASKS}/{made['mask_id']}").status_code == 404
    assert listed(client) == [other]


def test_other_peoples_masks_are_not_there(client: TestClient) -> None:
    of_ann = make(client, owner="ann")

    refused = [
        client.get(f"{MASKS}/{of_ann['mask_id']}"),
        client.get(f"{MASKS}/{of_ann['mask_id']}.png"),
        client.delete(f"{MASKS}/{of_ann['mask_id']}"),
    ]
    client.delete(MASKS, params={"image_id": IMAGE_ID})

    assert {answer.status_code for answer in refused} == {404}
    assert listed(client) == []
    assert client.get(f"{MASKS}/{of_ann['mask_id']}", headers={"X-Client-Id": "ann"}).json() == of_ann


def test_one_label_is_subtracted_from_others(client: TestClient) -> None:
    make(client, label="catheter", points=points((12, 10)))
    vessel, wire = make(client), make(client, label="guidewire", points=points((13, 10)))
    elsewhere = make(client, frame_number=2), make(client, image_id=OTHER_ID)

    answer = client.post(f"{MASKS}/subtract", json={"image_id": IMAGE_ID, "label": "catheter"})

    assert [(mask["mask_id"], mask["n_pixels"]) for mask in answer.json()["masks"]] == [
        (vessel["mask_id"], 10),
        (wire["mask_id"], 5),
    ]
    assert array_of(client, vessel).sum() == 10
    assert all(array_of(client, mask).sum() == SQUARE for mask in elsewhere)


def test_a_label_is_subtracted_only_from_the_labels_and_frames_that_are_named(client: TestClient) -> None:
    for frame_number in (1, 2):
        for label in ("catheter", "vessel", "guidewire"):
            make(client, label=label, frame_number=frame_number)
    body = {"image_id": IMAGE_ID, "label": "catheter", "from_labels": ["wire"], "frame_numbers": [2]}

    changed = client.post(f"{MASKS}/subtract", json=body).json()["masks"]

    assert [(mask["label"], mask["frame_number"], mask["n_pixels"]) for mask in changed] == [
        ("guidewire", 2, 0)
    ]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"points": points((48, 3))}, 400, "x=48, y=3 lies outside the frame"),
        ({"points": points((1, 1)) * 10_000}, 400, "at most 100 items"),
        ({"points": []}, 400, "at least 1 item"),
        ({"label": "unicorn"}, 404, "There is no label 'unicorn'"),
        ({"frame_number": 5}, 404, "there is no frame 5"),
        ({"image_id": "1.2.3"}, 404, "1.2.3"),
        ({"color": "red"}, 400, "body.color"),
        ({"start": "label"}, 400, "body.start"),
        ({"owner": "ann"}, 400, "body.owner"),
    ],
)
def test_what_makes_no_mask_is_refused_with_a_sentence_and_nothing_is_stored(
    client: TestClient, services: Services, change: dict[str, Any], status: int, said: str
) -> None:
    answer = client.post(MASKS, json=a_body(**change))

    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text
    assert services.ledger.masks(WhichMasks("local")) == []


def test_a_coordinate_that_is_no_number_is_refused(client: TestClient) -> None:
    body = json.dumps(a_body(points=points((float("nan"), 1))))

    assert client.post(MASKS, content=body, headers={"Content-Type": "application/json"}).status_code == 400


@pytest.mark.parametrize("name", ["0" * 32, "no-such", "no-such.png", "subtract"])
def test_an_unknown_mask_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"{MASKS}/{name}").status_code == 404


def test_the_routes_are_described_in_the_openapi(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    operations = [operation for path in paths.values() for operation in path.values()]
    assert len(operations) == 7
    assert all(operation["summary"] for operation in operations)
