"""Logging of the server: to standard error and to `<data>/logs/server.log`.

UIDs may be logged, patient data never. Our own rooms see to that themselves; this module sees to
the libraries: those that log requests, parameters or addresses with queries are kept quiet, and
neither a traceback nor a warning is written with the text that it quotes.
"""

import logging
import logging.config
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

from lib.errors import FluoroError
from lib.server.errors import places

MAX_BYTES: Final = 10 * 2**20
N_OLD_FILES: Final = 5

QUIET: Final = {
    "monailabel": "WARNING",
    "uvicorn.access": "WARNING",
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "httpx2": "WARNING",
    "httpcore2": "WARNING",
    "urllib3": "WARNING",
    "requests": "WARNING",
    "dicomweb_client": "WARNING",
    "orthanc_api_client": "WARNING",
    "python_multipart": "WARNING",
    "sqlalchemy": "WARNING",
    "alembic": "WARNING",
    "nibabel": "ERROR",
    "pydicom": "CRITICAL",
    "pynetdicom": "WARNING",
}
"""Loggers that at a lower level print request bodies, query strings, SQL parameters or elements.

MONAI Label prints every request's parameters at INFO, httpx every address with its query,
pydicom the values of malformed elements at WARNING and ERROR.
"""


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


def log_config(data: Path, level: str = "INFO") -> dict[str, Any]:
    """Return the settings for `dictConfig` and for uvicorn's `log_config`; makes the folder of the log."""
    (data / "logs").mkdir(parents=True, exist_ok=True)
    handlers = ["stderr", "file"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "safe": {
                "()": "lib.server.log_config.SafeFormatter",
                "format": "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s",
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "safe"},
            "file": {
                "class": "logging.handlers.RotatingFileHandler",
                "filename": str(data / "logs" / "server.log"),
                "maxBytes": MAX_BYTES,
                "backupCount": N_OLD_FILES,
                "encoding": "utf-8",
                "delay": True,
                "formatter": "safe",
            },
        },
        "root": {"level": level, "handlers": handlers},
        "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()},
    }


def configure_logging(data: Path, level: str = "INFO") -> None:
    """Set up logging for this process and let warnings say where they come from, not what they quote."""
    logging.config.dictConfig(log_config(data, level))
    warnings.showwarning = log_warning


def log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Log a warning's kind and place; pydicom's warnings quote the element that is malformed."""
    del message, file, line
    logging.getLogger("py.warnings").warning("%s at %s:%d", category.__name__, Path(filename).name, lineno)
