"""Fixtures of the command line's tests."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.cli import exporting
from lib.cli.main import run
from lib.settings import settings
from lib.trainers.split import Part
from tests.labelled_archive import Archive
from tests.stub_pacs import StubPacs


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """Undo what global options leave behind: variables, settings, log handlers."""
    before, handlers = dict(os.environ), list(logging.root.handlers)
    yield
    os.environ.clear()
    os.environ.update(before)
    logging.root.handlers[:] = handlers
    settings.cache_clear()


@pytest.fixture
def stub() -> Iterator[StubPacs]:
    """A PACS that answers what the test says."""
    server = StubPacs()
    yield server
    server.close()


@pytest.fixture
def run_json(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any], str]]:
    """Run a command with --json: its exit code, the only object on standard output, standard error."""

    def call(*arguments: object) -> tuple[int, dict[str, Any], str]:
        code = run([*map(str, arguments), "--json"])
        captured = capsys.readouterr()
        return code, json.loads(captured.out), captured.err

    return call


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """A data folder that the command uses; all its patients are ones to train on."""
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FLUORO_PACS__URL", "http://127.0.0.1:9/dicom-web")
    monkeypatch.setenv("FLUORO_PACS__RETRIES", "0")
    monkeypatch.setattr(exporting, "part_of", lambda _: Part.TRAINING)
    (tmp_path / "data").mkdir()
    return Archive(tmp_path / "data")
