"""Processes that die at any line of keeping, promoting and rolling back leave a model that serves."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from lib.registry import VersionStore, model_for
from lib.registry.verify import verify
from tests.version_builders import WEIGHTS, add_version, build_store, version_of

OLD, NEW = version_of(b"old"), version_of(b"new")
WRITERS = {"add", "_kept", "write_version", "promote", "rollback", "_switch", "_keep_installed", "make_live"}
"""Functions that change the disk, beside all of `on_disk` and `whole_folder`; others only read."""


def dies_at_line(number: int, work: Callable[[], object]) -> bool:
    """Run work in a process that is killed at that line of the registry; tell whether it came so far."""
    child = os.fork()
    if child == 0:
        seen = 0

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal seen
            file = frame.f_code.co_filename
            is_writer = file.endswith(("on_disk.py", "whole_folder.py")) or frame.f_code.co_name in WRITERS
            if "/lib/registry/" not in file or not is_writer:
                return None
            if event == "line":
                seen += 1
                if seen == number:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        try:
            sys.settrace(trace)
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def killed_copies(store: VersionStore, work: Callable[[VersionStore], object]) -> Iterator[VersionStore]:
    """Yield the store after each way to die, one line later every time."""
    number = 1
    while True:
        data = store.data.with_name(f"killed-{number}")
        shutil.copytree(store.data, data)
        copy = VersionStore(data, store.shipped)
        if not dies_at_line(number, lambda copy=copy: work(copy)):
            return
        yield copy
        shutil.rmtree(data)
        number += 1


def require_sound(store: VersionStore, allowed: set[str]) -> str:
    """Check that a model serves, that it is whole, and that the history ends with it; return its version."""
    model = model_for("vessels", "vessel-net", store.data, store.shipped)
    assert model is not None
    verify(model)
    version = store.live().name
    assert version == model.card.version == version_of((model.folder / WEIGHTS).read_bytes())
    assert version in allowed
    changes = store.history()
    assert not changes or changes[-1].after == version
    assert [change.number for change in changes] == list(range(1, len(changes) + 1))
    for one in store.versions():
        verify(one.model)
    return version


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VersionStore:
    """A store whose version `old` is live; nothing waits for the disk, which helps no killed process."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    store = build_store(tmp_path)
    store.promote(add_version(store, b"old"), "anna", "")
    return store


def test_a_process_that_dies_while_it_keeps_a_version_leaves_all_or_nothing(store: VersionStore) -> None:
    n_deaths = 0
    for copy in killed_copies(store, lambda copy: add_version(copy, b"new")):
        require_sound(copy, {OLD})
        assert add_version(copy, b"new") == NEW
        assert copy.get(NEW).n_frames == 40
        n_deaths += 1

    assert n_deaths > 30


def test_a_process_that_dies_while_it_promotes_leaves_the_old_or_the_new_one(store: VersionStore) -> None:
    add_version(store, b"new")
    found = []
    for copy in killed_copies(store, lambda copy: copy.promote(NEW, "ben", "")):
        found.append(require_sound(copy, {OLD, NEW}))
        copy.promote(NEW, "ben", "")
        assert require_sound(copy, {NEW}) == NEW
        assert copy.rollback("ben").name == OLD
        require_sound(copy, {OLD})

    assert set(found) == {OLD, NEW}
    assert found == sorted(found, key=[OLD, NEW].index)


def test_a_process_that_dies_while_it_rolls_back_leaves_the_new_or_the_old_one(store: VersionStore) -> None:
    shipped = version_of(b"shipped")
    found = [
        require_sound(copy, {OLD, shipped})
        for copy in killed_copies(store, lambda copy: copy.rollback("ben"))
    ]

    assert set(found) == {OLD, shipped}
