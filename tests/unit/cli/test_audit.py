"""`fluoro audit` lists what was asked, and finds out who changed the list."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import run
from lib.datastore.audit_records import AuditEvent
from lib.datastore.ledger import LEDGER_FILE, Ledger

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder in which three people did something."""
    ledger = Ledger.in_folder(tmp_path)
    for day, who in enumerate(("anna", "ben", "anna"), start=1):
        at = datetime(2026, 1, day, tzinfo=UTC)
        ledger.append_audit([AuditEvent(at, who, "PUT /datastore/label", f"1.{day}", None, 200, "10.0.0.7")])
    ledger.close()
    return tmp_path


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ((), [3, 2, 1]),
        (("--who", "anna"), [3, 1]),
        (("--run", "1.2"), [2]),
        (("--since", "2026-01-02", "--until", "2026-01-03T00:00+00:00"), [2]),
        (("--most", "1"), [3]),
    ],
)
def test_the_list_has_what_was_asked_for(
    data: Path, run_json: RunJson, options: tuple[str, ...], numbers: list[int]
) -> None:
    code, said, _ = run_json("audit", "list", *options, "--data", data)

    assert (code, [entry["number"] for entry in said["entries"]]) == (0, numbers)


def test_people_read_a_line_for_each_entry(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["audit", "list", "--data", str(data), "--most", "1"])

    line = "3  2026-01-03 00:00:00  anna  10.0.0.7  200  PUT /datastore/label  1.3\n"
    assert capsys.readouterr().out == line


def test_an_untouched_log_is_whole(data: Path, run_json: RunJson) -> None:
    code, said, _ = run_json("audit", "verify", "--data", data)

    assert (code, said["is_whole"], said["n_entries"]) == (0, True, 3)


def test_a_changed_log_is_not(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(data / LEDGER_FILE) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET who = 'eve' WHERE number = 2")

    code = run(["audit", "verify", "--data", str(data)])

    assert code == 1
    assert capsys.readouterr().out.startswith("Entry 2 is not what was written")


def test_entries_cut_off_are_found_by_a_noted_head(data: Path, run_json: RunJson) -> None:
    code, said, _ = run_json("audit", "verify", "--head", f"7:{'a' * 64}", "--data", data)

    assert (code, said["is_whole"]) == (1, False)
    assert "7 was noted" in said["problem"]


@pytest.mark.parametrize("words", [("list", "--since", "yesterday"), ("verify", "--head", "x")])
def test_what_cannot_be_read_says_what_to_write(
    data: Path, run_json: RunJson, words: tuple[str, ...]
) -> None:
    code, said, _ = run_json("audit", *words, "--data", data)

    assert code == 1
    assert "2026-01-31" in said["error"] or "NUMBER:HASH" in said["error"]
