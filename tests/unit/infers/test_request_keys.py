"""Which keys of `params` a task takes."""

from typing import Any

import pytest

from lib.errors import ParameterValueError, UnknownParameterError
from lib.infers.automatic import AlgorithmTask
from lib.infers.catalogue import find_algorithms
from lib.infers.clicks import ClicksTask
from lib.infers.propagation_task import PropagationTask
from lib.infers.request_keys import require_known_keys
from lib.infers.tools.task import tool_tasks
from lib.labels import load_label_table
from lib.settings import PROJECT_FOLDER

TABLE = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
SLICER = {"client_id": "a", "result_extension": ".nrrd", "result_dtype": "uint8", "reset_state": True}


def nothing(*_: Any) -> Any:
    raise NotImplementedError


TASKS: dict[str, Any] = {
    "vesselness": AlgorithmTask(find_algorithms()["vesselness"], TABLE),
    "clicks": ClicksTask(nothing, TABLE, nothing),
    "propagation": PropagationTask(nothing, TABLE, nothing),
    **tool_tasks(TABLE),
}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_takes_what_slicer_sends_and_its_own_parameters(task: str) -> None:
    own = {name: info["default"] for name, info in TASKS[task].info().get("parameters", {}).items()}

    require_known_keys(task, TASKS[task], {**SLICER, **own, **TASKS[task].info()["config"]})


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    "key", ["image", "label_path", "model_filename", "bundle_path", "timeout", "logging"]
)
def test_no_task_takes_what_only_the_server_may_say(task: str, key: str) -> None:
    with pytest.raises(UnknownParameterError, match=key):
        require_known_keys(task, TASKS[task], {key: "/etc/passwd"})


@pytest.mark.parametrize(
    ("task", "params"),
    [
        ("vesselness", {"client_id": 7}),
        ("vesselness", {"client_id": "x" * 257}),
        ("vesselness", {"result_dtype": "object"}),
        ("vesselness", {"label_tag": "../.."}),
        ("vesselness", {"device": "cuda;x"}),
        ("vesselness", {"save_label": "perhaps"}),
        ("clicks", {"previous": "../x"}),
        ("clicks", {"slice": "1"}),
        ("clicks", {"foreground": "all"}),
        ("clicks", {"vessel": "no list"}),
        ("propagation", {"label_id": "a/b"}),
        ("propagation", {"key_frames": {"a": 1}}),
        ("propagation", {"from_frame": 0}),
        ("watershed", {"label": ["vessel"]}),
    ],
)
def test_a_value_of_another_type_or_out_of_range_is_refused(task: str, params: dict[str, Any]) -> None:
    with pytest.raises((ParameterValueError, UnknownParameterError)):
        require_known_keys(task, TASKS[task], params)


def test_clicks_may_stand_under_any_label() -> None:
    require_known_keys(
        "clicks", TASKS["clicks"], {"septal branch": [[1, 2, 0]], "vessel": [], "label": "vessel"}
    )


def test_null_takes_the_default() -> None:
    require_known_keys("clicks", TASKS["clicks"], {"slice": None, "label": None, "previous": None})
