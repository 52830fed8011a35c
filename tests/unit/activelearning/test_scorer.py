from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from lib.activelearning.embedding import N_NUMBERS
from lib.activelearning.scorer import Looker, Scorer
from lib.datastore.cache import RunCache
from lib.datastore.ledger import Ledger
from lib.datastore.patients import PatientTokens
from lib.datastore.run_reader import RunReader
from lib.datastore.shelf import RunShelf
from lib.errors import CancelledError, PacsUnavailableError
from tests.builders import build_xa, draw_run
from tests.fakes import FakePacs
from tests.model_builders import DarkEngine

RUN = build_xa(pixels=draw_run(6, 64, 96))
TOO_SMALL = build_xa(pixels=draw_run(3, 20, 20))

MakeScorer = Callable[..., tuple[Scorer, FakePacs]]


@pytest.fixture
def make_scorer(tmp_path: Path, ledger: Ledger) -> MakeScorer:
    def make(*datasets: Dataset, model: str = "vessels@1/1") -> tuple[Scorer, FakePacs]:
        pacs = FakePacs(datasets)
        shelf = RunShelf(pacs, ledger, RunCache(tmp_path / "cache", 10**9), list_seconds=0)
        shelf.refresh()
        reader = RunReader(ledger, shelf, PatientTokens(tmp_path))
        return Scorer(reader, frames_per_run=2, find_looker=lambda: Looker(model, DarkEngine())), pacs

    return make


def test_a_run_is_scored_once_by_each_model(make_scorer: MakeScorer, ledger: Ledger) -> None:
    scorer, _ = make_scorer(RUN)

    assert [scorer.score_next(), scorer.score_next()] == [True, False]
    scorer.find_looker = lambda: Looker("vessels@2/1", DarkEngine())
    assert [scorer.score_next(), scorer.score_next()] == [True, False]

    (found,) = ledger.scored_runs()
    assert found.score.model == "vessels@2/1"
    assert found.score.embedding.shape == (N_NUMBERS,)
    assert len(found.score.frames) == 2
    assert 0 < found.score.uncertainty < 1
    assert found.patient_token is not None


def test_the_frame_that_shows_the_vessels_best_is_noted_and_looked_at(
    make_scorer: MakeScorer, ledger: Ledger
) -> None:
    scorer, _ = make_scorer(RUN)

    scorer.score_next()

    facts = ledger.run_facts_of(str(RUN.SOPInstanceUID))
    (found,) = ledger.scored_runs()
    assert facts is not None
    assert facts.fullest_frame in {t for t, _ in found.score.frames}


def test_a_run_that_cannot_be_looked_at_is_left_alone(make_scorer: MakeScorer, ledger: Ledger) -> None:
    scorer, _ = make_scorer(RUN, TOO_SMALL)

    while scorer.score_next():
        pass

    assert [found.score.image_id for found in ledger.scored_runs()] == [RUN.SOPInstanceUID]


def test_a_run_that_the_pacs_lost_is_marked(make_scorer: MakeScorer, ledger: Ledger) -> None:
    scorer, pacs = make_scorer(RUN)
    pacs.lose(str(RUN.SOPInstanceUID))

    assert scorer.score_next()

    assert ledger.run(str(RUN.SOPInstanceUID)).gone_at is not None
    assert not scorer.score_next()


def test_a_pacs_that_sleeps_is_asked_again_later(make_scorer: MakeScorer) -> None:
    scorer, pacs = make_scorer(RUN)
    pacs.is_down = True
    with pytest.raises(PacsUnavailableError):
        scorer.score_next()
    pacs.is_down = False

    assert scorer.score_next()


def test_nothing_is_scored_without_a_model(make_scorer: MakeScorer) -> None:
    scorer, _ = make_scorer(RUN)
    scorer.find_looker = lambda: None

    assert not scorer.score_next()


def test_a_look_that_is_stopped_keeps_nothing_and_can_be_repeated(
    make_scorer: MakeScorer, ledger: Ledger
) -> None:
    def stop() -> None:
        raise CancelledError("scoring")

    scorer, _ = make_scorer(RUN)
    scorer.pause = stop
    with pytest.raises(CancelledError):
        scorer.score_next()
    assert ledger.scored_runs() == []
    scorer.pause = lambda: None

    assert scorer.score_next()
    assert np.isfinite(ledger.scored_runs()[0].score.uncertainty)
