import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.arrays import LabelMap
from lib.errors import ImageSizeError, ParameterValueError, UnknownModelError
from lib.infers.algorithms import network
from lib.infers.algorithms.network import Network
from lib.infers.cleanup import DEVICE, VESSEL, Rules, classes_of
from lib.infers.parameter import ParameterValue
from lib.labels import load_label_table
from lib.networks import runtime
from lib.networks.runtime import Engines
from lib.registry import find_model
from lib.settings import APP_FOLDER, settings
from tests.model_builders import DarkEngine, build_model
from tests.vessel_runs import cine_of

TABLE = load_label_table(settings().labels)
VESSEL_INDEX, DEVICE_INDEX = TABLE.by_name("vessel").index, TABLE.by_name("device").index


def picture() -> NDArray[np.float32]:
    frame = np.random.default_rng(0).normal(0.8, 0.005, (128, 128)).astype(np.float32)
    frame[60:70, 10:110] = 0.1
    frame[100:102, 100:102] = 0.1
    return frame


@pytest.fixture
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model whose engine calls what is dark vessel."""
    (tmp_path / "w.safetensors").write_text("x")
    build_model(tmp_path, {"w.safetensors": "weights"}, version="7")
    monkeypatch.setattr(network, "installed_model", lambda: find_model("vessels", tmp_path, tmp_path))
    monkeypatch.setattr(runtime, "ENGINES", Engines(lambda _: DarkEngine()))


def segment(frames: NDArray[np.float32], **values: ParameterValue) -> LabelMap:
    return Network().segment(cine_of(frames, None), values, TABLE)


@pytest.mark.usefixtures("_installed")
def test_a_run_becomes_a_label_map_of_the_table_s_indices() -> None:
    found = segment(picture()[np.newaxis])

    assert (found.shape, found.dtype) == ((1, 128, 128), np.uint8)
    assert set(np.unique(found)) == {0, VESSEL_INDEX}
    assert (found[0, 60:70, 10:110] == VESSEL_INDEX).all()
    assert not found[0, 100:102, 100:102].any()


@pytest.mark.usefixtures("_installed")
def test_specks_stay_where_they_are_asked_for() -> None:
    assert segment(picture()[np.newaxis], min_area_px=0, min_length_mm=0.0, certainty=0.0)[
        0, 100:102, 100:102
    ].all()


@pytest.mark.usefixtures("_installed")
def test_the_version_names_the_model() -> None:
    assert Network().version == "7-3"


@pytest.mark.usefixtures("_installed")
def test_an_all_black_run_has_no_vessel() -> None:
    assert not segment(np.zeros((2, 64, 64), np.float32)).any()


@pytest.mark.usefixtures("_installed")
def test_a_tiny_picture_is_refused() -> None:
    with pytest.raises(ImageSizeError):
        segment(np.zeros((1, 16, 16), np.float32))


@pytest.mark.usefixtures("_installed")
def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(ParameterValueError, match=r"threshold cannot be '1\.5'"):
        segment(picture()[np.newaxis], threshold=1.5)


def test_without_weights_the_method_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "installed_model", lambda: None)

    with pytest.raises(UnknownModelError, match=r"no model 'vessels'\. None is installed\."):
        segment(picture()[np.newaxis])


def test_the_more_probable_class_wins_where_both_pass() -> None:
    vessel = np.array([[0.9, 0.6, 0.4, 0.7, 0.1]], np.float32)
    device = np.array([[0.6, 0.9, 0.45, 0.7, 0.5]], np.float32)

    found = classes_of(np.stack([vessel, device]), Rules())

    assert found.tolist() == [[VESSEL, DEVICE, 0, VESSEL, DEVICE]]


def test_a_faint_piece_stays_only_where_it_hangs_on_a_certain_one() -> None:
    vessel = np.zeros((64, 64), np.float32)
    vessel[10:14, 4:60] = 0.4
    vessel[10:14, 4:28] = 0.99
    vessel[30:34, 4:60] = 0.4
    vessel[30, 4:28] = 0.99

    found = classes_of(np.stack([vessel, np.zeros_like(vessel)]), Rules(threshold=0.3, certainty=0.95))

    assert (found[10:14, 4:60] == VESSEL).all()
    assert not found[30:34].any()


def test_a_certain_vessel_does_not_make_a_faint_device_certain() -> None:
    vessel, device = np.zeros((2, 64, 64), np.float32)
    vessel[10:14, 4:60] = 0.99
    device[14:18, 4:60] = 0.4

    found = classes_of(np.stack([vessel, device]), Rules(threshold=0.3, certainty=0.95))

    assert not (found == DEVICE).any()


def test_main_branches_only_touches_vessels() -> None:
    vessel = np.zeros((128, 128), np.float32)
    vessel[60:70, 4:124] = vessel[10:12, 10:30] = 1
    device = np.zeros_like(vessel)
    device[100:103, 4:60] = 1

    found = classes_of(np.stack([vessel, device]), Rules(only_main=True))

    assert (found[62:68, 20:100] == VESSEL).all()
    assert not found[10:12, 10:30].any()
    assert (found[100:103, 4:60] == DEVICE).all()


def test_the_catalogue_loads_no_engine() -> None:
    load = "import sys; from lib.infers import catalogue; catalogue.find_algorithms()"
    code = f"{load}; print([name for name in ('torch', 'openvino', 'nncf') if name in sys.modules])"

    said = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(APP_FOLDER)}, capture_output=True, check=True
    )

    assert said.stdout.strip() == b"[]"
