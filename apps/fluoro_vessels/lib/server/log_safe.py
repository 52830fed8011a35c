"""How exceptions are logged: by type and place, because their texts may quote patient data."""

import logging
from types import TracebackType

from lib.errors import FluoroError
from lib.server.errors import places


class SafeFormatter(logging.Formatter):
    """Writes an exception's type and places, and its text only where the text is ours."""

    def formatException(  # noqa: N802  the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return one line for an exception."""
        error = ei[1]
        if error is None:
            return ""
        text = f": {error}" if isinstance(error, FluoroError) else ""
        return f"{type(error).__name__} at {places(error)}{text}"
