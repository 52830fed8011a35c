"""`./fluoro backup` and `restore`."""

import json
from pathlib import Path

import pytest

from lib.cli.main import run
from lib.datastore.ledger import Ledger


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return dict(json.loads(capsys.readouterr().out))


def test_a_folder_comes_back_by_two_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Ledger.in_folder(tmp_path).close()
    file = str(tmp_path / "out" / "backup.tar")

    codes = [
        run(["backup", file, "--data", str(tmp_path), "--json"]),
        run(["restore", file, "--check", "--json"]),
        run(["restore", file, "--data", str(tmp_path / "new"), "--json"]),
    ]

    assert codes == [0, 0, 0]
    assert (tmp_path / "new" / "ledger.sqlite").is_file()
    assert '"n_files": 1' in capsys.readouterr().out


def test_a_missing_ledger_and_a_full_target_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["backup", str(tmp_path / "b.tar"), "--data", str(tmp_path / "no"), "--json"]) == 1
    assert "nothing to back up" in str(said(capsys)["error"])


def test_a_ledger_of_a_server_has_to_be_dumped_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FLUORO_DATASTORE__LEDGER_URL", "postgresql://ledger.invalid/fluoro")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "own.yaml").touch()

    refused = run(["backup", str(tmp_path / "a.tar"), "--data", str(tmp_path), "--json"])
    told = said(capsys)
    taken = run(["backup", str(tmp_path / "b.tar"), "--data", str(tmp_path), "--without-ledger", "--json"])

    assert (refused, taken) == (1, 0)
    assert "pg_dump" in str(told["error"])
