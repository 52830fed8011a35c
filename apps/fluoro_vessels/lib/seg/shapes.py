"""Frames, rows and columns, as the headers of a run and of its SEG say them."""

from pydicom.dataset import Dataset

from lib.errors import SegError
from lib.frames.values import Values
from lib.seg.content import AXES


def run_shape(source: Dataset) -> tuple[int, int, int]:
    """Return (T, H, W) of a run; without Number of Frames it has one.

    Raises:
        SegError: The header does not say, or says nonsense.
    """
    return _shape(source, 1)


def seg_shape(seg: Dataset) -> tuple[int, int, int]:
    """Return frames, rows and columns of the SEG itself, which leaves empty frames out.

    Raises:
        SegError: The header does not say, or says nonsense.
    """
    return _shape(seg, 0)


def _shape(dataset: Dataset, default_frames: int) -> tuple[int, int, int]:
    values = Values(dataset)
    n_frames = values.integer("NumberOfFrames")
    shape = (
        default_frames if n_frames is None else n_frames,
        values.integer("Rows") or 0,
        values.integer("Columns") or 0,
    )
    if min(shape) < 1:
        raise SegError(
            f"Instance {values.text('SOPInstanceUID')} has the shape {shape} ({AXES}) by its header, so no "
            "mask fits it. Retrieve it again from its source."
        )
    return shape
