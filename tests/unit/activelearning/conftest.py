"""A ledger of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.datastore.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    ledger = Ledger.in_folder(tmp_path)
    yield ledger
    ledger.close()
