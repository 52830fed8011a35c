"""Events reach the ledger before anybody is told, and wait while it takes none."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.datastore.audit_records import AuditEvent
from lib.datastore.ledger import Ledger
from lib.errors import DiskFullError
from lib.server.observe import audit_trail
from lib.server.observe.audit_trail import AuditTrail


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.in_folder(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def full_disk(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the ledger take nothing until the returned function is called."""
    append = ledger.append_audit

    def fail(_: object) -> None:
        raise DiskFullError("data")

    monkeypatch.setattr(ledger, "append_audit", fail)
    monkeypatch.setattr(audit_trail, "_BATCH", 1)
    monkeypatch.setattr(audit_trail, "_FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(audit_trail, "_LONGEST_PAUSE_S", 0.05)
    return lambda: monkeypatch.setattr(ledger, "append_audit", append)


def an_event(who: str = "anna") -> AuditEvent:
    return AuditEvent(datetime.now(UTC), who, "PUT /datastore/label", "1.2.3", None, 200, "10.0.0.7", "f00d")


def names(ledger: Ledger) -> list[str]:
    return [entry.event.who for entry in ledger.whole_audit()]


def wait_for(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return is_so()


def test_an_event_is_stored_when_its_future_is_done(ledger: Ledger) -> None:
    trail = AuditTrail(ledger)
    trail.open()

    [stored] = trail.add([an_event()])
    stored.result(timeout=5)

    assert names(ledger) == ["anna"]
    trail.close()


def test_what_waits_is_written_before_the_end(ledger: Ledger) -> None:
    trail = AuditTrail(ledger)
    trail.open()
    trail.add([an_event(f"person {number}") for number in range(700)])

    trail.close()

    assert names(ledger) == [f"person {number}" for number in range(700)]
    assert (trail.n_stored, trail.n_waiting, trail.n_lost) == (700, 0, 0)


def test_events_outlive_a_ledger_that_takes_none_for_a_while_and_nobody_waits_for_it(
    ledger: Ledger, full_disk: Callable[[], None]
) -> None:
    trail = AuditTrail(ledger)
    trail.open()

    stored, _ = trail.add([an_event("anna"), an_event("ben")])
    stored.result(timeout=5)
    n_before = len(names(ledger))
    full_disk()

    assert n_before == 0
    assert wait_for(lambda: names(ledger) == ["anna", "ben"])
    trail.close()


def test_an_error_that_nobody_thought_of_does_not_end_the_writing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, tries = ledger.append_audit, iter([True, False])

    def stumble(events: list[AuditEvent]) -> object:
        if next(tries, False):
            raise ZeroDivisionError
        return append(events)

    monkeypatch.setattr(ledger, "append_audit", stumble)
    monkeypatch.setattr(audit_trail, "_FIRST_PAUSE_S", 0.01)
    trail = AuditTrail(ledger)
    trail.open()

    trail.add([an_event()])

    assert wait_for(lambda: names(ledger) == ["anna"])
    trail.close()


@pytest.mark.usefixtures("full_disk")
def test_what_the_ledger_never_takes_is_in_the_log(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    trail = AuditTrail(ledger)
    trail.open()
    trail.add([an_event()])

    trail.close()

    lost = [record.getMessage() for record in caplog.records if "not in the audit log" in record.getMessage()]
    assert len(lost) == trail.n_lost == 1
    assert '"who": "anna"' in lost[0]


@pytest.mark.usefixtures("full_disk")
def test_not_more_is_kept_than_fits_in_memory(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_trail, "MOST_WAITING", 3)
    trail = AuditTrail(ledger)

    trail.add([an_event() for _ in range(5)])

    assert (trail.n_waiting, trail.n_lost) == (3, 2)


def test_the_log_is_told_the_head_at_both_ends(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    trail = AuditTrail(ledger)
    trail.open()
    trail.add([an_event()])
    trail.close()

    head = ledger.audit_head()
    assert head is not None
    said = [record.getMessage() for record in caplog.records if "audit log" in record.getMessage()]
    assert said == ["the audit log began at head 0", f"the audit log ended at head {head.head}"]
