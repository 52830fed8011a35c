"""What the ledger keeps of a model's look at a run: plain frozen records."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class StoredScore:
    """What a model made of a run, see `activelearning.look`."""

    image_id: str
    model: str
    """Id and version, `id@version`."""
    uncertainty: float
    foreground: float
    embedding: NDArray[np.float32]
    """(d,) float32."""
    frames: tuple[tuple[int, float], ...]
    """(t, uncertainty) of the frames looked at, the most uncertain first."""
    scored_at: datetime


@dataclass(frozen=True, slots=True)
class LabelledRun:
    """A run with a submitted or approved label; None where nobody read its header."""

    image_id: str
    patient_token: str | None
    primary_angle_deg: float | None
    secondary_angle_deg: float | None


@dataclass(frozen=True, slots=True, eq=False)
class ScoredRun:
    """A score with what its run's header says; None where nobody read that."""

    score: StoredScore
    patient_token: str | None
    primary_angle_deg: float | None
    secondary_angle_deg: float | None
