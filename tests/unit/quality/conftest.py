"""Fixtures of the quality of labels."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offices import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Two runs, and a desk."""
    with open_office(tmp_path) as office:
        yield office
