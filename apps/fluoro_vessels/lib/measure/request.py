"""What somebody wants measured: which frame, which vessel, and how pixels become millimetres."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from lib.errors.measure_out import MeasureRequestError

Point: TypeAlias = tuple[float, float]
"""(y, x) in pixels; (0, 0) is the centre of the first pixel."""


class ScaleSource(StrEnum):
    """Where millimetres come from."""

    HEADER = "header"
    """What the header says: its calibrated spacing, or the geometry of the C-arm."""
    CATHETER = "catheter"
    """The shaft of a catheter whose French size is known."""
    LENGTH = "length"
    """Two points whose distance is known."""
    PIXELS = "pixels"
    """Nowhere: values stay in pixels."""


@dataclass(frozen=True)
class ScaleWish:
    """How pixels become millimetres; valid once constructed.

    Attributes:
        source: Where the scale comes from.
        points: (y, x) along the catheter's shaft, or the two ends of the known length, in the measured frame.
        french: Outer size of the catheter; one French is 1/3 mm.
        length_mm: The known length.
        height_mm: How far from the isocentre towards the detector the vessel lies; None: not known.

    Raises:
        MeasureRequestError: What the source needs is missing.
    """

    source: ScaleSource = ScaleSource.HEADER
    points: tuple[Point, ...] = ()
    french: float | None = None
    length_mm: float | None = None
    height_mm: float | None = None

    def __post_init__(self) -> None:
        """Refuse what leaves something out."""
        if self.source is ScaleSource.CATHETER and (self.french is None or len(self.points) < 2):
            raise MeasureRequestError(
                "A scale by catheter needs its size in French and two points or more along its shaft."
            )
        if self.source is ScaleSource.LENGTH and (self.length_mm is None or len(self.points) != 2):
            raise MeasureRequestError(
                "A scale by length needs two points and their distance in millimetres. Send both."
            )


@dataclass(frozen=True)
class MeasureRequest:
    """What to measure; valid once constructed.

    Attributes:
        t: The frame, from 0; None: the one with the best contrast.
        branch: Id of a branch of the frame's graph.
        points: (y, x) of clicks: one on the branch that is meant, or two and more along a vessel. Without
            branch and points, the largest branch is measured.
        around: (y, x) near the narrowing that is meant; None: the tightest of the line.
        reference: Stretches along the line that are healthy, (from, to) in pixels of its length; None: found.
        scale: How pixels become millimetres.
        through_run: Whether the site is measured in all frames.

    Raises:
        MeasureRequestError: It contradicts itself.
    """

    t: int | None = None
    branch: int | None = None
    points: tuple[Point, ...] = ()
    around: Point | None = None
    reference: tuple[tuple[float, float], ...] | None = None
    scale: ScaleWish = ScaleWish()
    through_run: bool = True

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if self.branch is not None and self.points:
            raise MeasureRequestError("Name a branch or click on a vessel, not both.")
        if self.t is None and (self.points or self.branch is not None or self.around is not None):
            raise MeasureRequestError("Points and branches belong to a frame. Name the frame too.")
