"""MONAI Label's own start works for trying things out, and says what it lacks."""

import logging
import sys
from types import ModuleType, SimpleNamespace

import pytest
from monailabel.interfaces.app import MONAILabelApp

import main as wiring


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the end of a start uses of the app."""
    monkeypatch.setattr(MONAILabelApp, "on_init_complete", lambda _: None)
    one = object.__new__(wiring.FluoroVesselsApp)
    one._datastore = SimpleNamespace(start_sending=lambda: None)
    return one


@pytest.mark.parametrize("has_edge", [True, False])
def test_a_server_without_the_edge_says_so_loudly(
    app: wiring.FluoroVesselsApp,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    has_edge: bool,
) -> None:
    monkeypatch.delitem(sys.modules, wiring.EDGE, raising=False)
    if has_edge:
        monkeypatch.setitem(sys.modules, wiring.EDGE, ModuleType("app"))

    with caplog.at_level(logging.WARNING):
        app.on_init_complete()

    assert ("The edge is missing" in caplog.text) is not has_edge
