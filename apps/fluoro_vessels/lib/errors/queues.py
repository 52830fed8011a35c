"""Errors of a server that has too much to do, or that is being stopped."""

from lib.errors.kinds import BusyError, UnavailableError


class QueueFullError(BusyError):
    """As many requests of a kind wait as this server lets wait."""

    def __init__(self, queue: str, n_waiting: int, retry_after_s: int) -> None:
        super().__init__(
            f"The server is busy: {n_waiting} requests wait for {queue} already. Nothing was done; repeat "
            f"the request in {retry_after_s} s."
        )
        self.retry_after_s = retry_after_s


class ServerStoppingError(UnavailableError):
    """The server was told to stop; it finishes what it has begun and begins nothing more."""

    def __init__(self) -> None:
        super().__init__(
            "The server is being stopped and begins nothing new. Nothing was done; repeat the request in a "
            "moment, when it has started again."
        )


class GivenUpError(UnavailableError):
    """Nobody waits for the answer any more: the client went away, or the server is being stopped."""

    def __init__(self, work: str) -> None:
        super().__init__(f"The {work} was given up, because nobody waits for it. Nothing was changed.")
