"""The infer task `measure`: clicks in, the lumen and the numbers out."""

import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from lib.errors import ParameterValueError, ToolPointsError
from lib.infers.recent_runs import RecentRuns
from lib.infers.tools import measure as tool_module
from lib.infers.tools.measure import Measure, lumen
from lib.infers.tools.task import ToolTask, tool_tasks
from lib.measure.material import Material
from lib.measure.measurement import Measurement
from lib.measure.request import MeasureRequest, ScaleSource
from tests.builders import build_xa, to_bytes
from tests.fakes import FakeClicker
from tests.measured_site import NARROW_PX, SIDE, WIDTH_PX, a_measurement, a_profile
from tests.seg_labels import label_table

Asked = list[tuple[Material, MeasureRequest]]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "run.dcm"
    path.write_bytes(to_bytes(build_xa(n_frames=4, rows=SIDE, columns=SIDE)))
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    noted: Asked = []

    def measure(material: Material, request: MeasureRequest) -> Measurement:
        noted.append((material, request))
        return a_measurement()

    monkeypatch.setattr(tool_module, "measure", measure)
    return noted


def draw(image: Path, **params: Any) -> tuple[Any, dict[str, Any]]:
    """Return the volume (X, Y, F) and the JSON of an answer."""
    task = ToolTask(Measure(FakeClicker), label_table(), RecentRuns())
    file, answer = task({"image": str(image), **params})
    volume = np.asarray(nibabel.load(file).dataobj)
    Path(file).unlink()
    return volume, json.loads(json.dumps(answer, allow_nan=False))


def test_the_mask_is_the_lumen_between_the_walls() -> None:
    mask = lumen(a_profile(), (SIDE, SIDE))
    widths = mask.sum(axis=0)

    assert widths[10] == pytest.approx(WIDTH_PX, abs=1.01)
    assert widths[32] == pytest.approx(NARROW_PX, abs=1.01)
    assert not mask[:, 58:].any()


def test_clicks_become_a_measurement_on_their_frame(image: Path, asked: Asked) -> None:
    volume, answer = draw(image, foreground=[[10, 30, 1], [50, 30, 1]], label="vessel")
    _, request = asked[0]

    assert (request.t, request.points, request.through_run) == (1, ((30, 10), (30, 50)), False)
    assert answer["measurement"]["values"][0] == {
        "key": "percent_diameter", "name": "Diameter stenosis", "value": 60.0, "unit": "%",
        "expected_error_percent": None,
    }  # fmt: skip
    assert [bool(volume[..., t].any()) for t in range(4)] == [False, True, False, False]


def test_the_vessels_are_those_of_the_click_engine(image: Path, asked: Asked) -> None:
    draw(image, foreground=[[10, 30, 1]])

    assert asked[0][0].mask_of(1).shape == (SIDE, SIDE)


def test_parameters_choose_scale_and_run(image: Path, asked: Asked) -> None:
    draw(image, foreground=[[10, 30, 1]], scale="pixels", through_run=True)
    _, request = asked[0]

    assert (request.scale.source, request.through_run) == (ScaleSource.PIXELS, True)


@pytest.mark.usefixtures("asked")
def test_without_a_click_on_the_vessel_nothing_is_measured(image: Path) -> None:
    with pytest.raises(ToolPointsError):
        draw(image, frame=2)


@pytest.mark.usefixtures("asked")
def test_a_scale_that_is_none_is_refused(image: Path) -> None:
    with pytest.raises(ParameterValueError):
        draw(image, foreground=[[10, 30, 1]], scale="feet")


def test_clients_find_it_among_the_tools() -> None:
    task = tool_tasks(label_table())["measure"]

    assert set(task.request_keys()) >= {"foreground", "frame", "scale", "through_run"}
    assert "scale" in task.info()["parameters"]
