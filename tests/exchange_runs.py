"""Labelled runs for data sets, with all that is hard to keep: thin lines, slants, holes, single pixels."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.arrays import LabelMap
from lib.exchange.content import ExportRun, Side
from lib.exchange.format import Format
from lib.exchange.read import read_dataset
from lib.exchange.write import Written, write_dataset
from lib.labels import Label, LabelTable, load_label_table
from lib.settings import PROJECT_FOLDER

TABLE: LabelTable = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
VESSEL, CATHETER, OWN = (TABLE.by_name(name).index for name in ("vessel", "catheter", "RCA proximal"))
LABELS: list[Label] = [TABLE.by_index(index) for index in (VESSEL, CATHETER, OWN)]


def thin_mask(rows: int = 24, columns: int = 40) -> NDArray[np.bool_]:
    """Return lines of single pixels, slanting and straight, rings, one of corners only, and a lone pixel."""
    mask = np.zeros((rows, columns), np.bool_)
    mask[np.arange(12), np.arange(12)] = True
    mask[18, 2:30] = True
    mask[2:9, 20:28] = True
    mask[4:7, 22:26] = False
    for step in range(3):
        mask[[12 - step, 12 + step], 33 + step] = True
        mask[[9 + step + 1, 15 - step - 1], 35 + step] = True
    mask[-1, -1] = True
    return mask


def hard_map(n_frames: int = 4, rows: int = 24, columns: int = 40) -> LabelMap:
    """Return a label map whose frames differ; the last but one is empty."""
    label_map = np.zeros((n_frames, rows, columns), np.uint8)
    label_map[:] = thin_mask(rows, columns) * np.uint8(VESSEL)
    label_map[0, 14:16, 5:20] = CATHETER
    label_map[1, 14, 5:20] = OWN
    label_map[n_frames - 2] = 0
    return label_map


def a_run(number: int = 1, side: Side = Side.TRAIN, **changes: Any) -> ExportRun:
    """Return a run of four frames, of which all but the first are written."""
    label_map = hard_map()
    shape = label_map.shape
    content: dict[str, Any] = {
        "token": f"R-{number:04d}",
        "patient": f"P-{number:04d}",
        "side": side,
        "frames": np.linspace(0, 1, label_map.size, dtype=np.float32).reshape(shape),
        "label_map": label_map,
        "times": (1, 2, 3),
        "finished": (1, 2),
        "spacing_mm": (0.3, 0.25),
        "frame_time_ms": 66.0,
        "state": "approved",
        "version": 3,
    }
    return ExportRun(**{**content, **changes})


def export(folder: Path, how: Format, *runs: ExportRun) -> Written:
    return write_dataset(folder, how, runs or [a_run()], LABELS, "CC BY 4.0")


def read_back(folder: Path, how: Format) -> dict[str, dict[int, NDArray[np.uint8]]]:
    """Return token to frame to label map."""
    return {found.run: dict(found.frames) for found in read_dataset(folder, how, TABLE)}
