"""Tells who wants to know that a run came by DIMSE and is in the PACS now."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class StoredRuns:
    """Hands on image ids as runs reach the PACS; what was missed stands in `Ledger.arrived`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[str], None]] = []

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call somebody with each image id from now on; in the sender's thread, so it has to be quick."""
        with self._lock:
            self._listeners.append(listener)

    def tell(self, image_id: str) -> None:
        """Say that a run is in the PACS; a listener that fails does not stop the others."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(image_id)
            except Exception as error:
                logger.error("a listener of stored runs stumbled: %s", type(error).__name__)
