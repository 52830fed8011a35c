"""Folders with images, runs and truths for tests of scoring."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from lib.arrays import LabelMap
from lib.evaluation.cases import Truth
from lib.frames.cine import Cine
from lib.labels import LabelTable
from lib.seg.content import SegLabel, Segment
from lib.seg.write import write_seg
from lib.settings import SegSettings
from tests.builders import build_xa, to_bytes
from tests.seg_labels import PERSON, label_table, to_file
from tests.vessel_runs import cine_of

SIDE = 64
NOW = datetime(2026, 5, 6, 7, 8, 9)


def bar(length: int, top: int = 20) -> np.ndarray:
    """Return (64, 64) bool: a bar eight pixels high."""
    mask = np.zeros((SIDE, SIDE), bool)
    mask[top : top + 8, :length] = True
    return mask


@dataclass(frozen=True)
class DrawnCase:
    """A case without files."""

    name: str
    truth: np.ndarray
    subject: str = "someone"
    device: np.ndarray | None = None
    times: tuple[int, ...] = (0,)
    is_run: bool = False
    group: str = ""

    def open(self, table: LabelTable) -> tuple[Cine, Truth]:  # noqa: ARG002  # as `Case` says
        """Return frames that are as dark as the truth says."""
        truth = np.atleast_3d(self.truth.T).T
        frames = np.where(truth, 0.2, 0.8)
        device = None if self.device is None else np.broadcast_to(self.device, truth.shape)
        return cine_of(frames), Truth(truth, device, self.times, self.group)


def dark_is_vessel(cine: Cine) -> LabelMap:
    """Call everything dark a vessel."""
    return np.where(cine.frames < 0.5, label_table().by_name("vessel").index, 0).astype(np.uint8)


def put_pair(folder: Path, name: str, image: np.ndarray, mask: np.ndarray) -> None:
    """Write NAME_image.png and NAME_mask.png."""
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / f"{name}_image.png"), image)
    cv2.imwrite(str(folder / f"{name}_mask.png"), mask)


def put_run(folder: Path, name: str, n_frames: int = 4, **elements: Any) -> Any:
    """Write a run of 64 x 64 and return its dataset."""
    run = build_xa(n_frames=n_frames, rows=SIDE, columns=SIDE, **elements)
    (folder / f"{name}.dcm").write_bytes(to_bytes(run))
    return run


def put_seg(path: Path, run: Any, version: int = 1, **masks: np.ndarray) -> None:
    """Write the SEG of a run with one segment for each name."""
    table = label_table()
    segments = tuple(Segment(table.by_name(name), mask, PERSON) for name, mask in masks.items())
    label = SegLabel(str(run.SOPInstanceUID), segments, version, "ann", "")
    path.write_bytes(to_file(write_seg(run, label, SegSettings(), NOW)))
