import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import LEASE_S, LONGEST_PAUSE_S, Outbox
from lib.datastore.records import OutboxEntry
from lib.datastore.sender import is_dead, this_sender
from lib.datastore.states import LabelState
from lib.errors import LedgerBusyError, PacsRefusedError, PacsUnavailableError
from lib.settings import PROJECT_FOLDER
from tests.datastore_builders import IMAGE_ID, FileSender, a_draft, a_new_label, some_content

LATER = datetime(2100, 1, 1, tzinfo=UTC)
RETRY_S = 5.0
UNAVAILABLE = PacsUnavailableError("http://127.0.0.1:1", "connection refused")
REFUSED = PacsRefusedError("http://127.0.0.1:1", "store 1 instance", "A700 out of resources")


class Recorder:
    """Remembers what it was to send; raises what it is told to."""

    def __init__(self, *problems: Exception | None) -> None:
        self.entries: list[OutboxEntry] = []
        self.problems = list(problems)
        self.sent = threading.Event()

    def __call__(self, entry: OutboxEntry) -> None:
        self.entries.append(entry)
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            raise problem
        self.sent.set()


def wait_until(is_true: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def running() -> Iterator[list[Outbox]]:
    """Outboxes that are started in a test and stopped after it."""
    outboxes: list[Outbox] = []
    yield outboxes
    for outbox in outboxes:
        outbox.stop()


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


def test_the_thread_sends_at_once_after_a_save(ledger: Ledger, running: list[Outbox]) -> None:
    sender = Recorder()
    outbox = Outbox(ledger, sender, retry_s=60.0)
    running.append(outbox)
    outbox.start()
    time.sleep(0.1)

    ledger.add_label(a_new_label())
    started = time.monotonic()
    outbox.wake()

    assert sender.sent.wait(5)
    assert time.monotonic() - started < 1
    wait_until(lambda: ledger.pending() == [])


def test_the_thread_tries_again_by_itself(ledger: Ledger, running: list[Outbox]) -> None:
    ledger.add_label(a_new_label())
    sender = Recorder(UNAVAILABLE, KeyError("x"))
    running.append(Outbox(ledger, sender, retry_s=0.02))

    running[0].start()

    wait_until(lambda: ledger.pending() == [])
    assert len(sender.entries) == 3


def test_the_thread_outlives_a_ledger_that_fails(
    ledger: Ledger, running: list[Outbox], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.add_label(a_new_label())
    claim, n_calls = ledger.claim, []

    def fail_once(now: datetime, by: str, until: datetime) -> OutboxEntry | None:
        n_calls.append(1)
        if len(n_calls) == 1:
            raise LedgerBusyError("database is locked")
        return claim(now, by, until)

    monkeypatch.setattr(ledger, "claim", fail_once)
    running.append(Outbox(ledger, Recorder(), retry_s=0.02))
    with caplog.at_level(logging.ERROR):
        running[0].start()
        wait_until(lambda: ledger.pending() == [])

    assert "the outbox stumbled" in caplog.text


def test_a_stopped_outbox_sends_no_more(ledger: Ledger) -> None:
    sender = Recorder()
    outbox = Outbox(ledger, sender, retry_s=0.02)
    outbox.start()
    outbox.stop()

    ledger.add_label(a_new_label())
    outbox.wake()
    time.sleep(0.1)

    assert sender.entries == []


def test_a_restart_does_not_wait_out_the_pause(ledger: Ledger, running: list[Outbox]) -> None:
    ledger.add_label(a_new_label())
    [entry] = ledger.pending()
    ledger.mark_failed(entry.id, "the PACS does not answer", LATER)
    running.append(Outbox(ledger, Recorder(), retry_s=60.0))

    running[0].start()

    wait_until(lambda: ledger.pending() == [])


@pytest.mark.parametrize("when", ["before", "while"])
def test_what_a_killed_server_did_not_send_is_sent_after_the_restart(
    tmp_path: Path, ledger: Ledger, store: LabelStore, running: list[Outbox], when: str
) -> None:
    command = [sys.executable, "-m", "tests.datastore_builders", when, str(tmp_path)]
    path = {"PYTHONPATH": f"{PROJECT_FOLDER / 'apps' / 'fluoro_vessels'}:{PROJECT_FOLDER}"}
    killed = subprocess.run(command, env=path, cwd=PROJECT_FOLDER, timeout=60, check=False)
    [label] = ledger.labels(IMAGE_ID)
    [entry] = ledger.pending()
    assert killed.returncode == -9
    assert (entry.claimed_by is not None) == (when == "while")

    sent = tmp_path / "sent"
    running.append(Outbox(ledger, FileSender(LabelFiles(tmp_path / SAVED_FOLDER), sent), retry_s=60.0))
    running[0].start()

    wait_until(lambda: ledger.pending() == [])
    assert sent.read_text() == f"{label.id} {b'SEG version 1 '.hex()}\n"
    assert store.read(label) == some_content(1).volume


def test_a_living_sender_is_not_taken_for_dead() -> None:
    mine = this_sender()
    world, _, started = mine.split("/")

    assert not is_dead(mine)
    assert not is_dead(f"{mine}/extra")
    assert is_dead(f"{world}/1/{started}1")
    assert is_dead(f"{world}/4194305/1")
    assert not is_dead("another-host:1/1/1")
    assert not is_dead("nonsense")


def test_a_saved_label_waits_in_the_outbox_until_it_is_sent(ledger: Ledger, store: LabelStore) -> None:
    store.save(a_draft(), some_content)

    assert len(ledger.due(datetime.now(UTC))) == 1
    Outbox(ledger, Recorder(), RETRY_S).run_once()
    assert ledger.due(datetime.now(UTC)) == []
