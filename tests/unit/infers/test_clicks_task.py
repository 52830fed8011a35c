"""The infer task `clicks`, in the dialects of MONAI Label's clients."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.datastore.volumes import write_label
from lib.errors import (
    FrameOutOfRunError,
    InvalidInputError,
    LabelShapeError,
    PointOutOfFrameError,
    PromptError,
    UnknownLabelError,
)
from lib.infers.clicks import ClicksTask
from lib.interaction.branch_clicks import BranchClicker
from lib.labels import LabelTable, load_label_table
from lib.settings import PROJECT_FOLDER
from tests.builders import build_xa, to_bytes
from tests.unit.interaction.drawn_trees import KnowingEngine, branch, filmed

ON_LEFT, ON_RIGHT = [63, 90], [130, 120]
"""[x, y]."""


@pytest.fixture(scope="module")
def table() -> LabelTable:
    return load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")


@pytest.fixture
def engine() -> KnowingEngine:
    return KnowingEngine(branch("trunk", "right"))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return a run of three frames that show trunk, left and right."""
    frame = filmed(branch("trunk", "left", "right"))[0]
    path = tmp_path / "run.dcm"
    path.write_bytes(to_bytes(build_xa(pixels=np.repeat((frame * 255).astype(np.uint8)[None], 3, axis=0))))
    return path


@pytest.fixture
def task(engine: KnowingEngine, table: LabelTable, tmp_path: Path) -> ClicksTask:
    return ClicksTask(lambda: BranchClicker(engine), table, lambda label_id: tmp_path / f"{label_id}.nii.gz")


def answered(task: ClicksTask, image: Path, **parameters: Any) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    """Return the label map, (X, Y, F), and the facts that the task answers with."""
    file, facts = task({"image": str(image), **parameters})
    found = np.asarray(nibabel.load(file).dataobj)
    Path(file).unlink()
    return found, facts


def test_deepgrow_points_take_and_drop_branches_of_their_slice(task: ClicksTask, image: Path) -> None:
    found, facts = answered(task, image, foreground=[[*ON_LEFT, 1]], background=[[*ON_RIGHT, 1]], slice=1)

    mask = found[..., 1].T > 0
    wanted = branch("trunk", "left")
    assert (mask & wanted).sum() / (mask | wanted).sum() > 0.85
    assert not found[..., [0, 2]].any()
    assert facts["frames"] == [1]
    assert facts["n_clicks"] == 2


def test_deepedit_points_stand_under_label_names(task: ClicksTask, image: Path, table: LabelTable) -> None:
    found, facts = answered(task, image, vessel=[[*ON_LEFT, 2]], background=[])

    assert found[63, 90, 2] == table.by_name("vessel").index
    assert facts["label_names"] == {"vessel": table.by_name("vessel").index}


def test_a_deepgrow_request_may_name_the_label_that_it_is_about(
    task: ClicksTask, image: Path, table: LabelTable
) -> None:
    found, _ = answered(task, image, foreground=[[*ON_LEFT, 0]], label="catheter")

    assert found[63, 90, 0] == table.by_name("catheter").index


def test_both_dialects_give_the_same_mask(task: ClicksTask, image: Path) -> None:
    grown, _ = answered(task, image, foreground=[[*ON_LEFT, 0]], background=[[*ON_RIGHT, 0]])
    edited, _ = answered(task, image, vessel=[[*ON_LEFT, 0]], background=[[*ON_RIGHT, 0]])

    np.testing.assert_array_equal(grown, edited)


def test_a_named_branch_begins_empty_and_grows_to_its_bifurcation(
    task: ClicksTask, image: Path, table: LabelTable
) -> None:
    found, _ = answered(task, image, catheter=[[*ON_LEFT, 0]])

    assert found[63, 90, 0] == table.by_name("catheter").index
    assert not found[96, 150, 0]


def test_without_a_previous_mask_the_automatic_one_is_corrected(task: ClicksTask, image: Path) -> None:
    found, _ = answered(task, image, foreground=[], background=[[10, 10, 0]])

    wanted = branch("trunk", "right")
    assert (found[..., 0].T[wanted] > 0).mean() > 0.9


@pytest.mark.parametrize("parameter", ["label_path", "previous"])
def test_a_previous_mask_is_corrected_and_its_other_frames_stay(
    task: ClicksTask, image: Path, table: LabelTable, tmp_path: Path, parameter: str
) -> None:
    volume = np.zeros((192, 192, 3), np.uint8)
    volume[branch("trunk").T, :] = table.by_name("vessel").index
    write_label(tmp_path / "before.nii.gz", volume, None)
    name = str(tmp_path / "before.nii.gz") if parameter == "label_path" else "before"

    found, _ = answered(task, image, foreground=[[*ON_LEFT, 1]], **{parameter: name})

    np.testing.assert_array_equal(found[..., [0, 2]], volume[..., [0, 2]])
    assert found[63, 90, 1]
    assert not found[130, 120, 1]


def test_a_frame_is_looked_at_once(task: ClicksTask, image: Path, engine: KnowingEngine) -> None:
    for _ in range(3):
        answered(task, image, foreground=[[*ON_LEFT, 1]])

    assert engine.asked == 1


def test_info_says_deepgrow_in_two_dimensions(task: ClicksTask) -> None:
    info = task.info()

    assert info["type"] == "deepgrow"
    assert info["dimension"] == 2
    assert task.is_valid()


@pytest.mark.parametrize(
    ("parameters", "error", "sentence"),
    [
        ({}, PromptError, "has no points"),
        ({"foreground": [], "background": []}, PromptError, "has no points"),
        ({"foreground": [[500, 10, 0]]}, PointOutOfFrameError, "outside the frame"),
        ({"foreground": [[-3, 10, 0]]}, PointOutOfFrameError, "outside the frame"),
        ({"foreground": [[10, 10, 7]]}, FrameOutOfRunError, "there is no frame 8"),
        ({"foreground": [[10, 10]]}, PromptError, "names no frame"),
        ({"foreground": [[10, 10]], "slice": 9}, FrameOutOfRunError, "there is no frame 10"),
        ({"foreground": [[10, 10, 0]], "slice": "first"}, PromptError, "is no frame"),
        ({"foreground": [[float("nan"), 10, 0]]}, PromptError, "no point"),
        ({"foreground": [["a", 10, 0]]}, PromptError, "no point"),
        ({"foreground": "here"}, PromptError, "has to be a list"),
        ({"foreground": [[10, 10, 0]] * 10_000}, PromptError, "10,000 points"),
        ({"vessel": [[10, 10, 0]] * 10_000}, PromptError, "10,000 points"),
        ({"dragon": [[10, 10, 0]]}, UnknownLabelError, "dragon"),
        (
            {"foreground": [[10, 10, 0]], "label_path": "/etc/hostname"},
            InvalidInputError,
            "Send the previous mask",
        ),
        ({"foreground": [[10, 10, 0]], "result_extension": ".exe"}, InvalidInputError, "cannot be written"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(
    task: ClicksTask, image: Path, parameters: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        task({"image": str(image), **parameters})


def test_a_previous_mask_of_another_shape_is_refused(task: ClicksTask, image: Path, tmp_path: Path) -> None:
    write_label(tmp_path / "small.nii.gz", np.zeros((10, 10, 3), np.uint8), None)

    with pytest.raises(LabelShapeError):
        task({"image": str(image), "foreground": [[10, 10, 0]], "previous": "small"})
