"""A ward of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.arriving import Ward, open_ward


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ward]:
    """An empty PACS, where every algorithm is one that finds what is dark."""
    with open_ward(tmp_path) as ward:
        monkeypatch.setattr("lib.arrivals.work.find_algorithm", lambda _: ward.dark)
        yield ward
