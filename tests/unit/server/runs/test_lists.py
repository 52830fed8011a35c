"""What lists tell of runs: angles, times, patients without names."""

import logging

import pytest
from fastapi.testclient import TestClient
from pydicom.dataset import FileDataset

from lib.server.routes_frames import frames_router
from lib.server.run_models import RunDetailsAnswer
from lib.server.services import Services
from tests.builders import build_xa
from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.runs.calls import URL, listed


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
        "arriving": None,
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


@pytest.mark.parametrize("what", ["/thumbnail.png", "/labels"])
def test_an_unknown_run_has_neither_thumbnail_nor_labels(client: TestClient, what: str) -> None:
    assert client.get(f"{URL}/1.2.3{what}").status_code == 404
    assert client.get(f"{URL}/a b{what}").status_code == 400
