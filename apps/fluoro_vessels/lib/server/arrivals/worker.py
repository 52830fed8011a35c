"""The process that works on runs that arrive, one after the other, behind everybody else.

A process of its own: the system lets whoever clicks go first, and a file that makes a decoder crash ends
this process only. It gets the id of a run in a line, and answers with a line of JSON.
"""

import ctypes
import json
import logging
import logging.config
import os
import signal
import sys
import warnings
from collections.abc import Iterable
from typing import IO, Any, Final

from lib.arrivals.open import open_work
from lib.arrivals.work import ArrivalWork
from lib.datastore.arrival_records import ArrivalEnd, ArrivalState
from lib.datastore.background import reason_of
from lib.errors import StorageError, UnavailableError
from lib.server.log_config import log_config, log_warning
from lib.settings import Settings, load_settings

logger = logging.getLogger(__name__)

MODULE: Final = "lib.server.arrivals.worker"
END: Final = "end"
LATER: Final = "later"
"""Keys of an answer: what became of a run, or why it has to wait."""

_PR_SET_PDEATHSIG: Final = 1


def main() -> None:
    """Work until nobody asks any more; the argument is the process of the server."""
    _end_with(int(sys.argv[1]))
    answers = _answers()
    settings = load_settings()
    _log_to_stderr(settings)
    work_off(sys.stdin, answers, open_work(settings))


def work_off(asked: Iterable[str], answers: IO[str], work: ArrivalWork) -> None:
    """Answer each line."""
    for line in asked:
        answers.write(f"{json.dumps(told(work, line.strip()))}\n")
        answers.flush()


def told(work: ArrivalWork, image_id: str) -> dict[str, Any]:
    """Look at a run and return what became of it; whatever is raised, this process goes on."""
    try:
        return {END: work.look(image_id).to_json()}
    except (UnavailableError, StorageError) as error:
        return {LATER: str(error)}
    except MemoryError:
        return _failed("There is not enough memory for it.")
    except Exception as error:
        logger.error("run %s: %s", image_id, reason_of(error))
        return _failed(reason_of(error))


def _failed(outcome: str) -> dict[str, Any]:
    return {END: ArrivalEnd(ArrivalState.FAILED, outcome).to_json()}


def _end_with(server: int) -> None:
    """Let the kernel end this process with the server, or two might work on a run after a restart.

    The server ends it otherwise; a service manager that tells all processes to stop means the server.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:
        sys.exit("the server ended")


def _answers() -> IO[str]:
    """Return standard output for answers alone; what libraries print goes to standard error from now on."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _log_to_stderr(settings: Settings) -> None:
    """Log as the server does, but into no file: two processes cannot rotate one."""
    config = log_config(settings.data, settings.log)
    del config["handlers"]["file"]
    config["root"]["handlers"] = ["stderr"]
    logging.config.dictConfig(config)
    warnings.showwarning = log_warning


if __name__ == "__main__":
    main()
