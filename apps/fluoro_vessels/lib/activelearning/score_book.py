"""The scores of the ledger in memory: read once, and then only what is new."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lib.activelearning.embedding import N_NUMBERS
from lib.activelearning.run_score import RunScore
from lib.datastore.ledger import Ledger
from lib.datastore.score_records import ScoredRun
from lib.frames.angle_group import UNKNOWN, angle_group


@dataclass(frozen=True, eq=False)
class Noted:
    """What is known of a run that a model looked at.

    Attributes:
        run: As the strategies see it.
        frames: (t, uncertainty) of the frames looked at, the most uncertain first.
    """

    run: RunScore
    frames: tuple[tuple[int, float], ...]


class ScoreBook:
    """Knows all scores; safe for several threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._noted: dict[str, Noted] = {}
        self._read_until: datetime | None = None
        self._lock = threading.Lock()

    def read(self) -> Mapping[str, Noted]:
        """Return what is noted of runs by image id, with what the ledger has learned since."""
        with self._lock:
            new = self._ledger.scored_runs(self._read_until)
            if new:
                fitting = (found for found in new if found.score.embedding.size == N_NUMBERS)
                self._noted = {**self._noted, **{found.score.image_id: _noted(found) for found in fitting}}
                self._read_until = new[-1].score.scored_at
            return self._noted


def group_of(primary_deg: float | None, secondary_deg: float | None) -> str:
    """Return how the C-arm stood, "" where nobody knows."""
    group = angle_group(primary_deg, secondary_deg)
    return "" if group == UNKNOWN else group


def _noted(found: ScoredRun) -> Noted:
    score = found.score
    run = RunScore(
        image_id=score.image_id,
        patient=found.patient_token or "",
        angle_group=group_of(found.primary_angle_deg, found.secondary_angle_deg),
        uncertainty=score.uncertainty,
        foreground=score.foreground,
        embedding=score.embedding,
    )
    return Noted(run, score.frames)
