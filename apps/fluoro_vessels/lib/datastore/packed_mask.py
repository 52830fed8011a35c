"""A mask or a label map as a few kilobytes, for a row of the ledger."""

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SHAPE: Final = struct.Struct("<II")
_LEVEL: Final = 1


def pack_mask(mask: NDArray[np.bool_]) -> bytes:
    """Return a mask, (H, W), as its shape and its bits, packed by zlib."""
    return zlib.compress(_SHAPE.pack(*mask.shape) + np.packbits(mask).tobytes(), _LEVEL)


def unpack_mask(data: bytes) -> NDArray[np.bool_]:
    """Return the mask, (H, W), that `pack_mask` packed."""
    plain = zlib.decompress(data)
    rows, columns = _SHAPE.unpack_from(plain)
    bits = np.frombuffer(plain, np.uint8, offset=_SHAPE.size)
    return np.unpackbits(bits, count=rows * columns).reshape(rows, columns).astype(bool)


def pack_label_map(label_map: NDArray[np.uint8]) -> bytes:
    """Return a label map, (H, W), as its shape and its values, packed by zlib."""
    return zlib.compress(_SHAPE.pack(*label_map.shape) + label_map.tobytes(), _LEVEL)


def unpack_label_map(data: bytes) -> NDArray[np.uint8]:
    """Return the label map, (H, W), that `pack_label_map` packed."""
    plain = zlib.decompress(data)
    rows, columns = _SHAPE.unpack_from(plain)
    return np.frombuffer(plain, np.uint8, offset=_SHAPE.size).reshape(rows, columns)
