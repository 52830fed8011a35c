"""What was asked is remembered in a chain, and every change of it is found."""

import multiprocessing
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.datastore.audit_records import AuditEntry, AuditEvent, check_chain, digest_of
from lib.datastore.ledger import LEDGER_FILE, Ledger
from lib.datastore.ledger_audit import WhichEvents
from lib.errors.audit import AuditHeadError
from tests.datastore_builders import IMAGE_ID

BEGAN = datetime(2026, 1, 31, 8, 15, tzinfo=UTC)


def an_event(minute: int = 0, who: str = "anna", image_id: str | None = IMAGE_ID) -> AuditEvent:
    at = BEGAN + timedelta(minutes=minute)
    return AuditEvent(at, who, "PUT /datastore/label", image_id, "a" * 32, 200, "10.0.0.7", "f00d")


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """A ledger with five entries, written at two times."""
    ledger.append_audit([an_event(0), an_event(1, "ben")])
    ledger.append_audit([an_event(2), an_event(3, "ben", None), an_event(4)])
    return ledger


def test_entries_are_numbered_and_come_back_as_they_were_written(filled: Ledger) -> None:
    entries = list(filled.whole_audit())

    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[3].event == an_event(3, "ben", None)


def test_an_untouched_chain_is_whole(filled: Ledger) -> None:
    check = check_chain(filled.whole_audit())

    head = filled.audit_head()
    assert head is not None
    assert (check.n_entries, check.head, check.problem) == (5, head.head, None)


def test_nothing_to_append_leaves_the_log_as_it_is(filled: Ledger) -> None:
    assert filled.append_audit([]) is None
    assert len(list(filled.whole_audit())) == 5


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'eve' WHERE number = 2", "DELETE FROM audit"])
def test_the_data_base_refuses_to_change_or_delete(filled: Ledger, tmp_path: Path, change: str) -> None:
    other = sqlite3.connect(tmp_path / LEDGER_FILE)

    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        other.execute(change)
    other.close()

    assert len(list(filled.whole_audit())) == 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE audit SET who = 'eve' WHERE number = 2", "Entry 2 is not what was written"),
        ("UPDATE audit SET result = 403 WHERE number = 4", "Entry 4 is not what was written"),
        ("UPDATE audit SET at = '2026-01-31T08:15:00.000001+00:00' WHERE number = 1", "Entry 1"),
        ("DELETE FROM audit WHERE number = 3", "After entry 2 comes entry 4"),
        ("DELETE FROM audit WHERE number = 1", "After entry 0 comes entry 2"),
    ],
)
def test_whoever_gets_around_that_is_found_out(
    filled: Ledger, tmp_path: Path, change: str, said: str
) -> None:
    with sqlite3.connect(tmp_path / LEDGER_FILE) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("DROP TRIGGER audit_no_delete")
        connection.execute(change)

    problem = check_chain(filled.whole_audit()).problem

    assert problem is not None
    assert said in problem


def test_an_entry_that_was_forged_with_its_digest_does_not_carry_the_next_one(filled: Ledger) -> None:
    entries = list(filled.whole_audit())
    forged = replace(entries[1].event, who="eve")
    entries[1] = AuditEntry(2, forged, digest_of(entries[0].digest, 2, forged))

    assert check_chain(entries[:2]).problem is None
    assert "Entry 3 is not what was written" in str(check_chain(entries).problem)


def test_cut_off_entries_are_found_by_a_head_that_was_noted(filled: Ledger) -> None:
    entries = list(filled.whole_audit())
    noted = entries[-1].head

    check = check_chain(entries[:3], noted)

    assert check_chain(entries, noted).problem is None
    assert check.problem == "The log ends with entry 3, but 5 was noted: the newest are gone."


def test_a_chain_that_was_forged_anew_does_not_lead_through_a_noted_head(
    filled: Ledger, tmp_path: Path
) -> None:
    noted = list(filled.whole_audit())[2].head
    forged = Ledger.in_folder(tmp_path / "other")
    forged.append_audit([an_event(minute, "eve") for minute in range(5)])

    check = check_chain(forged.whole_audit(), noted)

    assert check_chain(forged.whole_audit()).problem is None
    assert check.problem == "Entry 3 is not the one that was noted."
    forged.close()


@pytest.mark.parametrize("text", ["", "5", "5:abc", "x:" + "a" * 64, "-1:" + "a" * 64])
def test_what_is_no_head_is_refused(text: str) -> None:
    if text:
        with pytest.raises(AuditHeadError, match="NUMBER:HASH"):
            check_chain([], text)


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        (WhichEvents(), [5, 4, 3, 2, 1]),
        (WhichEvents(who="ben"), [4, 2]),
        (WhichEvents(image_id=IMAGE_ID), [5, 3, 2, 1]),
        (WhichEvents(since=BEGAN + timedelta(minutes=2)), [5, 4, 3]),
        (WhichEvents(who="anna", until=BEGAN + timedelta(minutes=2)), [1]),
    ],
)
def test_a_list_has_the_newest_first_and_only_what_was_asked_for(
    filled: Ledger, which: WhichEvents, numbers: list[int]
) -> None:
    assert [entry.number for entry in filled.audit(which)] == numbers
    assert [entry.number for entry in filled.audit(which, most=1)] == numbers[:1]


def append_in_turn(folder: Path, who: str, barrier: object) -> None:
    """Append beside another process."""
    ledger = Ledger.in_folder(folder)
    barrier.wait()  # type: ignore[attr-defined]
    for minute in range(20):
        ledger.append_audit([an_event(minute, who)])
    ledger.close()


def test_two_processes_write_one_chain(ledger: Ledger, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(2)
    both = [context.Process(target=append_in_turn, args=(tmp_path, who, barrier)) for who in ("anna", "ben")]

    for process in both:
        process.start()
    for process in both:
        process.join(60)

    check = check_chain(ledger.whole_audit())
    assert (check.n_entries, check.problem) == (40, None)


def test_long_logs_are_read_in_pages(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, count_pages: Callable[[], int]
) -> None:
    monkeypatch.setattr("lib.datastore.ledger_audit._PAGE", 2)
    ledger.append_audit([an_event(minute) for minute in range(5)])

    assert [entry.number for entry in ledger.whole_audit()] == [1, 2, 3, 4, 5]
    assert count_pages() == 4


@pytest.fixture
def count_pages(monkeypatch: pytest.MonkeyPatch, ledger: Ledger) -> Callable[[], int]:
    """Count how often the ledger is read from now on."""
    reading, n_reads = ledger._database.reading, []

    def counting() -> object:
        n_reads.append(1)
        return reading()

    monkeypatch.setattr(ledger._database, "reading", counting)
    return lambda: len(n_reads)


def test_an_entry_says_its_head() -> None:
    assert AuditEntry(7, an_event(), "b" * 64).head == f"7:{'b' * 64}"
