"""COCO's run lengths: a mask as the lengths of its runs of 0 and 1, column after column, exactly.

The compressed form writes each length, from the fourth on as its difference to the one before the last, in
groups of five bits behind each other, lowest first. A sixth bit says that more follow; the sum with 48 is an
ASCII character. This is what the reference library (cocoapi, maskApi.c) writes and reads.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.errors import DataSetError

_FIRST: Final = 48
_MORE: Final = 32
_SIGN: Final = 16
_BITS: Final = 5
_PLAIN: Final = 3
"""So many lengths are written as they are."""
LONGEST: Final = 2**31


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """Return the lengths of the runs of a mask, (H, W), down the columns; the first is of zeros, maybe 0."""
    flat = mask.ravel(order="F")
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    bounds = np.concatenate(([0], changes, [flat.size]))
    lengths: list[int] = np.diff(bounds).tolist()
    return [0, *lengths] if flat.size and flat[0] else lengths


def mask_of(lengths: Sequence[int], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the mask, (H, W), of run lengths.

    Raises:
        DataSetError: They are not those of a mask of this shape.
    """
    rows, columns = shape
    is_whole = all(type(length) is int and 0 <= length <= rows * columns for length in lengths)
    if not is_whole or sum(lengths) != rows * columns:
        raise DataSetError(f"run lengths do not fill {rows} x {columns} pixels")
    values = np.arange(len(lengths)) % 2 == 1
    return np.repeat(values, np.asarray(lengths, np.int64)).reshape(shape, order="F")


def compress(lengths: Sequence[int]) -> str:
    """Return run lengths as the text that COCO files hold."""
    return "".join(
        _coded(length - lengths[number - 2] if number >= _PLAIN else length)
        for number, length in enumerate(lengths)
    )


def decompress(text: str) -> list[int]:
    """Return the run lengths of a COCO text.

    Raises:
        DataSetError: The text is none.
    """
    lengths: list[int] = []
    for number, value in enumerate(_values(text)):
        lengths.append(value + lengths[-2] if number >= _PLAIN else value)
    return lengths


def _coded(value: int) -> str:
    characters = []
    while True:
        group, value = value & (_MORE - 1), value >> _BITS
        is_last = value == (-1 if group & _SIGN else 0)
        characters.append(chr(_FIRST + group + (0 if is_last else _MORE)))
        if is_last:
            return "".join(characters)


def _values(text: str) -> Iterator[int]:
    value, shift = 0, 0
    for character in text:
        group = ord(character) - _FIRST
        if not 0 <= group < 2 * _MORE or abs(value) > LONGEST:
            raise DataSetError("a text of run lengths has characters that COCO's have not")
        value |= (group & (_MORE - 1)) << shift
        shift += _BITS
        if not group & _MORE:
            yield value - (1 << shift) if group & _SIGN else value
            value, shift = 0, 0
    if shift:
        raise DataSetError("a text of run lengths ends too early")
