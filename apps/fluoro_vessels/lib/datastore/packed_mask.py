"""A mask as a few kilobytes, for a row of the ledger."""

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
