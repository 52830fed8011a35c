"""Errors of prompts and of the sessions that hold them."""

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError


class PromptError(InvalidInputError):
    """A point, box or scribble that nobody can have drawn."""


class PointOutOfFrameError(InvalidInputError):
    """A prompt lies outside the frame that it is about."""

    def __init__(self, point: tuple[float, float], shape: tuple[int, int]) -> None:
        (y, x), (rows, columns) = point, shape
        super().__init__(
            f"The point x={x:g}, y={y:g} lies outside the frame, whose pixels are x=0 to {columns - 1} and "
            f"y=0 to {rows - 1}. Nothing was stored."
        )


class MaskShapeError(InvalidInputError):
    """A mask that does not have the shape of its frame."""

    def __init__(self, got: tuple[int, ...], wanted: tuple[int, int]) -> None:
        super().__init__(
            f"The mask has shape {got}, but a frame of this run has {wanted} (rows, columns). Nothing was "
            "stored. Send masks in native resolution."
        )


class MaskUnreadableError(InvalidInputError):
    """Bytes that somebody sent as a mask and that are none."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The mask cannot be read: {reason}. Send (rows, columns) as PNG with one channel, or as .npy of "
            "whole numbers or booleans; 0 is outside. Nothing was stored."
        )


class MaskNotFoundError(NotFoundError):
    """There is no such mask, or it belongs to somebody else."""

    def __init__(self, mask_id: str) -> None:
        super().__init__(f"You have no mask {mask_id[:80]!r}. List the masks of the run to see what exists.")


class SessionNotFoundError(NotFoundError):
    """There is no such session, or it belongs to somebody else."""

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"You have no session {session_id[:80]!r}. List your sessions, or create one for the run."
        )


class SessionExpiredError(NotFoundError):
    """Nobody used a session for so long that it ended."""

    def __init__(self, session_id: str, idle_minutes: float) -> None:
        super().__init__(
            f"Session {session_id} expired: nobody used it for {idle_minutes:g} minutes. Nothing was stored; "
            "create a new session for the run."
        )


class SessionChangedError(ConflictError):
    """Two requests changed a session at the same time."""

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"Session {session_id} was changed or closed by another request meanwhile. Nothing was stored; "
            "look at it again and repeat."
        )


class NothingToUndoError(ConflictError):
    """A session has no prompt that could be undone or done again."""

    def __init__(self, move: str) -> None:
        super().__init__(f"There is no prompt to {move} in this session.")


class NothingToSaveError(ConflictError):
    """A session has no frame that could be saved."""

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"Session {session_id} has no prompts, so there is nothing to save. Name the frames to save as "
            "they are in `frame_numbers`."
        )
