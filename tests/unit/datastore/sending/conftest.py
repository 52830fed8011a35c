"""The outbox: fixtures."""

from collections.abc import Iterator

import pytest

from lib.datastore.outbox import Outbox


@pytest.fixture
def running() -> Iterator[list[Outbox]]:
    """Outboxes that are started in a test and stopped after it."""
    outboxes: list[Outbox] = []
    yield outboxes
    for outbox in outboxes:
        outbox.stop()
