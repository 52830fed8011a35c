"""The pixel data of a SEG as masks: BINARY bits, FRACTIONAL by threshold, LABELMAP by value.

DICOM: Segmentation Type (0062,0001), PS3.3 C.8.20.2.3.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from lib.arrays import Mask
from lib.errors import SegError
from lib.seg.bits import packed_length, unpack
from lib.seg.shapes import seg_shape

THRESHOLD: Final = 0.5
"""Share of Maximum Fractional Value from which a pixel belongs to a FRACTIONAL segment."""

FrameMask = Callable[[int, int], NDArray[np.bool_]]
"""(index of the SEG frame from 0, segment number) -> (H, W) mask."""


def frame_masks(seg: Dataset) -> FrameMask:
    """Return what gives the mask of one SEG frame.

    Raises:
        SegError: The pixel data are missing, too short or cannot be decoded.
    """
    kind = str(seg.get("SegmentationType") or "BINARY")
    if kind == "LABELMAP":
        values = _decoded(seg)
        return lambda index, number: np.equal(values[index], number)
    if kind == "FRACTIONAL":
        limit = THRESHOLD * float(seg.get("MaximumFractionalValue") or 255)
        shares = _decoded(seg)
        return lambda index, _: np.greater_equal(shares[index], limit)
    bits = _binary(seg)
    return lambda index, _: bits[index]


def _binary(seg: Dataset) -> Mask:
    if _is_compressed(seg) or int(seg.get("BitsAllocated") or 1) != 1:
        return np.asarray(_decoded(seg) != 0)
    shape = seg_shape(seg)
    pixel_data = seg.get("PixelData") or b""
    if len(pixel_data) < packed_length(shape):
        raise SegError(
            f"The SEG has {len(pixel_data)} bytes of pixel data, but {shape[0]} frames of {shape[1]} x "
            f"{shape[2]} bits need {packed_length(shape)}. Retrieve it again from its source."
        )
    return unpack(pixel_data, shape)


def _decoded(seg: Dataset) -> NDArray[Any]:
    try:
        return np.asarray(seg.pixel_array).reshape(seg_shape(seg))
    except (AttributeError, NotImplementedError, RuntimeError, ValueError, TypeError) as error:
        raise SegError(f"The pixel data of the SEG cannot be decoded: {error}.") from error


def _is_compressed(seg: Dataset) -> bool:
    syntax = getattr(getattr(seg, "file_meta", None), "TransferSyntaxUID", None)
    return syntax is not None and bool(syntax.is_encapsulated)
