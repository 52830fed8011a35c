"""A request that contradicts itself is refused before anything is measured."""

from typing import Any

import pytest

from lib.errors.measure_out import MeasureRequestError
from lib.measure.request import MeasureRequest, ScaleSource, ScaleWish

HERE, THERE = (10.0, 20.0), (30.0, 20.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"t": 0, "branch": 1, "points": (HERE, THERE)},
        {"points": (HERE, THERE)},
        {"branch": 1},
        {"around": HERE},
    ],
)
def test_what_contradicts_itself_is_one_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(MeasureRequestError, match=r"\.$"):
        MeasureRequest(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": ScaleSource.CATHETER, "points": (HERE, THERE)},
        {"source": ScaleSource.CATHETER, "french": 6.0, "points": (HERE,)},
        {"source": ScaleSource.LENGTH, "length_mm": 10.0, "points": (HERE,)},
        {"source": ScaleSource.LENGTH, "points": (HERE, THERE)},
    ],
)
def test_a_scale_that_lacks_what_it_needs_says_so(wrong: dict[str, Any]) -> None:
    with pytest.raises(MeasureRequestError, match="scale"):
        ScaleWish(**wrong)


def test_nothing_but_the_run_is_needed() -> None:
    request = MeasureRequest()

    assert (request.t, request.points, request.scale.source) == (None, (), ScaleSource.HEADER)
