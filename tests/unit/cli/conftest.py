"""Fixtures of the command line's tests."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lib.cli.main import run
from lib.settings import settings
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
