"""Errors of the tools that work on one frame."""

from collections.abc import Sequence

from lib.errors.kinds import InvalidInputError


class FrameNotNamedError(InvalidInputError):
    """A request for one frame leaves open which one, or contradicts itself."""

    def __init__(self, frame_numbers: Sequence[int], n_frames: int) -> None:
        said = f"speaks of the frames {', '.join(map(str, frame_numbers))}" if frame_numbers else "names none"
        super().__init__(
            f"A tool works on one frame, and the request {said}. Give `frame`, 1 to {n_frames}, or points "
            "that lie on one frame."
        )


class ToolPointsError(InvalidInputError):
    """A tool has not been shown the points that it begins with."""

    def __init__(self, tool: str, wanted: str, n_points: int) -> None:
        super().__init__(
            f"{tool} needs {wanted}; the request has {n_points} on this frame. Send `foreground` as a list "
            "of [x, y, slice]; slices count from 0."
        )
