import math

import pytest

from lib.errors import InvalidInputError, ParameterValueError, UnknownParameterError
from lib.infers.parameter import Parameter, ParameterType, validate

WIDTH = Parameter("width_mm", ParameterType.FLOAT, 2.0, "Width.", range=(0.5, 8.0))
COUNT = Parameter("count", ParameterType.INT, 3, "How many.", range=(1, 9))
QUICK = Parameter("quick", ParameterType.BOOL, False, "Be quick.")
MODE = Parameter("mode", ParameterType.CHOICE, "auto", "How.", choices=("auto", "frame"))
ALL = (WIDTH, COUNT, QUICK, MODE)


def test_values_left_out_take_their_defaults() -> None:
    values = validate(ALL, {"count": 5}, "ridges")

    assert dict(values) == {"width_mm": 2.0, "count": 5, "quick": False, "mode": "auto"}


def test_text_from_a_command_line_is_read_as_the_parameters_type() -> None:
    values = validate(ALL, {"width_mm": "1.5", "count": "4", "quick": "yes", "mode": "frame"}, "ridges")

    assert dict(values) == {"width_mm": 1.5, "count": 4, "quick": True, "mode": "frame"}
    assert type(values["count"]) is int


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (WIDTH, 9.0),
        (WIDTH, math.nan),
        (WIDTH, "1e999"),
        (WIDTH, True),
        (WIDTH, None),
        (WIDTH, [1.0]),
        (COUNT, 2.5),
        (COUNT, 10**400),
        (COUNT, "many"),
        (QUICK, "maybe"),
        (QUICK, 2),
        (MODE, "other"),
        (MODE, 1),
    ],
)
def test_a_value_that_does_not_fit_is_refused(parameter: Parameter, value: object) -> None:
    with pytest.raises(ParameterValueError, match=parameter.name):
        parameter.parse(value)


def test_the_refusal_says_what_is_wanted() -> None:
    with pytest.raises(InvalidInputError) as caught:
        validate(ALL, {"count": 12}, "ridges")

    assert str(caught.value) == "Parameter count cannot be '12'; expected a whole number from 1 to 9."


def test_an_unknown_name_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(UnknownParameterError) as caught:
        validate(ALL, {"widht_mm": 1}, "ridges")

    assert str(caught.value) == (
        "ridges has no parameter 'widht_mm'. It takes: count, mode, quick, width_mm."
    )


def test_a_default_out_of_its_own_range_cannot_be_declared() -> None:
    with pytest.raises(ParameterValueError):
        Parameter("depth", ParameterType.INT, 0, "Depth.", range=(1, 2))


def test_info_has_type_range_default_and_choices() -> None:
    assert WIDTH.as_info() == {
        "type": "float",
        "default": 2.0,
        "range": [0.5, 8.0],
        "description": "Width.",
    }
    assert MODE.as_info()["choices"] == ["auto", "frame"]
