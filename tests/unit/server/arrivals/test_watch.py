"""The thread that sees runs come: each is worked on once, whatever dies or sleeps."""

from datetime import UTC, datetime

import pytest

from lib.datastore.arrival_records import ArrivalEnd, ArrivalState
from lib.datastore.received_records import ReceivedRecord
from lib.datastore.sender import this_sender
from lib.errors.arrivals import (
    ArrivalLateError,
    ArrivalLaterError,
    ArrivalStoppedError,
    ArrivalWorkerError,
)
from lib.server.arrivals import watch
from lib.server.arrivals.watch import ArrivalWatch
from tests.arriving import FakeWorker, Ward, a_rule, rules, store, watching


def test_what_the_pacs_has_already_is_left_alone_and_what_comes_is_worked_on_once(
    ward: Ward, worker: FakeWorker
) -> None:
    store(ward)
    watched = watching(ward, worker)
    watched.round()
    new = store(ward, "XA", "XA")

    for _ in range(3):
        watched.round()

    assert sorted(worker.looked) == sorted(new)
    assert ward.ledger.count_arrivals()[ArrivalState.DONE] == 2


def test_what_came_while_no_server_ran_is_worked_on_after_the_next_start(
    ward: Ward, worker: FakeWorker
) -> None:
    watching(ward, worker).round()
    new = store(ward)

    watching(ward, worker).round()

    assert worker.looked == new


def test_a_run_whose_modality_no_rule_wants_is_not_even_fetched(ward: Ward, worker: FakeWorker) -> None:
    watched = watching(ward, worker, rules(a_rule(when={"modality": ("XA",)})))
    watched.round()
    [image_id] = store(ward, "RF")

    watched.round()

    assert worker.looked == []
    assert "retrieve" not in ward.pacs.calls
    assert ward.ledger.arrival(image_id).state is ArrivalState.LEFT


def test_runs_that_come_while_one_is_worked_on_are_worked_on_next(ward: Ward, worker: FakeWorker) -> None:
    watched = watching(ward, worker, rules(look_s=0.1))
    watched.round()
    store(ward)
    later: list[str] = []
    worker.meanwhile = lambda: later or later.extend(store(ward)) or watched.wake()

    watched.round()

    assert worker.looked[1:] == later


@pytest.mark.parametrize("error", [ArrivalLaterError("The PACS sleeps."), ArrivalStoppedError()])
def test_a_run_that_cannot_be_looked_at_now_waits(ward: Ward, worker: FakeWorker, error: Exception) -> None:
    watched = watching(ward, worker)
    watched.round()
    first, _ = sorted(store(ward, "XA", "XA"))
    worker.raises = [error]

    pause_s = watched.round()

    assert (worker.looked, pause_s) == ([first], watch.LATER_S)
    record = ward.ledger.arrival(first)
    assert (record.state, record.attempts) == (ArrivalState.WAITING, 0)
    watched.round()
    assert ward.ledger.count_arrivals()[ArrivalState.DONE] == 2


def test_why_the_queue_stands_still_is_logged_once(
    ward: Ward, worker: FakeWorker, caplog: pytest.LogCaptureFixture
) -> None:
    watched = watching(ward, worker)
    watched.round()
    store(ward)
    worker.raises = [ArrivalLaterError("The disk is full."), ArrivalLaterError("The disk is full.")]

    for _ in range(3):
        watched._safely(watched.round)

    assert caplog.text.count("The disk is full.") == 1
    assert ward.ledger.count_arrivals()[ArrivalState.DONE] == 1


def test_a_run_on_which_the_worker_dies_is_tried_once_more_and_holds_up_nobody(
    ward: Ward, worker: FakeWorker
) -> None:
    watched = watching(ward, worker)
    watched.round()
    bad, good = sorted(store(ward, "XA", "XA"))
    worker.raises = [ArrivalWorkerError(-11), ArrivalWorkerError(-11)]

    watched.round()

    assert worker.looked == [bad, bad, good]
    failed = ward.ledger.arrival(bad)
    assert failed.state is ArrivalState.FAILED
    assert "status -11" in str(failed.outcome)
    assert ward.ledger.arrival(good).state is ArrivalState.DONE


def test_a_run_that_takes_too_long_has_failed_at_once(ward: Ward, worker: FakeWorker) -> None:
    watched = watching(ward, worker)
    watched.round()
    [image_id] = store(ward)
    worker.raises = [ArrivalLateError(1800)]

    watched.round()

    assert ward.ledger.arrival(image_id).state is ArrivalState.FAILED


def test_what_a_killed_server_worked_on_is_taken_over(ward: Ward, worker: FakeWorker) -> None:
    watched = watching(ward, worker)
    watched.round()
    [image_id] = store(ward)
    ward.shelf.refresh()
    ward.ledger.note_arrivals(datetime.now(UTC))
    world, _, _ = this_sender().split("/")
    ward.ledger.claim_arrival(f"{world}/1/0/dead", datetime.now(UTC))

    watched.round()

    assert worker.looked == [image_id]


def test_what_another_server_works_on_is_left_to_it(ward: Ward, worker: FakeWorker) -> None:
    watched = watching(ward, worker)
    watched.round()
    store(ward)
    ward.shelf.refresh()
    ward.ledger.note_arrivals(datetime.now(UTC))
    ward.ledger.claim_arrival("another host/7/1", datetime.now(UTC))

    watched.round()

    assert worker.looked == []


def test_results_are_sent_before_the_end_is_noted_and_problems_are_told(
    ward: Ward, worker: FakeWorker
) -> None:
    states: list[str] = []

    def send(end: ArrivalEnd) -> list[str]:
        [record] = ward.ledger.arrivals()
        states.append(record.state)
        return [f"The report of {end.label_id} was not sent."]

    watched = ArrivalWatch(ward.ledger, ward.shelf, worker, rules(), send)
    watched.round()
    [image_id] = store(ward)
    watched.round()

    assert states == ["working"]
    assert ward.ledger.arrival(image_id).outcome == f"Segmented. The report of {'a' * 32} was not sent."


def test_runs_that_nodes_stored_before_the_first_list_came_are_new(ward: Ward, worker: FakeWorker) -> None:
    watched = watching(ward, worker)
    old, new = store(ward, "XA", "XA")
    for image_id, received_at in ((old, datetime(2020, 1, 1, tzinfo=UTC)), (new, datetime.now(UTC))):
        note_received(ward, image_id, received_at)

    watched.round()

    assert worker.looked == [new]
    assert ward.ledger.arrived() == []


def note_received(ward: Ward, image_id: str, received_at: datetime) -> None:
    record = ReceivedRecord(
        sop_instance_uid=image_id,
        study_instance_uid="1.2",
        series_instance_uid="1.3",
        sop_class_uid="1.4",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        modality="XA",
        is_run=True,
        n_bytes=1,
        file="x.dcm",
        source="ANGIO@127.0.0.1",
        received_at=received_at,
    )
    ward.ledger.note_received(record)
    ward.ledger.note_stored(record, received_at)
