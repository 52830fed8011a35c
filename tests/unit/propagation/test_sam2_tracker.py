"""SAM 2 behind our interface, with a predictor that has its methods and no network."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lib.errors import TrackerUnavailableError
from lib.propagation.flow_tracker import FlowTracker
from lib.propagation.open_tracker import TrackerName, open_tracker, tracker_opener
from lib.propagation.propagate import propagate
from lib.propagation.sam2_tracker import Sam2Files, Sam2Tracker
from lib.settings import PropagationSettings

HAS_SAM2 = importlib.util.find_spec("sam2") is not None


class FakePredictor:
    """Has the methods of SAM2VideoPredictor; moves the mask by one pixel to the right with each frame."""

    def __init__(self) -> None:
        self.read: list[int] = []
        self.resets = 0

    def init_state(self, video_path: str) -> dict[str, Any]:
        files = sorted(Path(video_path).iterdir(), key=lambda path: int(path.stem))
        self.read = [int(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).mean().round()) for path in files]
        return {"n_frames": len(files)}

    def reset_state(self, inference_state: dict[str, Any]) -> None:
        self.resets += 1
        inference_state.pop("masks", None)

    def add_new_mask(self, inference_state: dict[str, Any], frame_idx: int, obj_id: int, mask: Any) -> Any:
        inference_state["masks"] = {frame_idx: np.asarray(mask)}
        return frame_idx, [obj_id], None

    def propagate_in_video(
        self,
        inference_state: dict[str, Any],
        start_frame_idx: int,
        max_frame_num_to_track: int,
        reverse: bool,
    ) -> Iterator[tuple[int, Any, Any]]:
        step = -1 if reverse else 1
        key = inference_state["masks"][start_frame_idx]
        for far in range(max_frame_num_to_track + 1):
            moved = np.roll(key, far * step, axis=1)
            yield start_frame_idx + far * step, [1], np.where(moved, 8.0, -8.0)[np.newaxis, np.newaxis]


def frames_and_key() -> tuple[np.ndarray, np.ndarray]:
    frames = np.repeat(np.linspace(0, 1, 6, dtype=np.float32), 32 * 32).reshape(6, 32, 32)
    key = np.zeros((32, 32), np.bool_)
    key[10:14, 12:18] = True
    return frames, key


def test_the_predictor_follows_a_mask_in_both_directions() -> None:
    frames, key = frames_and_key()

    result = propagate(frames, {2: key}, Sam2Tracker(FakePredictor()))

    assert all((result.masks[t] == np.roll(key, t - 2, axis=1)).all() for t in range(6))
    assert (result.confidence > 0.95).all()


def test_the_predictor_reads_the_frames_that_matter_in_their_order() -> None:
    frames, key = frames_and_key()
    predictor = FakePredictor()

    propagate(frames, {2: key}, Sam2Tracker(predictor), wanted=range(3, 6))

    assert predictor.read == [102, 153, 204, 255]


def test_the_masks_of_one_key_are_forgotten_before_the_next_one() -> None:
    frames, key = frames_and_key()
    predictor = FakePredictor()

    propagate(frames, {0: key, 5: key}, Sam2Tracker(predictor))

    assert predictor.resets == 2


def test_without_weights_sam2_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TrackerUnavailableError, match="no weights are named"):
        open_tracker(TrackerName.SAM2)
    with pytest.raises(TrackerUnavailableError, match="there is no file"):
        open_tracker(TrackerName.SAM2, Sam2Files(tmp_path / "none.pt", "tiny"))


def test_the_settings_name_its_weights(tmp_path: Path) -> None:
    opener = tracker_opener(PropagationSettings(sam2_weights=tmp_path / "none.pt"))

    with pytest.raises(TrackerUnavailableError, match="there is no file"):
        opener(TrackerName.SAM2)
    with pytest.raises(TrackerUnavailableError, match="no weights are named"):
        tracker_opener(PropagationSettings())(TrackerName.SAM2)
    assert isinstance(opener(TrackerName.FLOW), FlowTracker)


@pytest.mark.skipif(HAS_SAM2, reason="sam2 is installed")
def test_without_its_package_sam2_says_so(tmp_path: Path) -> None:
    weights = tmp_path / "tiny.pt"
    weights.write_bytes(b"weights")

    with pytest.raises(TrackerUnavailableError, match="its package is not installed"):
        open_tracker(TrackerName.SAM2, Sam2Files(weights, "tiny"))


@pytest.mark.skipif(not HAS_SAM2, reason="the package sam2 is not installed; it is optional and not locked")
def test_the_real_predictor_has_the_methods_that_are_called() -> None:
    from sam2.sam2_video_predictor import SAM2VideoPredictor

    for name in ("init_state", "reset_state", "add_new_mask", "propagate_in_video"):
        assert callable(getattr(SAM2VideoPredictor, name))
