"""`fluoro keys`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.access.key_file import KeyFile
from lib.access.roles import Role
from lib.cli.main import run

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyFile:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path))
    return KeyFile(tmp_path / "access" / "keys.json")


def test_a_new_key_is_printed_alone_and_once(keys: KeyFile, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "add", "Dr. Ada", "--role", "reviewer"]) == 0

    printed = capsys.readouterr()
    record = keys.check(printed.out.strip())
    assert (record.name, record.role) == ("Dr. Ada", Role.REVIEWER)
    assert "Nobody can show it again" in printed.err
    assert printed.out.strip() not in printed.err


def test_without_a_role_it_is_an_annotators(run_json: RunJson) -> None:
    assert run_json("keys", "add", "ada")[1]["role"] == "annotator"


def test_the_list_says_whose_and_whether_they_are_good_but_no_key(run_json: RunJson) -> None:
    _, made, _ = run_json("keys", "add", "ada", "--days", 30)
    run_json("keys", "add", "bob")
    run_json("keys", "revoke", "bob")

    _, listed, _ = run_json("keys", "list")

    assert {key["name"]: key["is_good"] for key in listed["keys"]} == {"ada": True, "bob": False}
    assert made["key"] not in str(listed)
    assert "sha256" not in str(listed)


def test_the_list_can_be_read_by_people(capsys: pytest.CaptureFixture[str]) -> None:
    run(["keys", "add", "ada", "--days", "30"])
    run(["keys", "list"])

    assert "good until" in capsys.readouterr().out


def test_a_revoked_key_is_good_for_nothing(keys: KeyFile, run_json: RunJson) -> None:
    key = run_json("keys", "add", "ada")[1]["key"]

    code, revoked, _ = run_json("keys", "revoke", "ada")

    assert code == 0
    assert [one["name"] for one in revoked["revoked"]] == ["ada"]
    with pytest.raises(Exception, match="was revoked"):
        keys.check(key)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "ada", "--role", "god"], "is no role"),
        (["add", "\n"], "can be printed"),
        (["revoke", "nobody"], "fluoro keys list"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(run_json: RunJson, arguments: list[str], words: str) -> None:
    code, said, _ = run_json("keys", *arguments)

    assert code == 1
    assert words in said["error"]
