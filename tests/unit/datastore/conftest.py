"""A ledger of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.datastore.label_store import LabelStore
from lib.datastore.ledger import Ledger
from tests.datastore_builders import a_run, a_store


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger that knows one run of 96 frames."""
    ledger = Ledger.in_folder(tmp_path)
    ledger.note_runs([a_run()])
    yield ledger
    ledger.close()


@pytest.fixture
def store(tmp_path: Path, ledger: Ledger) -> LabelStore:
    """Saved labels beside the ledger."""
    return a_store(tmp_path, ledger)
