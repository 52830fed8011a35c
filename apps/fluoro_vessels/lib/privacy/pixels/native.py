"""Uncompressed pixel data are changed byte by byte, where they lie."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from lib.frames.layout import Layout
from lib.privacy.pixels.blanking import MIDDLE_CHROMA, blank_color, blank_grey
from lib.privacy.pixels.report import Region


def blank_native(dataset: Dataset, layout: Layout, regions: Sequence[Region], n_frames: int) -> None:
    """Make regions black on every frame, in place; all other bytes stay as they are.

    Frames that the header does not count are cut off: nobody has looked at them.
    """
    data = bytearray(dataset["PixelData"].value)[: n_frames * layout.frame_bytes]
    is_swapped = not layout.transfer_syntax_uid.is_little_endian and (
        layout.bits_allocated == 16 or dataset["PixelData"].VR == "OW"
    )
    data += b"\0" * (len(data) % 2)
    if is_swapped:
        data = _swapped(data)
    samples = np.frombuffer(data, "u1" if layout.bits_allocated == 8 else "<u2")
    _blank_samples(samples[: n_frames * layout.frame_bytes // samples.itemsize], layout, regions, n_frames)
    dataset["PixelData"].value = bytes(_swapped(data) if is_swapped else data)


def _blank_samples(samples: NDArray[Any], layout: Layout, regions: Sequence[Region], n_frames: int) -> None:
    shape = (n_frames, layout.rows, layout.columns)
    if layout.samples == 1:
        blank_grey(samples.reshape(shape), regions, layout)
    elif layout.is_subsampled:
        pairs = samples.reshape(n_frames, layout.rows, layout.columns // 2, 4)
        for region in regions:
            columns = slice(region.left // 2, -(-region.right // 2))
            pairs[:, region.rows, columns] = (0, 0, MIDDLE_CHROMA, MIDDLE_CHROMA)
    elif layout.is_planar:
        planes = samples.reshape(n_frames, 3, layout.rows, layout.columns)
        blank_color(np.moveaxis(planes, 1, -1), regions, layout.photometric)
    else:
        blank_color(samples.reshape(*shape, 3), regions, layout.photometric)


def _swapped(data: bytearray) -> bytearray:
    return bytearray(np.frombuffer(data, "<u2").byteswap().tobytes())
