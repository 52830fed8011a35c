"""Errors of measuring through a run: where a site went, when contrast medium came, which frame is good."""

from lib.errors.kinds import InvalidInputError


class FrameOfSiteError(InvalidInputError):
    """The frame in which a site was drawn is none of the run's."""

    def __init__(self, t: int, n_frames: int) -> None:
        super().__init__(
            f"Frame {t + 1} is not in this run, which has {n_frames} frames. Name the frame in which the "
            "vessel was drawn."
        )


class SiteOutsideFrameError(InvalidInputError):
    """The line to be followed does not lie in the picture."""

    def __init__(self, yx: tuple[float, float], shape: tuple[int, ...]) -> None:
        rows, columns = shape[-2:]
        super().__init__(
            f"The line reaches x={yx[1]:.0f}, y={yx[0]:.0f}, outside the frame of {columns} x {rows} pixels. "
            "Draw it inside the picture."
        )


class MasksOfRunError(InvalidInputError):
    """Masks that do not have the shape of the run."""

    def __init__(self, got: tuple[int, ...], wanted: tuple[int, ...]) -> None:
        super().__init__(
            f"The masks have shape {got}, but the frames have {wanted}. Send one mask for each frame, in "
            "native resolution."
        )


class CurveLengthError(InvalidInputError):
    """As many values are needed as there are times or frames."""

    def __init__(self, n_values: int, n_times: int) -> None:
        super().__init__(f"There are {n_values} values for {n_times} frames. Give one value for each frame.")


class NoValueInRunError(InvalidInputError):
    """The site could not be measured in any frame."""

    def __init__(self) -> None:
        super().__init__(
            "The site was measured in no frame, so there is no curve. Choose a site that is filled with "
            "contrast medium in at least one frame."
        )


class NoFrameTimesError(InvalidInputError):
    """A value in seconds, or in frames at 30 a second, needs to know when the frames were taken."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The header states neither Frame Time (0018,1063) nor another rate, so {what} is unknown. "
            "Export the run with its Frame Time, or count the frames by hand and divide by the known rate."
        )


class NoHeartbeatError(InvalidInputError):
    """Neither the ECG nor the motion of the vessels shows where the beats are."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The end-diastolic frame was not found: {reason}. Choose the frame by hand, or film two beats "
            "or more with the ECG stored beside the run."
        )


class NoArrivalError(InvalidInputError):
    """The curve of a place does not show contrast medium coming."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The arrival of contrast medium {place} was not found: {reason}. Film from before the injection "
            "until the far end is filled, and choose places that no other vessel crosses."
        )


class NoVesselInMaskError(InvalidInputError):
    """A mask without a vessel has no quality."""

    def __init__(self) -> None:
        super().__init__(
            "No vessel is marked in this frame, so its quality for measuring is unknown. Segment the frame "
            "first, or choose one in which the vessels are filled."
        )
