"""The outbox: what its tests share."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from lib.datastore.records import OutboxEntry
from lib.errors import PacsRefusedError, PacsUnavailableError

LATER = datetime(2100, 1, 1, tzinfo=UTC)
RETRY_S = 5.0
UNAVAILABLE = PacsUnavailableError("http://127.0.0.1:1", "connection refused")
REFUSED = PacsRefusedError("http://127.0.0.1:1", "store 1 instance", "A700 out of resources")


class Recorder:
    """Remembers what it was to send; raises what it is told to."""

    def __init__(self, *problems: Exception | None) -> None:
        self.entries: list[OutboxEntry] = []
        self.problems = list(problems)
        self.sent = threading.Event()

    def __call__(self, entry: OutboxEntry) -> None:
        self.entries.append(entry)
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            raise problem
        self.sent.set()


def wait_until(is_true: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)
