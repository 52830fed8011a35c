from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.records import RunFacts
from lib.datastore.score_records import LabelledRun, StoredScore
from lib.datastore.states import RunState
from lib.errors import RunNotFoundError
from tests.datastore_builders import IMAGE_ID, a_new_label, a_run

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def a_stored_score(
    image_id: str = IMAGE_ID, model: str = "vessels@1", scored_at: datetime = NOON
) -> StoredScore:
    return StoredScore(
        image_id=image_id,
        model=model,
        uncertainty=0.25,
        foreground=0.05,
        embedding=np.array([0.6, -0.8], np.float32),
        frames=((31, 0.5), (7, 0.125)),
        scored_at=scored_at,
    )


def test_a_score_comes_back_as_it_was_kept(ledger: Ledger) -> None:
    ledger.put_run_score(a_stored_score())

    (found,) = ledger.scored_runs()

    assert found.score.frames == ((31, 0.5), (7, 0.125))
    assert (found.score.model, found.score.uncertainty, found.score.foreground) == ("vessels@1", 0.25, 0.05)
    assert found.score.embedding.dtype == np.float32
    np.testing.assert_array_equal(found.score.embedding, np.array([0.6, -0.8], np.float32))
    assert found.score.scored_at == NOON
    assert found.patient_token is None


def test_a_score_knows_patient_and_angles_once_the_header_was_read(ledger: Ledger) -> None:
    ledger.put_run_score(a_stored_score())
    ledger.put_run_facts(RunFacts(IMAGE_ID, -30.0, 20.0, 66.7, "P-1", None, NOON))

    (found,) = ledger.scored_runs()

    assert (found.patient_token, found.primary_angle_deg, found.secondary_angle_deg) == ("P-1", -30.0, 20.0)


def test_a_new_score_takes_the_place_of_the_old_one(ledger: Ledger) -> None:
    ledger.put_run_score(a_stored_score())

    ledger.put_run_score(a_stored_score(model="vessels@2", scored_at=NOON + timedelta(hours=1)))

    assert [found.score.model for found in ledger.scored_runs()] == ["vessels@2"]


def test_only_scores_kept_after_a_time_are_read_again(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2"), a_run("1.3")])
    for hours, image_id in enumerate(("1.3", "1.2", IMAGE_ID)):
        ledger.put_run_score(a_stored_score(image_id, scored_at=NOON + timedelta(hours=hours)))

    found = ledger.scored_runs(after=NOON)

    assert [one.score.image_id for one in found] == ["1.2", IMAGE_ID]


def test_a_run_that_nobody_knows_has_no_score(ledger: Ledger) -> None:
    with pytest.raises(RunNotFoundError):
        ledger.put_run_score(a_stored_score("9.9"))


def test_runs_are_scored_until_the_model_changes_those_without_a_score_first(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2"), a_run("1.3")])
    ledger.put_run_score(a_stored_score("1.2", "vessels@1"))

    assert ledger.runs_to_score("vessels@1", 9) == sorted(["1.3", IMAGE_ID])
    assert ledger.runs_to_score("vessels@2", 9) == [*sorted(["1.3", IMAGE_ID]), "1.2"]
    assert ledger.runs_to_score("vessels@2", 1) == [min("1.3", IMAGE_ID)]


def test_nobody_looks_at_runs_that_are_gone_skipped_or_rejected(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2"), a_run("1.3"), a_run("1.4")])
    ledger.mark_gone("1.2")
    ledger.set_run_state("1.3", RunState.SKIPPED, "anna")
    ledger.set_run_state("1.4", RunState.REJECTED, "anna")

    assert ledger.runs_to_score("vessels@1", 9) == [IMAGE_ID]
    assert ledger.runs_to_label() == [IMAGE_ID]


def test_runs_that_are_done_are_compared_with_but_not_suggested(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2")])
    ledger.set_run_state("1.2", RunState.DONE, "anna")

    assert ledger.runs_to_score("vessels@1", 9) == [IMAGE_ID, "1.2"]
    assert ledger.runs_to_label() == [IMAGE_ID]


def test_a_draft_leaves_a_run_waiting_and_a_submitted_label_does_not(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2")])
    ledger.add_label(a_new_label("original"))
    ledger.add_label(a_new_label("final", "1.2"))

    assert ledger.runs_to_label() == [IMAGE_ID]
    assert ledger.runs_to_label("original") == []
    assert [run.image_id for run in ledger.runs_labelled()] == ["1.2"]


def test_labelled_runs_come_in_the_order_of_their_newest_label(ledger: Ledger) -> None:
    ledger.note_runs([a_run("1.2")])
    for image_id in ("1.2", IMAGE_ID, "1.2"):
        ledger.add_label(a_new_label("final", image_id))

    ledger.put_run_facts(RunFacts("1.2", -30.0, 20.0, 66.7, "P-1", None, NOON))

    assert ledger.runs_labelled() == [
        LabelledRun(IMAGE_ID, None, None, None),
        LabelledRun("1.2", "P-1", -30.0, 20.0),
    ]
