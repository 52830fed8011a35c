"""Looks at the runs that wait, one by one, and keeps what the live model makes of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from lib.activelearning.look import Look, look, times_to_look
from lib.datastore.ledger import Ledger
from lib.datastore.records import LedgerRun
from lib.datastore.run_reader import RunReader
from lib.datastore.score_records import StoredScore
from lib.errors import CancelledError, FluoroError, RunNotFoundError, StorageError, UnavailableError
from lib.frames.fullest import fullest_frame
from lib.frames.read import read_cine
from lib.networks.runtime import ENGINES, Engine
from lib.registry import model_for

logger = logging.getLogger(__name__)

LOOK_VERSION: Final = 1
"""Changes when scores of the same model would be others."""


@dataclass(frozen=True)
class Looker:
    """What looks at runs.

    Attributes:
        name: Id and version of the model, and how it looks: with another one, runs are looked at again.
        engine: Runs the network.
    """

    name: str
    engine: Engine


def live_looker() -> Looker | None:
    """Return the model that serves `vessels` now, None where none is installed."""
    model = model_for("vessels", "vessel-net")
    if model is None:
        return None
    return Looker(f"{model.card.id}@{model.card.version}/{LOOK_VERSION}", ENGINES.of(model))


@dataclass
class Scorer:
    """Scores runs; one thread uses it.

    Attributes:
        reader: Reads headers, and knows ledger and runs.
        frames_per_run: Frames of a run that are looked at.
        find_looker: Returns the live model.
        pause: Called before each frame; it waits as long as people work.
    """

    reader: RunReader
    frames_per_run: int
    find_looker: Callable[[], Looker | None] = live_looker
    pause: Callable[[], None] = lambda: None
    _failed: set[tuple[str, str]] = field(default_factory=set)

    @property
    def ledger(self) -> Ledger:
        """Where scores are kept."""
        return self.reader.ledger

    def score_next(self) -> bool:
        """Score one run and return True; False when there is nothing to do.

        A run that cannot be looked at is left alone until the server is started again.

        Raises:
            UnavailableError: The PACS does not answer, or the ledger is busy.
            StorageError: The ledger or the cache cannot write.
            CancelledError: `pause` says that the server ends.
        """
        looker = self.find_looker()
        image_id = self._next(looker) if looker else None
        if looker is None or image_id is None:
            return False
        try:
            self.ledger.put_run_score(self._score(self.ledger.run(image_id), looker))
        except RunNotFoundError:
            self.ledger.mark_gone(image_id)
        except (UnavailableError, StorageError, CancelledError):
            raise
        except FluoroError as error:
            self._failed.add((image_id, looker.name))
            logger.warning("did not score run %s: %s", image_id, error)
        return True

    def _next(self, looker: Looker) -> str | None:
        """Return the run to look at."""
        candidates = self.ledger.runs_to_score(looker.name, 1 + len(self._failed))
        return next((one for one in candidates if (one, looker.name) not in self._failed), None)

    def _score(self, run: LedgerRun, looker: Looker) -> StoredScore:
        """Look at a run."""
        started = datetime.now(UTC)
        self.pause()
        found = self._look(run, looker)
        now = datetime.now(UTC)
        logger.info("scored run %s in %.2f s", run.image_id, (now - started).total_seconds())
        return StoredScore(
            image_id=run.image_id,
            model=looker.name,
            uncertainty=found.uncertainty,
            foreground=found.foreground,
            embedding=found.embedding,
            frames=found.frames,
            scored_at=now,
        )

    def _look(self, run: LedgerRun, looker: Looker) -> Look:
        facts = self.reader.facts(run)
        frames = read_cine(self.reader.shelf.dicom(run.image_id)).frames
        fullest = facts.fullest_frame
        if fullest is None:
            fullest = fullest_frame(frames)
            self.ledger.note_fullest_frame(run.image_id, fullest)
        times = times_to_look(len(frames), fullest, self.frames_per_run)
        return look(frames, looker.engine, times, self.pause)
