"""Refuses files that were deflated to hide their size: pydicom unpacks them whole, at once."""

import zlib
from typing import BinaryIO, Final

from pydicom.filereader import read_dataset, read_preamble
from pydicom.tag import BaseTag
from pydicom.uid import DeflatedExplicitVRLittleEndian

from lib.errors.limits import BombError
from lib.frames.values import MALFORMED

MOST_RATIO: Final = 100
"""X-ray images shrink to a half or a fifth; blank ones do not reach this."""

FREE_BYTES: Final = 2**26
"""What may come out of any file, however small it is."""

_PIECE: Final = 2**20
_FILE_META: Final = 2
"""Group of the elements before the dataset, which are never deflated (PS3.10 7.1)."""


def refuse_bomb(file: BinaryIO, name: str) -> None:
    """Unpack a deflated file piece by piece and throw the pieces away; other files are only looked at.

    The file stands where it stood before.

    Raises:
        BombError: It unpacks to too much.

    DICOM:
        Deflated Explicit VR Little Endian, PS3.5 A.5.
    """
    start = file.tell()
    try:
        if _is_deflated(file):
            _unpack(file, name)
    except (*MALFORMED, zlib.error):
        pass  # what cannot be read is said by the reader
    finally:
        file.seek(start)


def _is_deflated(file: BinaryIO) -> bool:
    """Read the file's meta information; the file stands at the dataset then."""
    read_preamble(file, force=True)
    meta = read_dataset(file, is_implicit_VR=False, is_little_endian=True, stop_when=_is_past_the_meta)
    return str(meta.get("TransferSyntaxUID", "")) == DeflatedExplicitVRLittleEndian


def _is_past_the_meta(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag.group != _FILE_META


def _unpack(file: BinaryIO, name: str) -> None:
    unpacker, packed, unpacked = zlib.decompressobj(-zlib.MAX_WBITS), 0, 0
    while piece := file.read(_PIECE // MOST_RATIO):
        packed += len(piece)
        while piece:
            unpacked += len(unpacker.decompress(piece, _PIECE))
            piece = unpacker.unconsumed_tail
            if unpacked > max(FREE_BYTES, MOST_RATIO * packed):
                raise BombError(name)
