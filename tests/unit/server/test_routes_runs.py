"""What lists tell of runs: angles, patients without names, labels, who works on them; thumbnails."""

import io
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import FileDataset
from sqlalchemy import text

from lib.frames.read import read_cine
from lib.server.routes_frames import frames_router
from lib.server.routes_sessions import sessions_router
from lib.server.run_models import LabelListAnswer, RunDetailsAnswer, RunListAnswer
from lib.server.services import Services
from tests.builders import build_xa, draw_run
from tests.unit.server.conftest import MakeServices, Serve

URL = "/fluoro/api/runs"


def fullest_in_the_middle() -> NDArray[np.uint8]:
    """A run of 5 frames with a vessel on the third only."""
    pixels = draw_run(n_frames=5)
    pixels[[0, 1, 3, 4]] = pixels[0]
    pixels[[0, 1, 3, 4], 15:17] = pixels[0, 14:15]
    pixels[2] = draw_run(n_frames=1)[0]
    return pixels


@pytest.fixture
def run() -> FileDataset:
    return build_xa(
        pixels=fullest_in_the_middle(), patient_name="CANARY^Jane", PatientID="CANARY-1", frame_time_ms=66.6
    )


@pytest.fixture
def other() -> FileDataset:
    return build_xa(patient_name="CANARY^Jane", PatientID="CANARY-1")


@pytest.fixture
def services(make_services: MakeServices, run: FileDataset, other: FileDataset) -> Services:
    return make_services(run, other, build_xa(PatientID="CANARY-2"), build_xa(modality="CT"))


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(frames_router(services), sessions_router(services))


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were decoded for thumbnails, in order."""
    files: list[Path] = []

    def counting(path: Path) -> object:
        files.append(path)
        return read_cine(path)

    monkeypatch.setattr("lib.server.run_pictures.read_cine", counting)
    return files


def listed(client: TestClient, run: FileDataset, asker: str | None = None) -> dict[str, Any]:
    answer = client.get(URL, headers={} if asker is None else {"X-Client-Id": asker})
    assert answer.status_code == 200, answer.text
    RunListAnswer.model_validate(answer.json())
    return next(one for one in answer.json()["runs"] if one["image_id"] == run.SOPInstanceUID)


def begin(client: TestClient, run: FileDataset, owner: str = "ann") -> str:
    body = {"image_id": run.SOPInstanceUID, "start": "empty"}
    answer = client.post("/fluoro/api/sessions", json=body, headers={"X-Client-Id": owner})
    return f"/fluoro/api/sessions/{answer.json()['session_id']}"


def save(client: TestClient, run: FileDataset, owner: str = "ann", **body: Any) -> dict[str, Any]:
    body = {"tag": "draft", "frame_numbers": [1], **body}
    answer = client.post(f"{begin(client, run, owner)}/save", json=body, headers={"X-Client-Id": owner})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_run_that_nobody_opened_is_listed_without_what_its_header_says(
    client: TestClient, run: FileDataset, services: Services
) -> None:
    assert listed(client, run) == {
        "image_id": run.SOPInstanceUID,
        "study_instance_uid": run.StudyInstanceUID,
        "series_instance_uid": run.SeriesInstanceUID,
        "sop_class_uid": run.SOPClassUID,
        "modality": "XA",
        "n_frames": 5,
        "rows": 32,
        "columns": 48,
        "state": "new",
        "angles": None,
        "frame_time_ms": None,
        "patient_token": None,
        "labels": {"newest": None},
        "held_by": [],
    }
    assert services.pacs.calls == ["list_runs"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("what", ["", "/thumbnail.png"])
def test_from_the_first_look_at_a_run_on_the_list_has_its_angles_and_time(
    client: TestClient, run: FileDataset, what: str
) -> None:
    client.get(f"{URL}/{run.SOPInstanceUID}{what}")

    told = listed(client, run)
    assert told["angles"] == {"primary_deg": 30.0, "secondary_deg": -20.0, "text": "LAO 30 / CAU 20"}
    assert told["frame_time_ms"] == pytest.approx(66.6)


def test_a_header_that_says_nothing_gives_nothing(make_services: MakeServices, serve: Serve) -> None:
    run = build_xa(frame_time_ms=None, PositionerPrimaryAngle=None, CineRate=None)
    client = serve(frames_router(make_services(run)))
    client.get(f"{URL}/{run.SOPInstanceUID}")

    assert (listed(client, run)["angles"], listed(client, run)["frame_time_ms"]) == (None, None)


def test_runs_of_one_patient_share_a_token_that_says_no_more(
    client: TestClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for image_id in services.shelf.image_ids():
        client.get(f"{URL}/{image_id}")

    answer = client.get(URL)

    tokens = [one["patient_token"] for one in answer.json()["runs"]]
    assert len(set(tokens)) == 2
    assert tokens[0] == tokens[1]
    assert all(token.startswith("P-") and len(token) == 10 for token in tokens)
    assert "CANARY" not in answer.text + caplog.text


def test_the_header_is_read_once_and_kept(
    client: TestClient, run: FileDataset, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get(f"{URL}/{run.SOPInstanceUID}").json()
    monkeypatch.setattr("lib.server.run_pictures.fullest_frame", lambda _: 0)
    monkeypatch.setattr(services.run_reader.tokens, "token", lambda _: "P-00000000")

    assert client.get(f"{URL}/{run.SOPInstanceUID}").json() == before


def test_one_run_is_told_with_the_frame_to_open_it_at(client: TestClient, run: FileDataset) -> None:
    answer = client.get(f"{URL}/{run.SOPInstanceUID}")

    RunDetailsAnswer.model_validate(answer.json())
    assert answer.json()["fullest_frame_number"] == 3
    assert listed(client, run).items() <= answer.json().items()


def test_pixels_that_cannot_be_read_have_no_fullest_frame_but_a_header(
    make_services: MakeServices, serve: Serve
) -> None:
    run = build_xa(n_frames=4)
    run.PixelData = run.PixelData[:-2000]
    client = serve(frames_router(make_services(run)))

    header = client.get(f"{URL}/{run.SOPInstanceUID}")
    thumbnail = client.get(f"{URL}/{run.SOPInstanceUID}/thumbnail.png")

    assert (header.status_code, header.json()["fullest_frame_number"]) == (200, None)
    assert (thumbnail.status_code, str(run.SOPInstanceUID) in thumbnail.json()["detail"]) == (400, True)


@pytest.mark.parametrize(("rows", "columns", "size"), [(32, 48, (128, 85)), (300, 150, (64, 128))])
def test_a_thumbnail_is_the_fullest_frame_at_128_pixels(
    make_services: MakeServices, serve: Serve, rows: int, columns: int, size: tuple[int, int]
) -> None:
    run = build_xa(n_frames=3, rows=rows, columns=columns)
    client = serve(frames_router(make_services(run)))

    answer = client.get(f"{URL}/{run.SOPInstanceUID}/thumbnail.png")

    picture = Image.open(io.BytesIO(answer.content))
    number = client.get(f"{URL}/{run.SOPInstanceUID}").json()["fullest_frame_number"]
    frame = Image.open(io.BytesIO(client.get(f"{URL}/{run.SOPInstanceUID}/frames/{number}.png").content))
    assert (picture.mode, picture.size) == ("L", size)
    expected = np.asarray(frame.resize(size, Image.Resampling.BOX), float)
    assert np.abs(np.asarray(picture, float) - expected).mean() < 4
    assert answer.headers["Content-Type"] == "image/png"


def test_a_thumbnail_is_made_once_and_confirmed_to_who_has_it(
    client: TestClient, run: FileDataset, decoded: list[Path]
) -> None:
    url = f"{URL}/{run.SOPInstanceUID}/thumbnail.png"
    first = client.get(url)

    again = client.get(url)
    confirmed = client.get(url, headers={"If-None-Match": first.headers["ETag"]})

    assert again.content == first.content
    assert (confirmed.status_code, confirmed.content) == (304, b"")
    assert len(decoded) == 1


def test_thumbnails_drive_no_opened_run_out_of_the_memory(
    client: TestClient, run: FileDataset, other: FileDataset, services: Services
) -> None:
    client.get(f"{URL}/{run.SOPInstanceUID}/frames/1.png")
    held = services.opened.size_bytes()

    client.get(f"{URL}/{other.SOPInstanceUID}/thumbnail.png")

    assert services.opened.size_bytes() == held > 0


def test_a_list_that_asks_for_many_thumbnails_at_once_gets_all(
    client: TestClient, services: Services
) -> None:
    urls = [f"{URL}/{image_id}/thumbnail.png" for image_id in services.shelf.image_ids()] * 3

    with ThreadPoolExecutor(6) as browser:
        answers = list(browser.map(client.get, urls))

    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize("what", ["/thumbnail.png", "/labels"])
def test_an_unknown_run_has_neither_thumbnail_nor_labels(client: TestClient, what: str) -> None:
    assert client.get(f"{URL}/1.2.3{what}").status_code == 404
    assert client.get(f"{URL}/a b{what}").status_code == 400


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
