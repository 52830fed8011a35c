"""SAM 2's video predictor as a tracker, where somebody has installed it and named weights. Never downloaded.

It knows nothing about contrast medium or trees; it is here to be compared with, and for what comes after it.

Paper: Ravi et al. 2024, SAM 2: Segment Anything in Images and Videos, arXiv:2408.00714.
"""

import importlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol

import cv2
import numpy as np

from lib.arrays import Frames
from lib.errors import TrackerUnavailableError
from lib.propagation.confidence import expected_dice
from lib.propagation.plane import Plane
from lib.propagation.tracker import Guess, MaskImage, Watch

OBJECT: Final = 1
"""The predictor's number for what is followed."""

JPEG_QUALITY: Final = 95
GREY_LEVELS: Final = 255
LARGEST_ODDS: Final = 30.0


@dataclass(frozen=True)
class Sam2Files:
    """What makes a predictor.

    Attributes:
        weights: A checkpoint of SAM 2.
        config: Name of the configuration that fits it, as the package knows it.
    """

    weights: Path
    config: str


class VideoPredictor(Protocol):
    """What we use of `sam2.sam2_video_predictor.SAM2VideoPredictor`."""

    def init_state(self, video_path: str) -> Any:
        """Read a folder of JPEG files that are named by their numbers."""
        ...

    def reset_state(self, inference_state: Any) -> None:
        """Forget all masks."""
        ...

    def add_new_mask(self, inference_state: Any, frame_idx: int, obj_id: int, mask: MaskImage) -> Any:
        """Take the mask of a frame."""
        ...

    def propagate_in_video(
        self, inference_state: Any, start_frame_idx: int, max_frame_num_to_track: int, reverse: bool
    ) -> Iterator[tuple[int, Any, Any]]:
        """Yield frame number, object ids and (N, 1, H, W) odds, the start frame first."""
        ...


class Sam2Tracker:
    """Follows a mask with a video predictor; one run at a time."""

    name: ClassVar[str] = "sam2"

    def __init__(self, predictor: VideoPredictor, version: str = "") -> None:
        self._predictor = predictor
        self.version = version

    def study(self, frames: Frames, times: range, watch: Watch) -> "Sam2Study":
        """Hand the frames over as JPEG files, which is what the predictor reads; see `Tracker.study`."""
        with tempfile.TemporaryDirectory(prefix="sam2-") as folder:
            for number, t in enumerate(times):
                _write_jpeg(Path(folder) / f"{number:05d}.jpg", frames[t])
                watch.reached((number + 1) / len(times))
            return Sam2Study(self._predictor, self._predictor.init_state(video_path=folder), times.start)


class Sam2Study:
    """A run that the predictor has read; see `Study`."""

    def __init__(self, predictor: VideoPredictor, state: Any, first: int) -> None:
        self._predictor = predictor
        self._state = state
        self._first = first

    def follow(self, t: int, key: MaskImage, path: range) -> Iterator[Guess]:
        """Follow a mask in one direction; see `Study.follow`."""
        self._predictor.reset_state(self._state)
        self._predictor.add_new_mask(self._state, frame_idx=t - self._first, obj_id=OBJECT, mask=key)
        answers = self._predictor.propagate_in_video(
            self._state,
            start_frame_idx=t - self._first,
            max_frame_num_to_track=abs(path[-1] - t),
            reverse=path.step < 0,
        )
        for number, _, odds in answers:
            if number + self._first in path:
                score = _score(odds)
                yield Guess(number + self._first, score, expected_dice(score))


@lru_cache(maxsize=1)
def open_sam2(files: Sam2Files) -> Sam2Tracker:
    """Return the tracker with weights from a file; the same one when it is asked for again.

    Raises:
        TrackerUnavailableError: The package is not installed, or there is no such file.
    """
    if not files.weights.is_file():
        raise TrackerUnavailableError("sam2", f"there is no file {files.weights}")
    try:
        build = importlib.import_module("sam2.build_sam").build_sam2_video_predictor
    except ImportError as error:
        raise TrackerUnavailableError("sam2", "its package is not installed") from error
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    predictor = build(config_file=files.config, ckpt_path=str(files.weights), device=device)
    return Sam2Tracker(predictor, files.weights.stem)


def _write_jpeg(path: Path, frame: Plane) -> None:
    grey = np.asarray(np.rint(np.clip(frame, 0, 1) * GREY_LEVELS), np.uint8)
    cv2.imwrite(str(path), grey, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])


def _score(odds: Any) -> Plane:
    """Return (H, W) in [0, 1] for the odds of the only object, a tensor or an array."""
    values = odds.cpu().numpy() if hasattr(odds, "cpu") else odds
    plane = np.clip(np.asarray(values, np.float32)[0, 0], -LARGEST_ODDS, LARGEST_ODDS)
    return np.asarray(1 / (1 + np.exp(-plane)), np.float32)
