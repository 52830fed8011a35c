"""How well burned-in text is blanked: planted into runs whose vessels are known."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit, SecondaryCaptureImageStorage, generate_uid

from lib.evaluation.planted_text import Planted, TextBlock
from lib.privacy.pixels import PixelReport, Region, clean_pixels

WHITE: Final = 255
LEAST_INK_PX: Final = 20
"""Lines of less visible ink count for nothing: nobody could read them."""

GONE: Final = 0.98
"""Share of its ink that must be blanked for a line to be gone: no letter of it is left."""

JPEG_QUALITY: Final = 90


class Storing(StrEnum):
    """How the pixels of a case are stored."""

    PLAIN = "plain"
    INVERTED = "inverted"
    JPEG = "jpeg"


@dataclass(frozen=True)
class LineScore:
    """What became of one planted line.

    Attributes:
        kind: Which pictures it was planted into.
        block: What was planted.
        share: Part of its ink that was blanked.
        is_held: Its doubt holds the file back.
    """

    kind: str
    block: TextBlock
    share: float
    is_held: bool

    @property
    def is_gone(self) -> bool:
        """Tell whether nothing of it can be read any more."""
        return self.share >= GONE


@dataclass(frozen=True)
class CaseScore:
    """What became of one run.

    Attributes:
        lines: Of each planted line that can be seen.
        vessel_px: Vessel pixels of all frames.
        lost_px: Those that were blanked.
        lost_free_px: Those of them that no ink had touched.
        lost_beside_px: Those of them outside the smallest rectangle around each planted line.
        seconds: How long it took.
        is_doubtful: It is held back.
    """

    lines: tuple[LineScore, ...]
    vessel_px: int
    lost_px: int
    lost_free_px: int
    lost_beside_px: int
    seconds: float
    is_doubtful: bool


def as_object(frames: NDArray[np.uint8], storing: Storing) -> Dataset:
    """Return (T, H, W) frames, 0 black, as a DICOM object."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, generate_uid()
    dataset.Modality, dataset.NumberOfFrames = "XA", len(frames)
    dataset.Rows, dataset.Columns = frames.shape[1:]
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    is_inverted = storing is Storing.INVERTED
    dataset.PhotometricInterpretation = "MONOCHROME1" if is_inverted else "MONOCHROME2"
    dataset.file_meta.TransferSyntaxUID = (
        JPEGBaseline8Bit if storing is Storing.JPEG else ExplicitVRLittleEndian
    )
    if storing is Storing.JPEG:
        quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        dataset.PixelData = encapsulate([cv2.imencode(".jpg", one, quality)[1].tobytes() for one in frames])
    else:
        content = (WHITE - frames if is_inverted else frames).tobytes()
        dataset.PixelData = content + b"\0" * (len(content) % 2)
    dataset["PixelData"].VR = "OB"
    return dataset


def score_case(
    kind: str, block: TextBlock, planted: Planted, vessels: NDArray[np.bool_], storing: Storing
) -> CaseScore:
    """Clean one run and score it.

    Args:
        kind: Which pictures these are.
        block: What was planted.
        planted: The frames with text, and where it is.
        vessels: (T, H, W) or (1, H, W), where vessels are.
        storing: How the run is stored.
    """
    dataset = as_object(planted.frames, storing)
    began = time.perf_counter()
    report = clean_pixels(dataset)
    seconds = time.perf_counter() - began
    blank, doubt = (_mask(regions, vessels.shape[1:]) for regions in (report.blanked, report.doubtful))
    lines = tuple(
        LineScore(kind, block, float(blank[ink].mean()), bool(doubt[ink].any()))
        for ink in planted.inks
        if ink.sum() >= LEAST_INK_PX
    )
    losses = vessel_losses(vessels, blank, planted)
    return CaseScore(lines, int(vessels.sum()), *losses, seconds, not report.may_leave)


def vessel_losses(
    vessels: NDArray[np.bool_], blank: NDArray[np.bool_], planted: Planted
) -> tuple[int, int, int]:
    """Return how many vessel pixels are lost: all, those that no ink had touched, those beside the lines."""
    beside = blank & ~_rectangles(planted.inks, blank.shape)
    everything = (vessels & blank).sum()
    return int(everything), int((vessels & blank & ~planted.written).sum()), int((vessels & beside).sum())


def clean_report(frames: NDArray[np.uint8], storing: Storing = Storing.PLAIN) -> PixelReport:
    """Return what is said of a run without text."""
    return clean_pixels(as_object(frames, storing))


def summary(cases: Sequence[CaseScore]) -> dict[str, Any]:
    """Return recall by region, vessel pixels lost, times, recall of each font, size, place and contrast."""
    lines = [line for case in cases for line in case.lines]
    vessels = max(1, sum(case.vessel_px for case in cases))
    seconds = sorted(case.seconds for case in cases)
    return {
        "runs": len(cases),
        "lines": len(lines),
        "recall": _share([line.is_gone for line in lines]),
        "recall_or_held": _share([line.is_gone or line.is_held for line in lines]),
        "held_runs": sum(case.is_doubtful for case in cases),
        "vessel_lost": round(sum(case.lost_px for case in cases) / vessels, 5),
        "vessel_lost_free": round(sum(case.lost_free_px for case in cases) / vessels, 5),
        "vessel_lost_beside": round(sum(case.lost_beside_px for case in cases) / vessels, 5),
        "median_s": round(seconds[len(seconds) // 2], 3),
        "longest_s": round(seconds[-1], 3),
        "by": {name: _by(lines, name) for name in ("font", "height_px", "place", "contrast")},
        "missed": [_missed(line) for line in lines if not line.is_gone],
    }


def _by(lines: Sequence[LineScore], name: str) -> dict[str, Any]:
    """Return 'gone of all' for each value of an attribute of the blocks."""
    everyone = Counter(str(getattr(line.block, name)) for line in lines)
    gone = Counter(str(getattr(line.block, name)) for line in lines if line.is_gone)
    return {value: f"{gone[value]} of {count}" for value, count in sorted(everyone.items())}


def _missed(line: LineScore) -> dict[str, Any]:
    block = line.block
    return {
        "kind": line.kind,
        "font": block.font,
        "height_px": block.height_px,
        "contrast": block.contrast.value,
        "place": block.place.value,
        "share": round(line.share, 3),
        "is_held": line.is_held,
    }


def _mask(regions: Sequence[Region], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    mask = np.zeros(shape, np.bool_)
    for region in regions:
        mask[region.rows, region.columns] = True
    return mask


def _rectangles(inks: Sequence[NDArray[np.bool_]], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return (H, W), the smallest rectangle around each line; to blank less shows letters."""
    room = np.zeros(shape, np.bool_)
    for ink in inks:
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        if len(rows):
            room[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    return room


def _share(claims: Sequence[bool]) -> float:
    return round(sum(claims) / max(1, len(claims)), 5)
