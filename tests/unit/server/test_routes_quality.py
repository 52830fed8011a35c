"""The quality of labels by HTTP."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from pydicom.dataset import FileDataset

from lib.datastore.labelled import LabelledRuns
from lib.errors import UnknownModelError
from lib.frames.cine import Cine
from lib.quality.open import LabelQuality, open_quality
from lib.quality.opinion import Opinion
from lib.server.quality_models import AgreementAnswer, LookAgainAnswer
from lib.server.routes_quality import quality_router
from lib.server.routes_sessions import sessions_router
from lib.server.services import Services
from tests.builders import build_xa
from tests.unit.server.conftest import MakeServices, Serve
from tests.unit.server.runs.calls import save

URL = "/fluoro/api/quality"


class SeesALine:
    """A model that sees one vessel."""

    version = "fake@1"

    def vessels(self, cine: Cine, times: Sequence[int]) -> Iterator[NDArray[np.bool_]]:
        for _ in times:
            mask = np.zeros(cine.frames.shape[1:], bool)
            mask[13:18, 4:44] = True
            yield mask


@pytest.fixture
def run() -> FileDataset:
    return build_xa(patient_name="CANARY^Jane", PatientID="CANARY-1")


@pytest.fixture
def services(make_services: MakeServices, run: FileDataset) -> Services:
    return make_services(run, quality={"look_again": False})


def quality_of(services: Services, opinion: Opinion | None) -> LabelQuality:
    def said() -> Opinion:
        if opinion is None:
            raise UnknownModelError("vessels", [])
        return opinion

    runs = LabelledRuns(services.ledger, services.desk.store, services.shelf)
    quality = open_quality(runs, services.desk.table, services.settings.data)
    return replace(quality, look_again=replace(quality.look_again, opinion=said))


def serve_it(services: Services, serve: Serve, quality: LabelQuality) -> TestClient:
    return serve(sessions_router(services), quality_router(services, quality))


def look_again(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get(f"{URL}/look-again", params=query)
    LookAgainAnswer.model_validate(answer.json())
    return dict(answer.json())


def test_a_label_is_in_the_list_once_the_model_looked_at_it(
    services: Services, serve: Serve, run: FileDataset
) -> None:
    quality = quality_of(services, SeesALine())
    client = serve_it(services, serve, quality)
    saved = save(client, run, tag="final", finished_frame_numbers=[1, 3])
    before = look_again(client)
    for task in quality.look_again.tasks():
        task.do()

    after = look_again(client)

    assert (before["model"], before["n_waiting"], before["labels"]) == ("fake@1", 1, [])
    [label] = after["labels"]
    assert (after["n_waiting"], label["label_id"], label["author"]) == (0, saved["label_id"], "ann")
    assert label["reason"].startswith("The model sees a branch of")
    assert sorted(frame["frame_number"] for frame in label["frames"]) == [1, 3]
    assert label["run"]["image_id"] == run.SOPInstanceUID
    assert "CANARY" not in str(after)


def test_the_list_is_as_long_as_somebody_wants(
    make_services: MakeServices, serve: Serve, run: FileDataset
) -> None:
    other = build_xa()
    services = make_services(run, other, quality={"look_again": False})
    quality = quality_of(services, SeesALine())
    client = serve_it(services, serve, quality)
    for one in (run, other):
        save(client, one, tag="final", finished_frame_numbers=[1])
    for task in quality.look_again.tasks():
        task.do()

    assert len(look_again(client)["labels"]) == 2
    assert len(look_again(client, limit=1)["labels"]) == 1
    assert client.get(f"{URL}/look-again", params={"limit": 0}).status_code == 400


def test_without_a_model_the_list_is_empty_and_says_so(services: Services, serve: Serve) -> None:
    client = serve_it(services, serve, quality_of(services, None))

    assert look_again(client) == {"model": None, "n_waiting": 0, "labels": []}


def test_agreement_tells_the_people_and_the_figures(
    services: Services, serve: Serve, run: FileDataset
) -> None:
    quality = quality_of(services, None)
    client = serve_it(services, serve, quality)
    for owner in ("ann", "ben"):
        begun = client.post(
            "/fluoro/api/sessions",
            json={"image_id": run.SOPInstanceUID, "start": "automatic"},
            headers={"X-Client-Id": owner},
        ).json()["session_id"]
        body = {"tag": owner, "frame_numbers": [1], "finished_frame_numbers": [1]}
        client.post(f"/fluoro/api/sessions/{begun}/save", json=body, headers={"X-Client-Id": owner})
    waiting = AgreementAnswer.model_validate(client.get(f"{URL}/agreement").json())
    for task in quality.agreements.tasks():
        task.do()

    told = AgreementAnswer.model_validate(client.get(f"{URL}/agreement").json())

    assert (waiting.n_waiting, waiting.pairs, told.n_waiting) == (1, [], 0)
    [pair] = told.pairs
    assert (pair.first.author, pair.second.author, pair.image_id) == ("ann", "ben", run.SOPInstanceUID)
    assert [(one.label, one.n_frames, one.dice) for one in told.figures] == [
        ("any vessel", 1, 1.0), ("vessel", 1, 1.0)
    ]  # fmt: skip
