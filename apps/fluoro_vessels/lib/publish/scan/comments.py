"""Texts between the pictures: comments and application segments of compressed frames.

DICOM: encapsulated pixel data, PS3.5 A.4. Segments: ITU-T T.81 B.1.1.4 (JPEG, JPEG-LS), T.800 A.1 (2000).
"""

from collections.abc import Iterator
from typing import Final

from pydicom.dataset import Dataset
from pydicom.encaps import generate_fragments

BEGINNINGS: Final = (b"\xff\xd8", b"\xff\x4f")
"""Of a JPEG and a JPEG 2000 stream."""
ENDS: Final = (0xDA, 0x90)
"""Of their headers: what follows is the picture."""
TEXTS: Final = frozenset((0xFE, 0x64, *range(0xE0, 0xF0)))
"""COM of both, and APPn."""


def comments_of(dataset: Dataset) -> Iterator[str]:
    """Yield what stands in the headers of all fragments of an object; nothing where it is not compressed."""
    if "PixelData" in dataset and dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        for fragment in generate_fragments(dataset.PixelData):
            yield from _texts(fragment)


def _texts(stream: bytes) -> Iterator[str]:
    if not stream.startswith(BEGINNINGS):
        return
    at = 2
    while at + 4 <= len(stream) and stream[at] == 0xFF and stream[at + 1] not in ENDS:
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        if stream[at + 1] in TEXTS:
            yield stream[at + 4 : at + 2 + length].decode("latin-1")
        at += 2 + max(length, 2)
