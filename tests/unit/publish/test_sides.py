"""Whoever was kept apart once stays apart."""

from typing import Any

import pytest

from lib.exchange.content import Side
from lib.publish.objects import PublishedRun
from lib.publish.scan.traces import Traces
from lib.publish.sides import one_side_each

LABEL: Any = None


@pytest.mark.parametrize("order", [(Side.TEST, Side.TRAIN), (Side.TRAIN, Side.VALIDATION, Side.TEST)])
def test_the_strictest_side_of_a_patient_counts_in_any_order(order: tuple[Side, ...]) -> None:
    runs = [PublishedRun(LABEL, str(n), "FV-1", side, (), Traces()) for n, side in enumerate(order)]
    other = PublishedRun(LABEL, "other", "FV-2", Side.TRAIN, (), Traces())

    found = one_side_each([*runs, other])

    assert [run.side for run in found] == [*[Side.TEST] * len(order), Side.TRAIN]
