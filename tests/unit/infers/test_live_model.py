"""Another version goes live while the server runs: what begins then uses it, what began before does not."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.datastore.incoming import model_of
from lib.infers.algorithms import network
from lib.infers.algorithms.network import Network
from lib.infers.automatic import AlgorithmTask
from lib.infers.clicking import open_clicker
from lib.labels import load_label_table
from lib.networks import runtime
from lib.networks.runtime import Engines
from lib.registry import Model, VersionStore, model_for
from lib.settings import settings
from tests.builders import build_xa
from tests.version_builders import WEIGHTS, add_version, build_store, version_of

TABLE = load_label_table(settings().labels)
OLD = version_of(b"shipped")


class NamedEngine:
    """Calls everything vessel, and notes whose answer that was."""

    batch = 1

    def __init__(self, asked: list[bytes], before_answer: Callable[[], object], model: Model) -> None:
        self.weights = (model.folder / WEIGHTS).read_bytes()
        self._asked = asked
        self._before_answer = before_answer

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        self._before_answer()
        self._asked.append(self.weights)
        return np.full((len(stacks), 2, *stacks.shape[2:]), 0.99, np.float32)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VersionStore:
    """A store that the methods use, with a candidate `better`."""
    store = build_store(tmp_path)
    add_version(store, b"better")
    live = partial(model_for, "vessels", "vessel-net", store.data, store.shipped)
    monkeypatch.setattr(network, "installed_model", live)
    monkeypatch.setattr("lib.infers.clicking.installed_model", live)
    return store


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, store: VersionStore) -> list[bytes]:
    """The weights of the engines that answered; before its first answer the old one is replaced."""
    asked: list[bytes] = []

    def replace_the_old_one() -> None:
        if not asked:
            store.promote(version_of(b"better"), "anna", "")

    monkeypatch.setattr(runtime, "ENGINES", Engines(partial(NamedEngine, asked, replace_the_old_one)))
    return asked


def infer(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "run.dcm"
    build_xa(n_frames=3, rows=64, columns=64).save_as(path, enforce_file_format=True)
    file, answer = AlgorithmTask(Network(), TABLE)({"image": str(path)})
    Path(file).unlink()
    return answer


def test_a_running_request_ends_on_the_model_it_began_with(tmp_path: Path, asked: list[bytes]) -> None:
    answer = infer(tmp_path)

    assert asked == [b"shipped"] * 3
    assert answer["version"].startswith(OLD)


def test_the_next_request_uses_the_new_model_and_its_label_says_so(
    tmp_path: Path, asked: list[bytes]
) -> None:
    infer(tmp_path)
    del asked[:]
    asked.append(b"")

    answer = infer(tmp_path)

    assert asked[1:] == [b"better"] * 3
    assert model_of({"params": answer}) == f"network@{version_of(b'better')}-{network.RULES_VERSION}"


@pytest.mark.usefixtures("asked")
def test_clicks_use_the_version_that_is_live(store: VersionStore) -> None:
    before = open_clicker().version
    store.promote(version_of(b"better"), "anna", "")

    assert before.startswith(OLD)
    assert open_clicker().version.startswith(version_of(b"better"))


@pytest.mark.usefixtures("asked")
def test_a_method_as_it_is_keeps_its_model(store: VersionStore) -> None:
    fixed = Network().as_it_is()
    store.promote(version_of(b"better"), "anna", "")

    assert fixed.version.startswith(OLD)
    assert Network().version.startswith(version_of(b"better"))
