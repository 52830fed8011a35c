"""The versions of models by HTTP."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from lib.registry import VersionStore, model_for
from lib.registry.store import SHIPPED
from lib.server.routes_models import models_router
from lib.server.services import Services
from tests.unit.server.conftest import MakeServices, Serve
from tests.version_builders import add_version, build_verdict, version_of

MODELS = "/fluoro/api/models"


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services()


@pytest.fixture
def client(services: Services, serve: Serve) -> TestClient:
    return serve(models_router(services))


@pytest.fixture
def store(services: Services) -> VersionStore:
    return VersionStore(services.settings.data)


def listed(client: TestClient) -> dict[str, dict[str, Any]]:
    return {model["version"]: model for model in client.get(MODELS).json()["models"]}


def promote(client: TestClient, version: str, **more: Any) -> Any:
    body = {"reason": "It is better.", **more}
    return client.post(f"{MODELS}/{version}/promote", json=body, headers={"X-Client-Id": "anna"})


def test_what_ships_is_listed_as_live(client: TestClient) -> None:
    answer = client.get(MODELS).json()

    (model,) = answer["models"]
    assert (model["id"], model["is_live"], model["parent"], model["verdict"]) == ("vessels", True, None, None)
    assert model["training_data"]["description"]
    assert answer["rolls_back_to"] is None


def test_a_candidate_is_listed_with_the_gate_s_figures(client: TestClient, store: VersionStore) -> None:
    version = add_version(store, b"better", verdict=build_verdict())

    model = listed(client)[version]

    assert (model["is_live"], model["n_patients"], model["n_labels"]) == (False, 12, 1)
    assert model["verdict"]["reasons"] == list(build_verdict().reasons)
    assert (model["verdict"]["passes"], model["verdict"]["needs_person"]) == (True, False)


def test_a_promoted_version_is_live_at_once_and_says_who_did_it(
    client: TestClient, store: VersionStore
) -> None:
    version = add_version(store, b"better")

    answer = promote(client, version)

    assert answer.status_code == 200, answer.text
    assert answer.json()["is_live"]
    (change,) = answer.json()["history"]
    assert (change["by"], change["reason"], change["after"]) == ("anna", "It is better.", version)
    assert listed(client)[version]["went_live"] == change
    serving = model_for("vessels", "vessel-net", store.data)
    assert serving is not None
    assert serving.card.version == version


def test_a_rollback_brings_back_what_was_live(client: TestClient, store: VersionStore) -> None:
    before = store.live().name
    promote(client, add_version(store, b"better"))

    assert client.get(MODELS).json()["rolls_back_to"] == before
    answer = client.post(f"{MODELS}/rollback", headers={"X-Client-Id": "ben"})

    assert (answer.status_code, answer.json()["version"]) == (200, before)
    assert store.history()[-1].by == "ben"
    serving = model_for("vessels", "vessel-net", store.data)
    assert serving is not None
    assert serving.folder == SHIPPED


def test_what_the_gate_refused_goes_live_only_against_it(client: TestClient, store: VersionStore) -> None:
    verdict = build_verdict(passes=False, reasons=("It loses 0.3 Dice.",), gain=-0.3)
    version = add_version(store, b"spoiled", verdict=verdict)

    refused = promote(client, version)
    forced = promote(client, version, against_gate=True)

    assert refused.status_code == 409
    assert f"The gate refused version {version}: It loses 0.3 Dice." in refused.json()["detail"]
    assert forced.status_code == 200


def test_all_that_is_known_of_a_version_is_shown(client: TestClient, store: VersionStore) -> None:
    version = add_version(store, b"better")

    shown = client.get(f"{MODELS}/{version}").json()

    assert shown["labels"] == [{"label_id": "0" * 32, "image_id": "1.2.3", "version": 2}]
    assert shown["recipe"] == {"steps": 600, "widths": [32, 64]}
    assert shown["files"][0]["sha256"].startswith(version)
    assert (shown["history"], shown["metrics"]) == ([], {"dice": 0.81})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/{version_of(b'none')}", 404),
        ("POST", f"/{version_of(b'none')}/promote", 404),
        ("POST", "/rollback", 409),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(
    client: TestClient, method: str, path: str, status: int
) -> None:
    body = {"json": {"reason": "why"}} if path.endswith("promote") else {}

    answer = client.request(method, f"{MODELS}{path}", **body)

    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")


def test_a_promotion_without_a_reason_is_refused(client: TestClient) -> None:
    assert client.post(f"{MODELS}/abc/promote", json={}).status_code == 400
