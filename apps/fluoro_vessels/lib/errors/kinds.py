"""The kinds of errors.

The kinds below `FluoroError` say whose move it is. `server` turns a kind into an HTTP
status and `cli` into an exit code; nothing else looks at the kind.
"""


class FluoroError(Exception):
    """Base of every error that this project raises on purpose."""


class InvalidInputError(FluoroError):
    """What came in is wrong; the sender can mend it."""


class NotFoundError(FluoroError):
    """What was asked for does not exist."""


class ConflictError(FluoroError):
    """The request does not fit the present state; another one would."""


class UnavailableError(FluoroError):
    """Another system does not answer; the same request may succeed later."""


class NotSignedInError(FluoroError):
    """Nobody knows who asks; signing in mends it."""


class NotAllowedError(FluoroError):
    """Who asks may not do this; somebody else may."""


class BusyError(FluoroError):
    """This server has as much to do as it takes on; the same request will succeed later."""


class StorageError(FluoroError):
    """This server's own disk or data base failed; nothing was changed."""
