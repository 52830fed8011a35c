"""Runs with scores, drawn for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from lib.activelearning.embedding import N_NUMBERS
from lib.activelearning.run_score import RunScore
from lib.datastore.ledger import Ledger
from lib.datastore.records import RunFacts
from lib.datastore.score_records import StoredScore
from tests.datastore_builders import a_run


def a_score(
    image_id: str,
    place: Sequence[float] = (1.0, 0.0),
    *,
    patient: str = "",
    angle_group: str = "",
    uncertainty: float = 0.5,
    foreground: float = 0.05,
) -> RunScore:
    """Return a run at a place; name what matters."""
    return RunScore(
        image_id, patient, angle_group, uncertainty, foreground, np.asarray(place, dtype=np.float32)
    )


def share_of_first(chosen: Sequence[Sequence[str]], image_id: str) -> float:
    """Return how often a run was chosen first."""
    return sum(ids[0] == image_id for ids in chosen) / len(chosen)


def fill(ledger: Ledger, n_runs: int, n_scored: int | None = None, n_frames: int = 48) -> list[str]:
    """Note runs of as many patients / 2, score the first of them, and return their ids."""
    ids = [f"1.{n}" for n in range(1, n_runs + 1)]
    ledger.note_runs([a_run(image_id, n_frames=n_frames) for image_id in ids])
    for n, image_id in enumerate(ids[:n_scored]):
        ledger.put_run_facts(RunFacts(image_id, -30.0, 20.0, 66.7, f"P-{n // 2}", None, datetime.now(UTC)))
        ledger.put_run_score(a_stored_score(image_id, n))
    return ids


def a_stored_score(image_id: str, number: int, uncertainty: float | None = None) -> StoredScore:
    """Return what a model made of a run: unsure of frames 31, 40 and 3, and all different."""
    return StoredScore(
        image_id=image_id,
        model="vessels@1",
        uncertainty=0.1 + 0.01 * (number % 50) if uncertainty is None else uncertainty,
        foreground=0.05,
        embedding=np.random.default_rng(number).random(N_NUMBERS, np.float32),
        frames=((30, 0.6), (39, 0.5), (2, 0.1)),
        scored_at=datetime.now(UTC),
    )
