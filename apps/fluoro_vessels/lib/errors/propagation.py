"""Errors of carrying masks from key frames to a run, and of long work that somebody stopped."""

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError


class CancelledError(ConflictError):
    """Somebody stopped the work; nothing of it is kept."""

    def __init__(self, work: str) -> None:
        super().__init__(f"The {work} was cancelled. Nothing was changed; start it again to have a result.")


class NoKeyFrameError(InvalidInputError):
    """There is no mask to begin from."""

    def __init__(self) -> None:
        super().__init__("No key frame has a mask with a pixel in it. Draw the vessels on one frame first.")


class KeyFrameError(InvalidInputError):
    """A key frame or a finished frame does not fit the run."""

    def __init__(self, frame_number: int, problem: str) -> None:
        super().__init__(f"The mask of frame {frame_number} cannot be used: {problem}.")


class FrameRangeError(InvalidInputError):
    """The wanted frames are not in the run."""

    def __init__(self, first: int, last: int, n_frames: int) -> None:
        super().__init__(
            f"Frames {first} to {last} were asked for, but the run has frames 1 to {n_frames}. Name a first "
            "frame that is not after the last one, both of them in the run."
        )


class NoKeyLabelError(NotFoundError):
    """A run has no saved label to take key frames from."""

    def __init__(self, image_id: str, label_name: str) -> None:
        super().__init__(
            f"No saved label of run {image_id} has a frame with {label_name!r}. Save a mask of one "
            "frame first, or name the label to begin from."
        )


class TrackerUnavailableError(NotFoundError):
    """An optional engine lacks its package or its weights."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"The tracker {name!r} cannot be used: {problem}. Use the tracker 'flow'.")
