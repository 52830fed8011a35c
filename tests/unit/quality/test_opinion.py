"""What the live model says about some frames."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors import UnknownModelError
from lib.infers.algorithms import network
from lib.infers.algorithms.network import Network
from lib.labels import load_label_table
from lib.networks import runtime
from lib.networks.runtime import Engines
from lib.quality import opinion
from lib.quality.opinion import live_opinion
from lib.registry import find_model
from lib.settings import settings
from tests.model_builders import DarkEngine, build_model
from tests.vessel_runs import cine_of


@pytest.fixture
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model whose engine calls what is dark vessel."""
    (tmp_path / "w.safetensors").write_text("x")
    build_model(tmp_path, {"w.safetensors": "weights"}, version="7")
    for module in (network, opinion):
        monkeypatch.setattr(module, "installed_model", lambda: find_model("vessels", tmp_path, tmp_path))
    monkeypatch.setattr(runtime, "ENGINES", Engines(lambda _: DarkEngine()))


def run_of_growing_vessels() -> NDArray[np.float32]:
    frames = np.random.default_rng(0).normal(0.8, 0.005, (4, 128, 128)).astype(np.float32)
    for t, frame in enumerate(frames):
        frame[60:70, 10 : 30 + 20 * t] = 0.1
        frame[100:102, 100:102] = 0.1
    return frames


@pytest.mark.usefixtures("_installed")
def test_a_frame_by_itself_is_what_automatic_draws_on_it() -> None:
    table = load_label_table(settings().labels)
    cine = cine_of(run_of_growing_vessels(), None)
    whole = Network().segment(cine, {}, table)

    third, first = live_opinion().vessels(cine, (2, 0))

    np.testing.assert_array_equal(third, whole[2] == table.by_name("vessel").index)
    np.testing.assert_array_equal(first, whole[0] == table.by_name("vessel").index)
    assert third.sum() > first.sum() > 0


@pytest.mark.usefixtures("_installed")
def test_the_version_names_the_model_and_the_rules() -> None:
    assert live_opinion().version == "vessels@7-3"


def test_without_a_model_there_is_no_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "installed_model", lambda: None)

    with pytest.raises(UnknownModelError):
        live_opinion()
