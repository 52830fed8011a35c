"""Errors of a measurement as a whole: what was asked for, what the quality forbids, what is kept and sent."""

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError


class NoSiteError(InvalidInputError):
    """Nobody said what is to be measured, and the frame has no branch that could be taken."""

    def __init__(self, frame_number: int) -> None:
        super().__init__(
            f"Frame {frame_number} shows no vessel that is long enough to be measured. Name another frame, "
            "or click two places on the vessel."
        )


class MeasureRequestError(InvalidInputError):
    """A request that contradicts itself or leaves something out."""


class MeasurementRefusedError(InvalidInputError):
    """The frame is too poor to be measured; there is no number."""

    def __init__(self, frame_number: int, reason: str) -> None:
        super().__init__(f"Frame {frame_number}: {reason}")


class LesionUnseenError(InvalidInputError):
    """The tightest part of a narrowing could not be measured, so every number beside it would be too good."""

    def __init__(self, frame_number: int, gap_px: float) -> None:
        super().__init__(
            f"Frame {frame_number}: {gap_px:.0f} px of the narrowing were too faint to be measured, so it is "
            "tighter there than anything that could be. Choose a frame with more contrast medium or another "
            "view."
        )


class MeasurementNotFoundError(NotFoundError):
    """There is no such measurement, or it belongs to somebody else."""

    def __init__(self, measurement_id: str) -> None:
        super().__init__(
            f"You have no measurement {measurement_id[:80]!r}. List the measurements of the run to see what "
            "exists."
        )


class MeasurementSentError(ConflictError):
    """A measurement that is on its way to the PACS, or there, cannot be taken back here."""

    def __init__(self, measurement_id: str) -> None:
        super().__init__(
            f"Measurement {measurement_id} was sent to the PACS and is kept as it was sent. Measure again "
            "and send the new one."
        )


class ManifestError(InvalidInputError):
    """A list of runs to measure that cannot be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"The list {name} cannot be used: {reason}. It needs a heading with the column `file`, and may "
            "have frame_number, branch, x1, y1, x2, y2, masks."
        )
