"""Typed parameters of a method: what a client may set, within which limits, and what it means."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from lib.errors import ParameterValueError, UnknownParameterError

ParameterValue: TypeAlias = bool | int | float | str

_WORDS: Final = MappingProxyType(
    {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
)


class ParameterType(StrEnum):
    """The kinds of value that a parameter may take."""

    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    CHOICE = "choice"


@dataclass(frozen=True)
class Parameter:
    """One setting of a method.

    `range` is (least, greatest), both allowed, for numbers; `choices` lists the words of a choice.
    """

    name: str
    type: ParameterType
    default: ParameterValue
    description: str
    range: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a default that the parameter itself would refuse."""
        self.parse(self.default)

    def parse(self, value: object) -> ParameterValue:
        """Return `value` as this parameter's type; text, as a command line has it, is read.

        Raises:
            ParameterValueError: Another type, not finite, out of range, or not among the choices.
        """
        parsed = self._read(value)
        if parsed is None or not self._is_inside(parsed):
            raise ParameterValueError(self.name, value, self.wanted())
        return parsed

    def wanted(self) -> str:
        """Say which values are allowed, as part of a sentence."""
        if self.type is ParameterType.CHOICE:
            return "one of " + ", ".join(self.choices)
        if self.type is ParameterType.BOOL:
            return "true or false"
        kind = "a whole number" if self.type is ParameterType.INT else "a number"
        return f"{kind} from {self.range[0]:g} to {self.range[1]:g}" if self.range else kind

    def as_info(self) -> dict[str, Any]:
        """Return what `/info` shows of this parameter; JSON types only."""
        info: dict[str, Any] = {"type": self.type.value, "default": self.default}
        if self.range is not None:
            info["range"] = list(self.range)
        if self.choices:
            info["choices"] = list(self.choices)
        return info | {"description": self.description}

    def _read(self, value: object) -> ParameterValue | None:
        if self.type is ParameterType.BOOL:
            return value if isinstance(value, bool) else _WORDS.get(str(value).strip().lower())
        if self.type is ParameterType.CHOICE:
            return value if isinstance(value, str) else None
        return None if isinstance(value, bool) else self._read_number(value)

    def _read_number(self, value: object) -> ParameterValue | None:
        if not isinstance(value, int | float | str):
            return None
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return None
        if not math.isfinite(number):
            return None
        if self.type is ParameterType.FLOAT:
            return number
        return int(number) if number.is_integer() else None

    def _is_inside(self, value: ParameterValue) -> bool:
        if self.type is ParameterType.CHOICE:
            return value in self.choices
        if self.range is None or isinstance(value, str):
            return True
        return self.range[0] <= value <= self.range[1]


def validate(
    parameters: Sequence[Parameter], values: Mapping[str, object], method: str
) -> Mapping[str, ParameterValue]:
    """Return a value for every parameter: the given ones read and checked, defaults for the rest.

    Args:
        parameters: What the method takes.
        values: What a client or a command line gave.
        method: The method's name, for the error's sentence.

    Raises:
        UnknownParameterError: `values` has a name that no parameter has.
        ParameterValueError: A value is of another type or out of range.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in by_name:
            raise UnknownParameterError(method, name, sorted(by_name))
    return MappingProxyType(
        {name: parameter.parse(values.get(name, parameter.default)) for name, parameter in by_name.items()}
    )
