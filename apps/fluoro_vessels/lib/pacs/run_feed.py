"""Keeps a list of all runs up to date without asking for all of it again.

An Orthanc reads a file for every instance that it lists: 0.3 ms each, 0.7 s for 2,000 runs. Its
change feed tells in some milliseconds what is new, and its count of instances whether anything
went away. A PACS that is no Orthanc is asked for the whole list every time.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lib.errors import FluoroError
from lib.pacs.orthanc import OrthancExtras, orthanc_behind
from lib.pacs.runs import RunRef
from lib.settings import PacsSettings

logger = logging.getLogger(__name__)

MOST_NEW: Final = 50
"""With more new instances than this the whole list is the quicker way."""

LOOKS: Final = 3
"""How often feed and count are compared before the whole list is asked for: they are two requests,
and an instance may come between them."""


PATIENCE_S: Final = 1.0
"""How long a thread waits for another's list before it asks for its own: a PACS may hang."""


@dataclass(frozen=True)
class Snapshot:
    """All runs at one moment of an Orthanc.

    As long as `n_instances` plus what came after `last_change` is what the Orthanc counts now,
    nothing was deleted or replaced since.
    """

    runs: dict[str, RunRef]
    last_change: int
    n_instances: int


class RunFeed:
    """The list of runs of one PACS; may be shared by threads.

    Args:
        settings: Of the PACS.
        list_all: Asks for the whole list.
        find: Asks for one run by its SOP Instance UID.
    """

    def __init__(
        self, settings: PacsSettings, list_all: Callable[[], list[RunRef]], find: Callable[[str], RunRef]
    ) -> None:
        # Whoever fails here is followed by the whole list, which has its further tries.
        self._settings = settings.model_copy(update={"retries": 0})
        self._list_all = list_all
        self._find = find
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._orthanc: OrthancExtras | None = None
        self._is_asked = False

    def runs(self) -> list[RunRef]:
        """Return all runs that the PACS holds now.

        Raises:
            FluoroError: As `list_all` does.
        """
        if not self._lock.acquire(timeout=PATIENCE_S):
            return self._list_all()
        try:
            return self._runs()
        finally:
            self._lock.release()

    def _runs(self) -> list[RunRef]:
        self._snapshot, marks = self._ask()
        if self._snapshot is not None:
            return list(self._snapshot.runs.values())
        runs = {run.sop_instance_uid: run for run in self._list_all()}
        if marks is not None:
            # They are older than the list: what came or went meanwhile shows the next time.
            self._snapshot = Snapshot(runs, *marks)
        return list(runs.values())

    def _ask(self) -> tuple[Snapshot | None, tuple[int, int] | None]:
        """Return the snapshot of this moment, else the marks for a new one, else neither."""
        try:
            snapshot = self._updated()
            return snapshot, None if snapshot else self._marks()
        except FluoroError as error:
            logger.debug("no change feed: %s", error)
            return None, None

    def _marks(self) -> tuple[int, int] | None:
        """Return the newest change and the count of instances; None when the PACS is no Orthanc."""
        if not self._is_asked:
            self._orthanc = orthanc_behind(self._settings)
            self._is_asked = True
        if self._orthanc is None:
            return None
        return self._orthanc.last_change(), self._orthanc.n_instances()

    def _updated(self) -> Snapshot | None:
        """Return the snapshot with what is new; None when only the whole list can tell."""
        old, orthanc = self._snapshot, self._orthanc
        if old is None or orthanc is None:
            return None
        for _ in range(LOOKS):
            new, last_change = orthanc.new_instances(old.last_change)
            n_instances = orthanc.n_instances()
            if len(new) > MOST_NEW:
                return None
            if n_instances == old.n_instances + len(new):
                uids = filter(None, map(orthanc.run_uid, new))
                runs = old.runs | {uid: self._find(uid) for uid in uids}
                return Snapshot(runs, last_change, n_instances)
        return None
