import multiprocessing
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, StatementError

from lib.datastore.database import Database
from lib.datastore.ledger import LEDGER_FILE, Ledger
from lib.datastore.tables import Table
from lib.errors import DiskFullError, LedgerBusyError, LedgerError
from tests.datastore_builders import IMAGE_ID, a_new_label, a_run, open_ledger


def test_the_migrations_make_the_tables_that_the_program_uses(ledger: Ledger) -> None:
    with ledger._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Table.metadata) == []


def test_a_ledger_outlives_its_process(tmp_path: Path, ledger: Ledger) -> None:
    ledger.close()

    assert set(Ledger.in_folder(tmp_path).states()) == {IMAGE_ID}


def test_a_data_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "50% of ?mode=ro #1 ü"

    Ledger.in_folder(folder).note_runs([a_run()])

    assert (folder / LEDGER_FILE).is_file()


def test_two_processes_may_open_a_new_ledger_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    both = [context.Process(target=open_ledger, args=(tmp_path, barrier)) for _ in range(2)]

    for process in both:
        process.start()
    for process in both:
        process.join(60)

    assert [process.exitcode for process in both] == [0, 0]
    assert set(Ledger.in_folder(tmp_path).states()) == {IMAGE_ID}
    assert not list(tmp_path.glob("*.opening"))


def test_a_ledger_of_a_newer_program_is_left_alone(tmp_path: Path, ledger: Ledger) -> None:
    with ledger._database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(LedgerError, match="a newer program wrote it, revision 9999"):
        Ledger.in_folder(tmp_path)


def test_a_file_that_is_no_ledger_says_so(tmp_path: Path) -> None:
    (tmp_path / LEDGER_FILE).write_bytes(b"no data base" * 1000)

    with pytest.raises(LedgerError, match="file is not a database"):
        Ledger.in_folder(tmp_path)


def test_a_ledger_in_memory_is_refused() -> None:
    with pytest.raises(LedgerError, match="only in memory"):
        Ledger("sqlite://")


def test_sqlite_is_set_up_for_several_processes(ledger: Ledger) -> None:
    with ledger._database.reading() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }

    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000, "synchronous": 2}


def test_a_write_takes_its_lock_at_the_beginning(tmp_path: Path, ledger: Ledger) -> None:
    other = sqlite3.connect(tmp_path / LEDGER_FILE, timeout=0)

    with ledger._database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")

    other.close()


def test_reading_goes_on_while_somebody_writes(tmp_path: Path, ledger: Ledger) -> None:
    with ledger._database.writing():
        assert set(Ledger.in_folder(tmp_path).states()) == {IMAGE_ID}


def test_a_ledger_that_stays_locked_is_busy(tmp_path: Path, ledger: Ledger) -> None:
    other = sqlite3.connect(tmp_path / LEDGER_FILE)
    other.execute("BEGIN IMMEDIATE")
    event.listen(
        ledger._database._engine, "checkout", lambda raw, *_: raw.execute("PRAGMA busy_timeout = 10")
    )

    with pytest.raises(LedgerBusyError, match="database is locked"):
        ledger.note_runs([a_run("1.2.3")])

    other.close()


def test_a_full_data_base_keeps_what_it_has(ledger: Ledger) -> None:
    first = ledger.add_label(a_new_label())
    with ledger._database.reading() as connection:
        n_pages = connection.execute(text("PRAGMA page_count")).scalar()
    event.listen(
        ledger._database._engine,
        "checkout",
        lambda raw, *_: raw.execute(f"PRAGMA max_page_count = {n_pages}"),
    )

    with pytest.raises(DiskFullError):
        ledger.note_runs([a_run(f"1.2.{number}") for number in range(1000)])

    assert ledger.newest(IMAGE_ID, "final") == first
    assert set(ledger.states()) == {IMAGE_ID}


def test_a_change_is_tried_again_when_another_process_took_its_key(ledger: Ledger) -> None:
    calls = []

    def change(_connection: object) -> str:
        calls.append(1)
        if len(calls) < 3:
            raise IntegrityError("INSERT", {}, Exception("taken"))
        return "stored"

    assert ledger._database.write(change) == "stored"
    assert len(calls) == 3


def test_times_of_any_zone_are_kept_and_naive_ones_refused(ledger: Ledger) -> None:
    cest = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    ledger.add_label(a_new_label())
    [entry] = ledger.pending()

    ledger.mark_failed(entry.id, "why", cest)

    assert ledger.pending()[0].next_try_at == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert ledger.pending()[0].next_try_at.tzinfo is UTC
    with pytest.raises(StatementError, match="no time zone"):
        ledger.mark_failed(entry.id, "why", cest.replace(tzinfo=None))


def test_closing_twice_does_no_harm(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")

    database.close()
    database.close()
