"""`fluoro models list`, `show`, `promote` and `rollback`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import run
from lib.registry import VersionStore
from tests.version_builders import add_version, build_verdict

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VersionStore:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    return VersionStore(tmp_path / "data")


def test_all_versions_are_listed_and_one_is_live(store: VersionStore, run_json: RunJson) -> None:
    version = add_version(store, b"better", verdict=build_verdict())

    models = run_json("models", "list")[1]["models"]

    assert [(model["version"], model["is_live"]) for model in models] == [
        (store.live().name, True),
        (version, False),
    ]
    assert models[1]["gain"] == 0.03


def test_a_version_is_promoted_and_rolled_back(store: VersionStore, run_json: RunJson) -> None:
    before, version = store.live().name, add_version(store, b"better")

    promoted = run_json("models", "promote", version, "--reason", "seen", "--by", "anna", "--yes")
    shown = run_json("models", "show", version)[1]
    back = run_json("models", "rollback", "--yes")

    assert (promoted[0], promoted[1]["version"], promoted[1]["before"]) == (0, version, before)
    assert (shown["is_live"], shown["labels"][0]["version"]) == (True, 2)
    assert (shown["history"][0]["by"], shown["history"][0]["reason"]) == ("anna", "seen")
    assert (back[0], back[1]["version"]) == (0, before)
    remembered = [(one["what"], one["subject"]) for one in run_json("audit", "list")[1]["entries"]]
    assert remembered == [("models rollback", before), ("models promote", version)]


def test_nothing_changes_where_the_person_says_no(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, version = store.live().name, add_version(store, b"better", verdict=build_verdict())
    monkeypatch.setattr("typer.confirm", refuse)

    code = run(["models", "promote", version, "--reason", "seen"])

    assert code == 130
    assert "It gains 0.030 Dice" in capsys.readouterr().err
    assert store.live().name == before


def refuse(*_: object, **__: object) -> bool:
    import typer

    raise typer.Abort


def test_what_the_gate_refused_needs_a_word_more(store: VersionStore, run_json: RunJson) -> None:
    version = add_version(store, b"spoiled", verdict=build_verdict(passes=False, reasons=("It loses.",)))
    words = ("models", "promote", version, "--reason", "seen", "--yes")

    refused, forced = run_json(*words), run_json(*words, "--against-gate")

    assert (refused[0], forced[0]) == (1, 0)
    assert "The gate refused version" in refused[1]["error"]


def test_a_version_is_shown_in_words(store: VersionStore, capsys: pytest.CaptureFixture[str]) -> None:
    version = add_version(store, b"better", verdict=build_verdict())
    store.promote(version, "anna", "Seen.")

    assert run(["models", "show", version]) == 0

    said = " ".join(capsys.readouterr().out.split())
    assert f"Version {version} of vessels went on from" in said
    assert "Labels of this site that it learned from: 1." in said
    assert "It gains 0.030 Dice on 12 patients" in said
    assert "anna:" in said


def test_the_table_marks_the_live_version(store: VersionStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list"]) == 0

    assert f"* vessels vessel-net {store.live().name}" in " ".join(capsys.readouterr().out.split())
