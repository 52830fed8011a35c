"""Masks to packed bits and back: one bit a pixel, lowest bit first, no gap between frames.

DICOM: PS3.5 8.1.1; a SEG of type BINARY has Bits Allocated 1.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Mask


def pack(frames: Sequence[NDArray[np.bool_]]) -> bytes:
    """Return (H, W) masks as pixel data, padded to an even number of bytes."""
    packed = np.packbits(np.stack(frames), bitorder="little").tobytes()
    return packed + b"\0" * (len(packed) % 2)


def unpack(pixel_data: bytes, shape: tuple[int, int, int]) -> Mask:
    """Return the first frames x rows x columns bits as (N, H, W); the caller has checked the length."""
    n_bits = shape[0] * shape[1] * shape[2]
    bits = np.unpackbits(np.frombuffer(pixel_data, np.uint8), count=n_bits, bitorder="little")
    return bits.view(np.bool_).reshape(shape)


def packed_length(shape: tuple[int, int, int]) -> int:
    """Return how many bytes `pack` makes, without the pad."""
    return (shape[0] * shape[1] * shape[2] + 7) // 8
