"""Errors of what is larger than this server takes in."""

from lib.errors.edge import TooLargeError
from lib.errors.frames import FrameError
from lib.errors.kinds import InvalidInputError, StorageError


class RunTooLargeError(FrameError):
    """A file declares more pixels than this server decodes."""

    def __init__(self, name: str, found: str, limit: str, setting: str) -> None:
        super().__init__(
            f"{name} declares {found}; this server takes {limit}. Nothing was decoded. If it is a real run, "
            f"raise FLUORO_LIMITS__{setting}."
        )


class BombError(FrameError):
    """A packed file unpacks to far more than it is."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} unpacks to more than a hundred times its size, which no X-ray run does. Send it with "
            "another transfer syntax."
        )


class JsonTooLargeError(TooLargeError):
    """A request that brings no file is longer than any needs to be."""

    def __init__(self, limit_mb: int) -> None:
        InvalidInputError.__init__(
            self,
            f"The request is larger than {limit_mb} MB and no file. Send less at once, or raise "
            "FLUORO_LIMITS__JSON_MB. Nothing was stored.",
        )
        self.limit_mb = limit_mb


class BodyLengthError(InvalidInputError):
    """A request whose body is not as long as it says, or does not say it in a number."""

    def __init__(self) -> None:
        super().__init__("Content-Length is no number. Send the length of the body in bytes.")


class QuotaReachedError(StorageError):
    """The data folder holds as much as it may."""

    def __init__(self, limit_gb: float) -> None:
        super().__init__(
            f"The data folder holds the {limit_gb:g} GB that it may. Nothing was stored. Raise "
            "FLUORO_DATASTORE__QUOTA_GB, or remove what is not needed; see docs/operations.md."
        )
