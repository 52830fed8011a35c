"""Curves and overlays, and overlays that hide in unused bits of the pixels.

An overlay is a picture that may hold text; its group goes as a whole, also under Clean Graphics. A curve is
numbers: under Clean Graphics an ECG or a pressure stays, without its labels.

DICOM: Clean Graphics Option, PS3.15 E.3.3; Curve Module, PS3.3 C.10.2 (retired); Overlay Plane, PS3.3 C.9.2.
"""

from typing import Final

import numpy as np
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID

from lib.privacy.options import Option
from lib.privacy.work import Path, Work

CURVES: Final = 0x5000
OVERLAYS: Final = 0x6000
SIGNALS: Final = ("ECG", "FLOW", "PHYSIO", "PRESSURE", "RESP")
CURVE_NUMBERS: Final = frozenset(
    (0x0005, 0x0010, 0x0020, 0x0030, 0x0103, 0x0104, 0x0105, 0x0106, 0x0110, 0x0112, 0x0114, 0x3000)
)
"""Dimensions, points, kind, units, representation, range, and the data."""

TYPE_OF_DATA: Final = 0x0020
BIT_POSITION: Final = 0x0102


def drop_graphics(dataset: Dataset, work: Work, path: Path) -> None:
    """Delete overlays, and what may not stay of curves."""
    for tag in [tag for tag in list(dataset.keys()) if _family(tag) in (CURVES, OVERLAYS)]:
        if _family(tag) == OVERLAYS or not _may_stay(dataset, tag, work):
            del dataset[tag]
            work.notes.change((*path, f"({tag.group:04x},{tag.element:04x})"), "X")


def clear_unused_bits(dataset: Dataset, work: Work) -> None:
    """Set the bits of uncompressed pixels to zero that are no part of their values; old overlays lie there.

    DICOM:
        Bits Stored and High Bit, PS3.5 8.1.1; overlays in pixel data, 8.1.2 (retired).
    """
    hides = any(
        _family(tag) == OVERLAYS and tag.element == BIT_POSITION and dataset[tag].value
        for tag in list(dataset.keys())
    )
    if not hides or "PixelData" not in dataset or _is_compressed(dataset):
        return
    stored, high = int(dataset.BitsStored), int(dataset.HighBit)
    pixels = np.frombuffer(dataset.PixelData, np.uint8 if dataset.BitsAllocated == 8 else "<u2").astype(
        np.uint16
    )
    mask = np.uint16(((1 << stored) - 1) << (high + 1 - stored))
    if np.any(pixels & ~mask):
        dataset.PixelData = (
            (pixels & mask).astype(np.uint8 if dataset.BitsAllocated == 8 else "<u2").tobytes()
        )
        work.notes.change(("(7fe0,0010)",), "C")


def is_curve(tag: BaseTag) -> bool:
    """Tell whether an element belongs to a curve."""
    return _family(tag) == CURVES


def _may_stay(dataset: Dataset, tag: BaseTag, work: Work) -> bool:
    place = Tag(tag.group, TYPE_OF_DATA)
    is_signal = place in dataset and str(dataset[place].value).strip().upper() in SIGNALS
    return work.has(Option.GRAPHICS) and is_signal and tag.element in CURVE_NUMBERS


def _family(tag: BaseTag) -> int:
    return tag.group & 0xFF00 if tag.group % 2 == 0 else 0


def _is_compressed(dataset: Dataset) -> bool:
    syntax = getattr(dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
    return syntax is not None and UID(syntax).is_compressed
