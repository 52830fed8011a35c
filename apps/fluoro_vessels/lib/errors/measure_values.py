"""Errors of diameters, stenoses and scales: what cannot be measured gets a sentence and no number."""

from lib.errors.kinds import InvalidInputError


class LineOutsideFrameError(InvalidInputError):
    """A line leaves the picture, so its walls cannot be seen."""

    def __init__(self, n_outside: int, n_points: int) -> None:
        super().__init__(
            f"{n_outside} of {n_points} points of the line lie outside the picture. Choose a part of the "
            "vessel that the frame shows."
        )


class NoWallsError(InvalidInputError):
    """Nothing along a line is darker than what lies beside it."""

    def __init__(self) -> None:
        super().__init__(
            "No vessel walls were found along the line: nothing on it is darker than its sides. Choose a "
            "frame in which contrast medium fills the vessel, or another place."
        )


class NoReferenceError(InvalidInputError):
    """A stenosis has no healthy vessel beside it to be compared with."""

    def __init__(self, length_px: float) -> None:
        super().__init__(
            f"The line ({length_px:.0f} px) shows too little of the vessel outside the narrow place. "
            "Choose a longer piece of the vessel, or mark reference parts by hand."
        )


class ReferenceSpanError(InvalidInputError):
    """A part of the line that was marked as healthy is none."""

    def __init__(self, first_px: float, last_px: float, length_px: float) -> None:
        super().__init__(
            f"The reference from {first_px:.1f} to {last_px:.1f} px is no part of a line of {length_px:.1f} "
            "px with walls that could be measured. Mark a piece of the line, its beginning first."
        )


class SiteOffLineError(InvalidInputError):
    """A site to be measured does not lie on the line."""

    def __init__(self, at_px: float, length_px: float) -> None:
        super().__init__(
            f"The site at {at_px:.1f} px does not lie on the line, which is {length_px:.1f} px long."
        )


class NoLesionError(InvalidInputError):
    """A vessel is as wide as its reference everywhere."""

    def __init__(self) -> None:
        super().__init__(
            "The vessel is neither narrower nor wider than its reference here. Choose the site yourself "
            "if you want its value all the same."
        )


class NoCatheterError(InvalidInputError):
    """The object along a line is no catheter that could give the scale."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The scale cannot be taken from this line: {reason}. Draw the line along a straight, free piece "
            "of the catheter's shaft in front of an even background."
        )


class FrenchSizeError(InvalidInputError):
    """No catheter has such a size."""

    def __init__(self, french: float) -> None:
        super().__init__(f"A catheter of {french:g} French is none that is known. Give a size from 3 to 12.")


class MarkerLengthError(InvalidInputError):
    """A known length on the picture cannot be one."""

    def __init__(self, length_mm: float, length_px: float) -> None:
        super().__init__(
            f"{length_mm:g} mm on {length_px:.1f} px gives no scale. Mark both ends of an object at least "
            "10 px apart and give its true length in mm, above 0."
        )


class ContradictorySpacingError(InvalidInputError):
    """Two statements of the header about the size of a pixel cannot both be true."""

    def __init__(self, stated: float, implied: float) -> None:
        super().__init__(
            f"The header contradicts itself: it states a magnification of {stated:.3f} (0018,1114), but its "
            f"distances (0018,1110) and (0018,1111) make it {implied:.3f}. Calibrate on a catheter or on a "
            "marker of known length, or measure in pixels."
        )


class ObjectHeightError(InvalidInputError):
    """An object cannot lie so far from the isocentre."""

    def __init__(self, height_mm: float) -> None:
        super().__init__(
            f"{height_mm:g} mm from the isocentre does not lie between source and detector as this header "
            "describes them, or the header states no distances. Give a height within 300 mm, or none."
        )
