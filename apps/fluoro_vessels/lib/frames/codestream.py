"""The size that a compressed frame itself states, read without decoding it."""

import struct
from typing import Final

JPEG_START: Final = b"\xff\xd8"
J2K_START: Final = b"\xff\x4f\xff\x51"
"""Start of codestream and the size marker, which must follow it; also inside a JP2 file."""

_NOT_A_FRAME: Final = frozenset({0xC4, 0xC8, 0xCC})
"""Between the frame markers C0 to CF: tables, an extension, and arithmetic conditioning."""

_JPEG_LS_FRAME: Final = 0xF7
_SCAN: Final = 0xDA
_LONE: Final = frozenset({0x01, 0xFF, *range(0xD0, 0xD9)})
"""Markers without a length: they are no segment."""

_JPEG_SIZE: Final = struct.Struct(">HH")
_J2K_SIZE: Final = struct.Struct(">4I")
_J2K_LONGEST_START: Final = 4096
"""A JP2 file has its boxes before the codestream; those of one frame are short."""


def stated_size(encoded: bytes) -> tuple[int, int] | None:
    """Return (rows, columns) as a JPEG, JPEG-LS or JPEG 2000 stream states them; None where it is none.

    A decoder reserves memory for what the stream says, whatever the DICOM header says.

    Paper:
        ITU-T T.81 B.2.2 (JPEG), T.87 C.2.2 (JPEG-LS), T.800 A.5.1 (JPEG 2000).
    """
    if encoded.startswith(JPEG_START):
        return _jpeg_size(encoded)
    at = encoded.find(J2K_START, 0, _J2K_LONGEST_START)
    return None if at < 0 else _j2k_size(encoded, at + len(J2K_START) + 4)


def _jpeg_size(encoded: bytes) -> tuple[int, int] | None:
    """Go from marker to marker up to the one that begins the frame."""
    at = len(JPEG_START)
    while at + 9 <= len(encoded) and encoded[at] == 0xFF:
        marker = encoded[at + 1]
        if marker in _LONE:
            at += 1 if marker == 0xFF else 2
        elif _begins_a_frame(marker):
            rows, columns = _JPEG_SIZE.unpack_from(encoded, at + 5)
            return rows, columns
        elif marker == _SCAN:
            return None
        else:
            at += 2 + int.from_bytes(encoded[at + 2 : at + 4], "big")
    return None


def _begins_a_frame(marker: int) -> bool:
    return marker == _JPEG_LS_FRAME or (0xC0 <= marker <= 0xCF and marker not in _NOT_A_FRAME)


def _j2k_size(encoded: bytes, at: int) -> tuple[int, int] | None:
    if len(encoded) < at + _J2K_SIZE.size:
        return None
    right, bottom, left, top = _J2K_SIZE.unpack_from(encoded, at)
    return bottom - top, right - left
