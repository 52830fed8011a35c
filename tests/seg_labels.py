"""Labels with masks that move, so that a frame in the wrong place is seen."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset

from lib.arrays import Mask
from lib.labels import LabelTable, load_label_table
from lib.seg.content import AlgorithmType, Maker, SegLabel, Segment
from lib.seg.shapes import run_shape
from lib.seg.write import write_seg
from lib.settings import PROJECT_FOLDER, SegSettings

LABELS_FILE = PROJECT_FOLDER / "configs" / "labels.yaml"
MODEL = Maker(AlgorithmType.AUTOMATIC, "vessel-net", "7")
PERSON = Maker(AlgorithmType.MANUAL, "Dr Lee", "")
CREATED = datetime(2026, 3, 4, 15, 6, 7, 890000)


def label_table() -> LabelTable:
    """Return the project's own labels."""
    return load_label_table(LABELS_FILE)


def moving_mask(shape: tuple[int, int, int], seed: int = 0) -> Mask:
    """Return a (T, H, W) mask of a bar and scattered pixels that differ on each frame; some frames empty."""
    n_frames, rows, columns = shape
    mask = np.zeros(shape, np.bool_)
    scattered = np.random.default_rng(seed).random(shape[1:]) < 0.03
    for t in range(n_frames):
        mask[t] = np.roll(scattered, 7 * t)
        left = (seed + t) % max(columns - 4, 1)
        mask[t, : rows // 2, left : left + 4] = True
    mask[3::5] = False
    return mask


def seg_label(source: Dataset, *names: str, **changes: Any) -> SegLabel:
    """Return a label of `source` with a moving mask for each name; the masks overlap."""
    table, shape = label_table(), run_shape(source)
    segments = tuple(
        Segment(table.by_name(name), moving_mask(shape, seed), PERSON if seed % 2 else MODEL)
        for seed, name in enumerate(names or ("vessel",))
    )
    given = {"segments": segments, "version": 1, "author": "ann", "description": "left coronary"}
    return SegLabel(source_sop_instance_uid=str(source.SOPInstanceUID), **{**given, **changes})


def written(source: Dataset, label: SegLabel, **settings: Any) -> FileDataset:
    """Return the SEG of a label as one reads it from a file."""
    seg = write_seg(source, label, SegSettings(**settings), CREATED)
    return reread(seg)


def to_file(seg: Dataset) -> bytes:
    """Return a SEG as a DICOM file."""
    buffer = BytesIO()
    seg.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def reread(seg: Dataset) -> FileDataset:
    """Return a SEG after a trip through a file."""
    return dcmread(BytesIO(to_file(seg)))


def real_headers(shared_data: Path) -> list[FileDataset]:
    """Return the headers of all real files, without their pixels."""
    return [dcmread(file, stop_before_pixels=True) for file in sorted((shared_data / "dicom").glob("*.dcm"))]
