"""Fixtures of the queue of arriving runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.arriving import FakeWorker, Ward, open_ward


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    with open_ward(tmp_path) as ward:
        yield ward


@pytest.fixture
def worker() -> FakeWorker:
    return FakeWorker()
