"""The pointer to the live version and its history, damaged."""

from pathlib import Path

import pytest

from lib.registry import VersionStore
from tests.version_builders import add_version, build_store, version_of

OLD, NEW = version_of(b"old"), version_of(b"new")


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    """A store whose version `old` is live, after the shipped one."""
    store = build_store(tmp_path)
    store.promote(add_version(store, b"old"), "anna", "")
    return store


def test_a_torn_line_of_the_history_is_written_again(store: VersionStore) -> None:
    history = store.data / "models" / "_versions" / "vessels" / "history.jsonl"
    history.write_bytes(history.read_bytes()[:-20])

    assert [change.after for change in store.history()] == [OLD]
    store.promote(add_version(store, b"new"), "ben", "")

    assert [change.after for change in store.history()] == [OLD, NEW]
    assert len([line for line in history.read_text().splitlines() if line.endswith("}")]) == 2


def test_of_a_damaged_pointer_the_history_says_what_is_live(store: VersionStore) -> None:
    (store.data / "models" / "_versions" / "vessels" / "live.json").write_text("")

    assert store.live().name == OLD
