"""What a SEG says, without DICOM: the segments of one run, who made them, and which version it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from lib.arrays import LabelMap, Mask
from lib.errors import LabelShapeError, SegError
from lib.labels import Code, Label

AXES: Final = "frames, rows, columns"

ARTIFICIAL_INTELLIGENCE: Final = Code("123110", "DCM", "Artificial Intelligence")
DEFORMABLE_MODELS: Final = Code("123111", "DCM", "Deformable Models")
MULTI_SCALE_FILTERING: Final = Code("123106", "DCM", "Multi-Scale/Resolution Filtering")
FAMILIES: Final = (ARTIFICIAL_INTELLIGENCE, DEFORMABLE_MODELS, MULTI_SCALE_FILTERING)
"""Kinds of algorithms that we have, of CID 7162."""


class AlgorithmType(StrEnum):
    """How a segment came about.

    DICOM: Segment Algorithm Type (0062,0008), PS3.3 C.8.20.4.
    """

    AUTOMATIC = "AUTOMATIC"
    SEMIAUTOMATIC = "SEMIAUTOMATIC"
    MANUAL = "MANUAL"


@dataclass(frozen=True)
class Maker:
    """Who made a segment: a model or method with its version, or with MANUAL a person."""

    type: AlgorithmType
    name: str
    version: str
    family: Code = ARTIFICIAL_INTELLIGENCE
    """What kind of algorithm, CID 7162; not said of a person."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise SegError("A segment has to say who made it: the model's id, or the person's name.")


@dataclass(frozen=True)
class Segment:
    """One label through a run; the mask may be empty on any frame, or on all."""

    label: Label
    mask: Mask
    maker: Maker


@dataclass(frozen=True)
class SegLabel:
    """One saved label of one run: segments that may overlap.

    Raises:
        SegError: There is no segment, or the version is below 1.
        LabelShapeError: The masks do not have one shape (T, H, W).
    """

    source_sop_instance_uid: str
    segments: tuple[Segment, ...]
    version: int
    author: str
    description: str
    is_draft: bool = False
    """Made by a method alone, and reviewed by nobody: lists of series say so."""

    def __post_init__(self) -> None:
        if not self.segments:
            raise SegError(
                "A label has to have a segment. Where nothing was found, keep the segment and leave its "
                "mask empty: that says that someone looked."
            )
        if self.version < 1:
            raise SegError(f"Versions of a label count from 1; {self.version} is none.")
        for segment in self.segments:
            if segment.mask.ndim != 3 or segment.mask.shape != self.shape:
                raise LabelShapeError(segment.mask.shape, self.shape, AXES)
            if segment.mask.dtype != np.bool_:
                raise SegError(f"The mask of {segment.label.name!r} is {segment.mask.dtype}; a mask is bool.")

    @property
    def shape(self) -> tuple[int, ...]:
        """(T, H, W) of the run."""
        return self.segments[0].mask.shape

    def label_map(self) -> LabelMap:
        """Return (T, H, W) indices of the label table; where segments overlap, the later one wins."""
        found = np.zeros(self.shape, np.uint8)
        for segment in self.segments:
            found[segment.mask] = segment.label.index
        return found
