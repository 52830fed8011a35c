"""Logging of the server: to standard error and to `<data>/logs/server.log`.

UIDs may be logged, patient data never. Our own rooms see to that themselves; this module sees to
the libraries: those that log requests, parameters or addresses with queries are kept quiet, and
neither a traceback nor a warning is written with the text that it quotes.
"""

import logging
import logging.config
import warnings
from pathlib import Path
from typing import Any, Final, TextIO

from lib.sections.running import LogSettings

MAX_BYTES: Final = 10 * 2**20
N_OLD_FILES: Final = 5
_DEFAULTS: Final = LogSettings()

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


def log_config(data: Path, log: LogSettings = _DEFAULTS) -> dict[str, Any]:
    """Return the settings for `dictConfig` and for uvicorn's `log_config`; makes the folder of the log."""
    (data / "logs").mkdir(parents=True, exist_ok=True)
    handlers = ["stderr", "file"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": "lib.server.log_safe.SafeFormatter",
                "format": "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s",
            },
            "json": {"()": "lib.server.log_json.JsonFormatter"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": log.output,
            },
            "file": {
                "class": "logging.handlers.RotatingFileHandler",
                "filename": str(data / "logs" / "server.log"),
                "maxBytes": MAX_BYTES,
                "backupCount": N_OLD_FILES,
                "encoding": "utf-8",
                "delay": True,
                "formatter": log.file,
            },
        },
        "root": {"level": log.level, "handlers": handlers},
        "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()},
    }


def configure_logging(data: Path, log: LogSettings = _DEFAULTS) -> None:
    """Set up logging for this process and let warnings say where they come from, not what they quote."""
    logging.config.dictConfig(log_config(data, log))
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
