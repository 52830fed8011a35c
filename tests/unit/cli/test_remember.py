"""Commands that change who may, or what is live, are in the audit log."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "ada")


def test_keys_that_are_made_and_revoked_are_remembered_with_who_did_it(run_json: RunJson) -> None:
    made = run_json("keys", "add", "Dr. Bea", "--role", "admin")[1]
    run_json("keys", "revoke", "Dr. Bea")

    _, log, _ = run_json("audit", "list")
    _, check, _ = run_json("audit", "verify")

    told = [(one["who"], one["what"], one["subject"]) for one in log["entries"]]
    assert told == [("ada", "keys revoke", made["id"]), ("ada", "keys add", made["id"])]
    assert made["key"] not in str(log)
    assert check["is_whole"]
