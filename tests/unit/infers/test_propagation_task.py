"""The infer task that carries a saved label through its run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lib.arrays import Frames, LabelMap, from_volume, to_volume
from lib.datastore.volumes import read_label, write_label
from lib.errors import (
    FrameRangeError,
    KeyFrameError,
    LabelNotFoundError,
    NoKeyLabelError,
    ParameterValueError,
    TrackerUnavailableError,
    UnknownLabelError,
)
from lib.infers.propagation_task import PropagationTask
from lib.infers.saved_label import SavedLabel
from lib.labels import load_label_table
from lib.propagation.open_tracker import TrackerName
from lib.propagation.tracker import Guess, MaskImage, Tracker, Watch
from lib.settings import PROJECT_FOLDER
from tests.builders import build_xa, to_bytes

TABLE = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
VESSEL, CATHETER = TABLE.by_name("vessel").index, TABLE.by_name("catheter").index
N_FRAMES = 6


class StillTracker:
    """Leaves a mask where it is."""

    name = "still"
    version = "7"

    def study(self, frames: Frames, times: range, watch: Watch) -> "StillTracker":  # noqa: ARG002
        return self

    def follow(self, t: int, key: MaskImage, path: range) -> Iterator[Guess]:  # noqa: ARG002
        yield from (Guess(other, key.astype(np.float32), 0.5) for other in path)


def saved_map() -> LabelMap:
    """Return a label with a vessel on frame 3 and a catheter on every frame."""
    label_map = np.zeros((N_FRAMES, 64, 64), np.uint8)
    label_map[2, 20:24, 10:50] = VESSEL
    label_map[:, 40:44, 10:50] = CATHETER
    return label_map


class Desk:
    """A run and a saved label of it."""

    def __init__(self, folder: Path, label_map: LabelMap, finished: frozenset[int] = frozenset()) -> None:
        self.image = folder / "run.dcm"
        self.image.write_bytes(to_bytes(build_xa(n_frames=N_FRAMES, rows=64, columns=64)))
        self.saved = SavedLabel("a" * 32, folder / "saved.nii.gz", finished)
        write_label(self.saved.path, to_volume(label_map), None)
        self.trackers: list[TrackerName] = []

    def find(self, image_id: str, label_id: str | None) -> SavedLabel:  # noqa: ARG002
        if label_id not in (None, self.saved.id):
            raise LabelNotFoundError(label_id)
        return self.saved

    def open(self, name: TrackerName) -> Tracker:
        self.trackers.append(name)
        if name is TrackerName.SAM2:
            raise TrackerUnavailableError(name, "no weights are named in the settings")
        return StillTracker()

    def ask(self, **request: Any) -> tuple[LabelMap, dict[str, Any]]:
        file, facts = PropagationTask(self.open, TABLE, self.find)({"image": str(self.image), **request})
        try:
            return from_volume(read_label(Path(file))[0]), facts
        finally:
            Path(file).unlink()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, saved_map())


def test_the_newest_label_of_the_run_is_carried_to_all_frames(desk: Desk) -> None:
    label_map, facts = desk.ask()

    assert ((label_map == VESSEL).sum(axis=(1, 2)) == 160).all()
    assert facts["key_frames"] == [3]
    assert facts["confidence"] == [0.5, 0.5, 1.0, 0.5, 0.5, 0.5]
    assert (facts["algorithm"], facts["version"], facts["label_id"]) == ("still", "7", "a" * 32)


def test_other_labels_stay_as_they_were_saved(desk: Desk) -> None:
    label_map, _ = desk.ask()

    assert ((label_map == CATHETER).sum(axis=(1, 2)) == 160).all()


def test_frames_beside_the_range_stay_as_they_were_saved(desk: Desk) -> None:
    label_map, _ = desk.ask(from_frame=4, to_frame=5)

    assert (label_map == VESSEL).any(axis=(1, 2)).tolist() == [False, False, True, True, True, False]


def test_another_label_of_the_table_is_carried_by_its_name(desk: Desk) -> None:
    _, facts = desk.ask(label_name="catheter", key_frames=[2])

    assert facts["label_names"] == {"catheter": CATHETER}
    assert facts["key_frames"] == [2]


def test_finished_frames_are_the_keys_and_stay_as_they_are(tmp_path: Path) -> None:
    saved = saved_map()
    saved[4, 30:34, 10:50] = VESSEL
    desk = Desk(tmp_path, saved, finished=frozenset({0, 2}))

    label_map, facts = desk.ask()

    assert facts["key_frames"] == [3]
    assert (label_map[[0, 2]] == saved[[0, 2]]).all()
    assert not (label_map[4, 30:34] == VESSEL).any()


def test_a_saved_label_without_the_wanted_one_says_that_a_mask_is_missing(desk: Desk) -> None:
    with pytest.raises(NoKeyLabelError, match="Save a mask of one frame first"):
        desk.ask(label_name="guidewire")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"label_id": "b" * 32}, LabelNotFoundError),
        ({"label_name": "no such vessel"}, UnknownLabelError),
        ({"key_frames": [7]}, KeyFrameError),
        ({"key_frames": "1,x"}, ParameterValueError),
        ({"from_frame": 5, "to_frame": 4}, FrameRangeError),
        ({"to_frame": 7}, FrameRangeError),
        ({"from_frame": "nan"}, ParameterValueError),
        ({"tracker": "best"}, ParameterValueError),
        ({"tracker": "sam2"}, TrackerUnavailableError),
    ],
)
def test_what_cannot_be_done_is_refused(desk: Desk, request_: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        desk.ask(**request_)


def test_the_parameters_are_shown_with_their_limits(desk: Desk) -> None:
    info = PropagationTask(desk.open, TABLE, desk.find).info()

    assert set(info["parameters"]) == {"from_frame", "to_frame", "tracker"}
    assert "range" in info["parameters"]["from_frame"]
