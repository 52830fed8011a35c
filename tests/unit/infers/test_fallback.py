"""Which algorithm stands behind the task `vessels`."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

import main as wiring
from lib.errors import ModelsFileError
from lib.labels import load_label_table
from lib.registry import Model
from lib.registry.store import SHIPPED
from lib.settings import settings
from tests.model_builders import build_card


def tasks() -> dict[str, Any]:
    app: Any = SimpleNamespace(table=load_label_table(settings().labels), settings=settings(), datastore=None)
    return wiring.FluoroVesselsApp.init_infers(app)


def test_vessels_use_the_network_where_its_weights_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "installed_model", lambda: Model(build_card(), SHIPPED))

    found = tasks()

    assert found["vessels"].algorithm is found["network"].algorithm
    assert found["vessels"].info()["algorithm"] == "network"
    assert "vesselness" in found


def test_without_weights_vesselness_stands_in_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wiring, "installed_model", lambda: None)

    found = tasks()

    info = found["vessels"].info()
    assert info["algorithm"] == "vesselness"
    assert info["description"].startswith("Stands in for the network, whose weights are not installed.")
    assert not found["vesselness"].info()["description"].startswith("Stands in")
    assert "network" not in found
    assert "vessels are segmented by vesselness: no weights" in caplog.text


def test_a_damaged_list_of_models_does_not_keep_the_server_from_starting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged() -> None:
        raise ModelsFileError("models.json", "id", "is wrong")

    monkeypatch.setattr(wiring, "installed_model", damaged)

    with caplog.at_level(logging.ERROR):
        assert tasks()["vessels"].info()["algorithm"] == "vesselness"

    assert "The list of models models.json: id: is wrong" in caplog.text


def test_a_method_whose_labels_are_gone_is_left_out_and_the_others_stay(
    caplog: pytest.LogCaptureFixture,
) -> None:
    vesselness = wiring.find_algorithms()["vesselness"]
    orphan: Any = SimpleNamespace(
        name="orphan", labels=("label of a removed set",), description="", parameters=(), version="1"
    )

    with caplog.at_level(logging.ERROR):
        found = wiring._tasks(
            {"vesselness": vesselness, "orphan": orphan}, load_label_table(settings().labels)
        )

    assert set(found) == {"vesselness"}
    assert "left out the infer task orphan" in caplog.text
