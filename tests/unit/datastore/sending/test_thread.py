"""The outbox sends by itself, also after a restart."""

import logging
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.records import OutboxEntry
from lib.datastore.sender import is_dead, this_sender
from lib.errors import LedgerBusyError
from lib.settings import PROJECT_FOLDER
from tests.datastore_builders import IMAGE_ID, FileSender, a_draft, a_new_label, some_content
from tests.unit.datastore.sending.recorder import LATER, RETRY_S, UNAVAILABLE, Recorder, wait_until


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
