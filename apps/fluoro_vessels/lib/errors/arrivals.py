"""Errors of runs that are segmented when they arrive."""

from lib.errors.kinds import ConflictError, FluoroError, NotFoundError, UnavailableError


class ArrivalNotFoundError(NotFoundError):
    """The run was there before anybody looked at what arrives, or nobody knows it."""

    def __init__(self, image_id: str) -> None:
        super().__init__(
            f"Run {image_id[:80]!r} is not among those that arrived. List the arrivals; a run that the PACS "
            "had before can be put among them by `retry`."
        )


class ArrivalAtWorkError(ConflictError):
    """Somebody wants a run looked at again that waits, is being worked on, or has its draft."""

    def __init__(self, image_id: str, state: str) -> None:
        super().__init__(
            f"Run {image_id} is {state} and is not looked at again. Wait for its end; where it has a draft, "
            "correct that."
        )


class ArrivalsOffError(ConflictError):
    """Nobody looks at what arrives."""

    def __init__(self) -> None:
        super().__init__(
            "This server segments nothing by itself. Set FLUORO_ARRIVAL__ENABLED=true, or `enabled` in "
            "configs/arrival.yaml, and start it again."
        )


class ArrivalWorkerError(FluoroError):
    """The process that segments what arrives ended by itself."""

    def __init__(self, status: int | None) -> None:
        super().__init__(
            f"The process that segments arriving runs ended by itself (status {status}), which happens when "
            "memory is short or a file is broken. Look for its last words in what the server wrote."
        )


class ArrivalLateError(FluoroError):
    """A run took so long that it was given up."""

    def __init__(self, longest_s: float) -> None:
        super().__init__(f"It was not done after {longest_s:.0f} s. Segment it with ./fluoro segment.")


class ArrivalLaterError(UnavailableError):
    """The process cannot do anything just now; it says why in a sentence of its own."""


class ArrivalStoppedError(UnavailableError):
    """The server ends; the run waits for its next start."""

    def __init__(self) -> None:
        super().__init__("The server is being stopped; the run is looked at after its next start.")
