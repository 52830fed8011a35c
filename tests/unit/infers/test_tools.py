"""The tools as MONAI Label's infer tasks: what they answer, and what they refuse."""

import json
import math
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from lib.errors import (
    FrameNotFoundError,
    FrameNotNamedError,
    InvalidInputError,
    NotFoundError,
    ParameterValueError,
    PointOutOfFrameError,
    PromptError,
    ToolPointsError,
    UnknownLabelError,
)
from lib.infers.tools.task import tool_tasks
from lib.labels import load_label_table
from lib.settings import PROJECT_FOLDER
from tests.builders import build_xa, to_bytes
from tests.vessel_runs import filled_frame

SIDE = 256
T = 2
TABLE = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
TASKS = tool_tasks(TABLE)
ON_TRUNK = [[96, 61, T], [130, 214, T]]
"""Voxels [x, y, slice] near the ends of the trunk."""
CIRCLE = {"foreground": [[122, 110, T]], "radius": 12, "iterations": 30}
POINTS: dict[str, dict[str, Any]] = {
    "watershed": {"foreground": ON_TRUNK[1:]},
    "snakes": CIRCLE,
    "livewire": {"foreground": ON_TRUNK},
}
EVERY_TOOL = pytest.mark.parametrize("tool", sorted(POINTS))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a run of five frames, 256 x 256, 0.4 mm per pixel."""
    frame = (filled_frame(SIDE) * 255).round().astype(np.uint8)
    path = tmp_path_factory.mktemp("run") / "run.dcm"
    path.write_bytes(
        to_bytes(build_xa(pixels=np.repeat(frame[np.newaxis], 5, axis=0), ImagerPixelSpacing=[0.4, 0.4]))
    )
    return path


def draw(tool: str, image: Path, **params: Any) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the volume (X, Y, F) and the JSON of an answer."""
    file, answer = TASKS[tool]({"image": str(image), **params})
    volume = np.asarray(nibabel.load(file).dataobj)
    Path(file).unlink()
    return volume, json.loads(json.dumps(answer))


@EVERY_TOOL
def test_the_answer_has_the_runs_shape_and_only_the_clicked_frame_is_filled(tool: str, image: Path) -> None:
    volume, answer = draw(tool, image, **POINTS[tool])

    assert volume.shape == (SIDE, SIDE, 5)
    assert np.flatnonzero(volume.any(axis=(0, 1))).tolist() == [T]
    assert np.unique(volume).tolist() == [0, TABLE.by_name("vessel").index]
    assert answer["frame"] == T + 1
    assert answer["n_pixels"] == np.count_nonzero(volume)


@EVERY_TOOL
def test_clicked_voxels_are_x_y_slice(tool: str, image: Path) -> None:
    volume, _ = draw(tool, image, **POINTS[tool])

    x, y, t = POINTS[tool]["foreground"][-1]
    assert volume[x, y, t]


@EVERY_TOOL
def test_the_label_is_the_one_that_is_named_by_any_of_its_names(tool: str, image: Path) -> None:
    volume, answer = draw(tool, image, **POINTS[tool], label="D1")

    index = TABLE.by_name("first diagonal").index
    assert volume.max() == index
    assert answer["label_names"] == {"first diagonal": index}


@EVERY_TOOL
@pytest.mark.parametrize(
    "place", [{"frame": T + 1}, {"slice": T}, {"frame": T + 1, "slice": T}, {"frame": "3"}]
)
def test_frame_counts_from_one_and_slice_from_zero(tool: str, place: dict[str, Any], image: Path) -> None:
    params = {**POINTS[tool], "foreground": [point[:2] for point in POINTS[tool]["foreground"]]}

    volume, answer = draw(tool, image, **params, **place)

    assert volume[:, :, T].any()
    assert answer["frame"] == T + 1


def test_points_on_other_frames_are_left_alone_where_the_frame_is_named(image: Path) -> None:
    alone, _ = draw("livewire", image, foreground=ON_TRUNK)
    among_others, _ = draw("livewire", image, foreground=[[9, 9, 0], *ON_TRUNK], slice=T)

    assert (alone == among_others).all()


@EVERY_TOOL
def test_info_shows_every_parameter_and_config_only_those_of_the_tool(tool: str) -> None:
    info = TASKS[tool].info()

    asked = {"frame", "slice", "label"}
    assert info["parameters"].keys() == info["config"].keys() | asked
    assert not info["config"].keys() & asked
    assert all(parameter["description"] for parameter in info["parameters"].values())
    assert (info["type"], info["dimension"]) == ("deepgrow", 2)


DIFFERENCES: list[tuple[str, str, Any, Any]] = [
    ("watershed", "threshold_ratio", 0.1, 0.6),
    ("watershed", "kernel_size", 1, 9),
    ("watershed", "widest_mm", 1.0, 8.0),
    ("snakes", "x", 122, 40),
    ("snakes", "y", 110, 90),
    ("snakes", "radius", 8, 20),
    ("snakes", "kernel_size", 1, 9),
    ("snakes", "alpha", 0.0, 4.0),
    ("snakes", "beta", 0.0, 8.0),
    ("snakes", "gamma", 0.3, 1.5),
    ("snakes", "iterations", 5, 60),
    ("livewire", "adherence", 0, 20),
    ("livewire", "width", "line", "lumen"),
]


@pytest.mark.parametrize(("tool", "name", "one", "other"), DIFFERENCES)
def test_each_parameter_changes_the_result(tool: str, name: str, one: Any, other: Any, image: Path) -> None:
    given = {**POINTS[tool], "x": 122, "y": 110} if name in ("x", "y") else POINTS[tool]
    if tool == "watershed":
        given = {"frame": T + 1}

    first, _ = draw(tool, image, **{**given, name: one})
    second, _ = draw(tool, image, **{**given, name: other})

    assert (first != second).any()


def test_the_widest_vessel_of_the_livewire_limits_the_lumen(image: Path) -> None:
    narrow, _ = draw("livewire", image, foreground=ON_TRUNK, width="lumen", widest_mm=1.0)
    wide, _ = draw("livewire", image, foreground=ON_TRUNK, width="lumen", widest_mm=6.0)

    assert np.count_nonzero(narrow) < np.count_nonzero(wide)


def test_the_livewire_tells_its_line_and_its_length(image: Path) -> None:
    volume, answer = draw("livewire", image, foreground=ON_TRUNK)

    assert answer["line"][0] == ON_TRUNK[0][:2]
    assert answer["line"][-1] == ON_TRUNK[1][:2]
    assert len(answer["line"]) == np.count_nonzero(volume)
    assert answer["length_mm"] == pytest.approx(answer["length_px"] * answer["pixel_spacing_mm"][0], abs=0.1)


def test_the_snake_shows_its_evolution_where_it_is_asked_for(image: Path) -> None:
    _, silent = draw("snakes", image, **CIRCLE)
    _, telling = draw("snakes", image, **CIRCLE, evolution=10)

    assert "evolution" not in silent
    assert len(telling["evolution"]) == 4, "the circle, and after 10, 20 and 30 iterations"
    assert telling["evolution"][0][0] == [122 + 12, 110]
    assert telling["evolution"][-1] == telling["contour"]


BAD_REQUESTS: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"foreground": [[5, SIDE, T], [9, 9, T]]}, PointOutOfFrameError),
    ({"foreground": [[-3, 5, T], [9, 9, T]]}, PointOutOfFrameError),
    ({"foreground": [[5, 5, 17], [9, 9, 17]]}, InvalidInputError),
    ({"foreground": [[5, math.nan, T], [9, 9, T]]}, PromptError),
    ({"foreground": [[5, "a", T], [9, 9, T]]}, PromptError),
    ({"foreground": "here"}, PromptError),
    ({"foreground": 7}, PromptError),
    ({"foreground": [[5, 5, T]] * 10_000}, PromptError),
    ({"foreground": ON_TRUNK, "background": [[SIDE, 0, T]]}, PointOutOfFrameError),
    ({"foreground": [[96, 61, 1], [130, 214, 2]]}, FrameNotNamedError),
    ({"foreground": [[96, 61], [130, 214]]}, PromptError),
    ({"foreground": ON_TRUNK, "frame": 6}, FrameNotFoundError),
    ({"foreground": ON_TRUNK, "slice": 5}, FrameNotFoundError),
    ({"foreground": ON_TRUNK, "frame": 2, "slice": 2}, FrameNotNamedError),
    ({"foreground": ON_TRUNK, "frame": 1.5}, ParameterValueError),
    ({"foreground": ON_TRUNK, "frame": math.nan}, ParameterValueError),
    ({"foreground": ON_TRUNK, "frame": -1}, ParameterValueError),
    ({"foreground": ON_TRUNK, "slice": "first"}, ParameterValueError),
    ({"foreground": ON_TRUNK, "label": "no such vessel"}, UnknownLabelError),
    ({"foreground": ON_TRUNK, "result_extension": ".png"}, InvalidInputError),
    ({}, FrameNotNamedError),
]


@EVERY_TOOL
@pytest.mark.parametrize(("params", "error"), BAD_REQUESTS)
def test_a_request_that_points_at_nothing_is_refused_with_a_sentence(
    tool: str, params: dict[str, Any], error: type[Exception], image: Path
) -> None:
    with pytest.raises(error) as caught:
        draw(tool, image, **params)

    assert isinstance(caught.value, InvalidInputError | NotFoundError)
    assert str(caught.value).endswith(".")


BAD_VALUES: list[tuple[str, str, Any]] = [
    ("watershed", "threshold_ratio", math.nan),
    ("watershed", "threshold_ratio", 0),
    ("watershed", "kernel_size", 4),
    ("watershed", "kernel_size", 33),
    ("watershed", "widest_mm", math.inf),
    ("snakes", "radius", math.nan),
    ("snakes", "radius", 0),
    ("snakes", "kernel_size", 6),
    ("snakes", "alpha", -1),
    ("snakes", "beta", "stiff"),
    ("snakes", "gamma", 0),
    ("snakes", "iterations", 10_000),
    ("snakes", "evolution", -1),
    ("livewire", "adherence", -1),
    ("livewire", "adherence", math.nan),
    ("livewire", "width", "broad"),
    ("livewire", "widest_mm", None),
]


@pytest.mark.parametrize(("tool", "name", "value"), BAD_VALUES)
def test_a_bad_value_is_refused_and_the_sentence_names_it(
    tool: str, name: str, value: Any, image: Path
) -> None:
    with pytest.raises(ParameterValueError, match=f"Parameter {name} "):
        draw(tool, image, **{**POINTS[tool], name: value})


@pytest.mark.parametrize(("given", "missing"), [("x", "y"), ("y", "x")])
def test_half_a_middle_is_refused(given: str, missing: str, image: Path) -> None:
    with pytest.raises(
        ParameterValueError, match=f"Parameter {missing} .* a column x and a row y, or neither"
    ):
        draw("snakes", image, **{**CIRCLE, given: 20})


def test_a_circle_outside_the_frame_is_refused(image: Path) -> None:
    with pytest.raises(PointOutOfFrameError, match="x=300, y=20"):
        draw("snakes", image, frame=1, x=300, y=20)


def test_a_snake_without_a_place_and_a_livewire_with_one_point_say_what_they_need(image: Path) -> None:
    with pytest.raises(ToolPointsError, match="snakes needs x and y, or one point"):
        draw("snakes", image, frame=1)
    with pytest.raises(ToolPointsError, match=r"livewire needs two points or more; the request has 1 "):
        draw("livewire", image, foreground=ON_TRUNK[:1])


def test_a_watershed_without_points_floods_every_vessel(image: Path) -> None:
    everything, _ = draw("watershed", image, frame=T + 1)
    clicked, _ = draw("watershed", image, **POINTS["watershed"])

    assert np.count_nonzero(everything) > np.count_nonzero(clicked) > 0
