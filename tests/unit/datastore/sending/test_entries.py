"""What is sent, when, and how often."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.outbox import LEASE_S, LONGEST_PAUSE_S, Outbox
from lib.datastore.records import OutboxEntry
from lib.datastore.states import LabelState
from tests.datastore_builders import IMAGE_ID, a_new_label
from tests.unit.datastore.sending.recorder import LATER, REFUSED, RETRY_S, UNAVAILABLE, Recorder


def test_a_final_label_is_sent_once(ledger: Ledger) -> None:
    ledger.add_label(a_new_label("original"))
    label = ledger.add_label(a_new_label())
    sender = Recorder()
    outbox = Outbox(ledger, sender, RETRY_S)

    assert [outbox.run_once(LATER), outbox.run_once(LATER)] == [1, 0]

    [entry] = sender.entries
    assert (entry.kind, entry.label_id, entry.image_id) == ("store_seg", label.id, IMAGE_ID)
    assert ledger.pending() == []


def test_what_was_saved_first_is_sent_first(ledger: Ledger) -> None:
    labels = [ledger.add_label(a_new_label()) for _ in range(3)]
    sender = Recorder()

    Outbox(ledger, sender, RETRY_S).run_once(LATER)

    assert [entry.label_id for entry in sender.entries] == [label.id for label in labels]


def test_the_pause_doubles_up_to_ten_minutes(ledger: Ledger) -> None:
    ledger.add_label(a_new_label())
    outbox = Outbox(ledger, Recorder(*[UNAVAILABLE] * 10), RETRY_S)
    now, pauses = LATER, []

    for _ in range(10):
        outbox.run_once(now)
        [entry] = ledger.pending()
        pauses.append((entry.next_try_at - now).total_seconds())
        assert outbox.run_once(entry.next_try_at - timedelta(seconds=0.1)) == 0
        now = entry.next_try_at

    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600, LONGEST_PAUSE_S]
    assert ledger.pending()[0].attempts == 10


def test_a_silent_pacs_is_asked_once_for_all_entries(ledger: Ledger) -> None:
    for _ in range(3):
        ledger.add_label(a_new_label())
    sender = Recorder(UNAVAILABLE)

    Outbox(ledger, sender, RETRY_S).run_once(LATER)

    assert len(sender.entries) == 1
    assert "connection refused" in str(ledger.pending()[-1].last_error)


def test_when_the_pacs_is_back_all_that_waited_is_sent(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.add_label(a_new_label())
    first, second = ledger.pending()
    ledger.mark_failed(first.id, "the PACS does not answer", LATER)
    ledger.mark_failed(second.id, "the PACS does not answer", LATER + timedelta(seconds=LONGEST_PAUSE_S))

    assert Outbox(ledger, Recorder(), RETRY_S).run_once(LATER) == 2


def test_a_refusal_is_visible_and_does_not_hold_up_others(ledger: Ledger) -> None:
    refused, fine = ledger.add_label(a_new_label()), ledger.add_label(a_new_label())
    sender = Recorder(REFUSED)

    assert Outbox(ledger, sender, RETRY_S).run_once(LATER) == 1

    assert [entry.label_id for entry in sender.entries] == [refused.id, fine.id]
    [entry] = ledger.pending()
    assert entry.is_refused
    assert "A700 out of resources" in str(entry.last_error)
    assert Outbox(ledger, sender, RETRY_S).run_once(entry.next_try_at) == 1


def test_any_other_failure_is_told_by_type_without_its_text(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.add_label(a_new_label())

    Outbox(ledger, Recorder(KeyError("CANARY^PATIENT")), RETRY_S).run_once(LATER)

    [entry] = ledger.pending()
    assert str(entry.last_error).startswith("KeyError in __call__, line")
    assert "KeyError" in caplog.text
    assert "CANARY" not in caplog.text + str(entry.last_error)


@pytest.mark.parametrize("what", ["removed", "returned"])
def test_what_counts_no_more_is_not_sent(ledger: Ledger, what: str) -> None:
    label = ledger.add_label(a_new_label())
    if what == "removed":
        ledger.remove_label(label.id, "anna")
    else:
        ledger.set_label_state(label.id, LabelState.RETURNED, "rita")

    assert Outbox(ledger, Recorder(), RETRY_S).run_once(LATER) == 0


def test_a_label_that_is_submitted_again_is_sent_after_all(ledger: Ledger) -> None:
    label = ledger.add_label(a_new_label())
    ledger.set_label_state(label.id, LabelState.RETURNED, "rita")
    ledger.set_label_state(label.id, LabelState.SUBMITTED, "anna")

    assert Outbox(ledger, Recorder(), RETRY_S).run_once(LATER) == 1


def test_two_servers_never_send_one_entry_at_once(tmp_path: Path, ledger: Ledger) -> None:
    ledger.add_label(a_new_label())
    other_sender = Recorder()
    other = Outbox(Ledger.in_folder(tmp_path), other_sender, RETRY_S)

    def send(_entry: OutboxEntry) -> None:
        assert other.run_once(LATER) == 0

    assert Outbox(ledger, send, RETRY_S).run_once(LATER) == 1
    assert other_sender.entries == []


def test_many_threads_send_each_entry_once(ledger: Ledger) -> None:
    labels = {ledger.add_label(a_new_label()).id for _ in range(20)}
    sender = Recorder()
    threads = [
        threading.Thread(target=Outbox(ledger, sender, RETRY_S).run_once, args=(LATER,)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(sender.entries) == 20
    assert {entry.label_id for entry in sender.entries} == labels


def test_a_lease_that_ran_out_lets_another_server_send(ledger: Ledger) -> None:
    ledger.add_label(a_new_label())
    ledger.claim(LATER, "elsewhere/1/2", LATER + timedelta(seconds=LEASE_S))
    outbox = Outbox(ledger, Recorder(), RETRY_S)

    assert outbox.run_once(LATER + timedelta(seconds=LEASE_S - 1)) == 0
    assert outbox.run_once(LATER + timedelta(seconds=LEASE_S + 1)) == 1
