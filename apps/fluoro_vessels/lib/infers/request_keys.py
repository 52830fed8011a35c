"""What `params` of a request may have: every key with its type and range; nothing else reaches a task.

A task says by `request_keys` what it takes. Beside that, every task takes what MONAI Label's clients send
with each request.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Protocol, TypeAlias

from lib.datastore.ids import is_safe
from lib.errors import ParameterValueError, UnknownParameterError
from lib.infers.parameter import Parameter

Check: TypeAlias = Callable[[str, object], object]
"""Raises ParameterValueError when a key, given by its name, may not have a value."""

LONGEST_TEXT: Final = 256
MOST_ITEMS: Final = 100_000
"""Of a list: points, or frames of a run."""

ANY_POINTS: Final = "(a label's name)"
"""Stands for every key that has a list of points: clients send clicks under the names of labels."""

_DEVICE: Final = re.compile(r"cpu|cuda(:[0-9]{1,2})?")
_DTYPE: Final = re.compile(r"u?int(8|16|32)|float32")


class TakesKeys(Protocol):
    """A task that says which keys of `params` it takes."""

    def request_keys(self) -> Mapping[str, Check]:
        """Return a check for each key."""
        ...


def require_known_keys(name: str, task: object, params: Mapping[str, Any]) -> None:
    """Make sure that a task takes all that a request gives it.

    Args:
        name: The task's.
        task: The infer task; one that says nothing takes only what all take.
        params: As the client sent them.

    Raises:
        UnknownParameterError: A key that the task does not take.
        ParameterValueError: A value of another type, or out of range.
    """
    own: Mapping[str, Check] = getattr(task, "request_keys", dict)()
    checks = {**OF_ALL_CLIENTS, **own}
    for key, value in params.items():
        check = checks.get(key) or (own.get(ANY_POINTS) if _is_points(value) else None)
        if check is None:
            raise UnknownParameterError(name, key[:80], sorted(checks))
        check(key, value)


def of_parameters(parameters: Collection[Parameter]) -> dict[str, Check]:
    """Return the checks of parameters with limits of their own; null takes the default."""
    return {one.name: _by_parameter(one) for one in parameters}


def text(key: str, value: object) -> None:
    """Require a short text, or null."""
    if value is not None and not (isinstance(value, str) and len(value) <= LONGEST_TEXT):
        raise ParameterValueError(key, _shown(value), f"text of at most {LONGEST_TEXT} characters")


def safe_id(key: str, value: object) -> None:
    """Require what may be an id or a tag: no path."""
    if value not in (None, "") and not (isinstance(value, str) and is_safe(value)):
        raise ParameterValueError(key, _shown(value), "letters, digits, '.', '_' and '-'")


def flag(key: str, value: object) -> None:
    """Require true or false, also as the words of clients that send text."""
    if value not in (None, True, False, "true", "false", "True", "False"):
        raise ParameterValueError(key, _shown(value), "true or false")


def number(key: str, value: object) -> None:
    """Require a finite number, or null."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (is_number and math.isfinite(float(str(value)))):
        raise ParameterValueError(key, _shown(value), "a number")


def a_list(key: str, value: object) -> None:
    """Require a list; what its items have to be is the task's own check, which says which item is wrong."""
    if value is not None and not (isinstance(value, list) and len(value) <= MOST_ITEMS):
        raise ParameterValueError(key, _shown(value), f"a list of at most {MOST_ITEMS:,} items")


def frame_numbers(key: str, value: object) -> None:
    """Require frame numbers, as a list or as text with commas; null names none."""
    if isinstance(value, list):
        a_list(key, value)
    elif not isinstance(value, int):
        text(key, value)


def matching(pattern: re.Pattern[str], wanted: str) -> Check:
    """Return a check for text of a form, or null."""

    def check(key: str, value: object) -> None:
        if value is not None and not (isinstance(value, str) and pattern.fullmatch(value)):
            raise ParameterValueError(key, _shown(value), wanted)

    return check


def _is_points(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) for one in value)


def _by_parameter(parameter: Parameter) -> Check:
    return lambda _, value: None if value is None else parameter.parse(value)


def _shown(value: object) -> str:
    return str(value)[:80]


OF_ALL_CLIENTS: Final[Mapping[str, Check]] = {
    "client_id": text,
    "result_extension": text,
    "result_dtype": matching(_DTYPE, "a type such as uint8"),
    "result_compress": flag,
    "label_info": a_list,
    "restore_label_idx": flag,
    "largest_cc": flag,
    "reset_state": flag,
    "roi": a_list,
    "device": matching(_DEVICE, "cpu, cuda or cuda:N"),
    "save_label": flag,
    "label_tag": safe_id,
}
"""MONAI Label's own keys, which its clients send with every request."""
