"""Comments inside compressed pictures: devices and programs write names there, and no viewer shows them.

They go without the picture being written anew. A picture without them stays byte for byte.

Paper:
    ITU-T T.81 B.2.4 (JPEG: COM, APPn), T.87 (JPEG-LS), T.800 A.9.2 (JPEG 2000: COM).
"""

import struct
from typing import Final

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import UID

from lib.errors import BrokenFramesError
from lib.privacy.work import Work

JPEG: Final = b"\xff\xd8"
JPEG_2000: Final = b"\xff\x4f"
_SCAN: Final = 0xDA
_TILE: Final = 0x90
_COMMENT: Final = {JPEG: 0xFE, JPEG_2000: 0x64}
_DECODING: Final = frozenset((0xE0, 0xE8, 0xEE))
"""Application segments that say how to decode: JFIF, the colours of JPEG-LS, Adobe."""

_APPLICATIONS: Final = range(0xE0, 0xF0)
_OFFSETS: Final = (0x7FE00001, 0x7FE00002)
"""Extended Offset Table and its lengths; they would be wrong."""


def drop_comments(dataset: Dataset, work: Work) -> None:
    """Take comments out of the compressed frames of an object, in place.

    Raises:
        BrokenFramesError: The frames cannot be told apart.

    DICOM:
        Encapsulation of encoded pixel data, PS3.5 A.4.
    """
    syntax = getattr(dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
    if "PixelData" not in dataset or syntax is None or not UID(syntax).is_encapsulated:
        return
    n_frames = int(dataset.get("NumberOfFrames") or 1)
    try:
        frames = list(generate_frames(dataset.PixelData, number_of_frames=n_frames))
    except (ValueError, EOFError, struct.error) as error:
        raise BrokenFramesError from error
    plain = [without_comments(frame) for frame in frames]
    if plain == frames:
        return
    dataset.PixelData = encapsulate(plain)
    for tag in _OFFSETS:
        dataset.pop(tag, None)
    work.notes.change(("(7fe0,0010)",), "C")


def without_comments(frame: bytes) -> bytes:
    """Return a frame without comments; what is neither JPEG nor JPEG 2000, or is broken, stays as it is."""
    kind = frame[:2]
    if kind not in _COMMENT:
        return frame
    parts, at = [kind], 2
    while at + 4 <= len(frame) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker in (_SCAN if kind == JPEG else _TILE, 0xFF):
            break
        end = at + 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
        if not _is_comment(kind, marker):
            parts.append(frame[at:end])
        at = end
    return b"".join([*parts, frame[at:]])


def _is_comment(kind: bytes, marker: int) -> bool:
    if marker == _COMMENT[kind]:
        return True
    return kind == JPEG and marker in _APPLICATIONS and marker not in _DECODING
