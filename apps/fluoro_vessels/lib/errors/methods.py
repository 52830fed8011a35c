"""Errors of choosing and setting an infer task."""

from collections.abc import Sequence

from lib.errors.kinds import InvalidInputError, NotFoundError


class UnknownAlgorithmError(NotFoundError):
    """No method has that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no method {name[:80]!r}. There are: {', '.join(known)}.")


class UnknownTaskError(NotFoundError):
    """An infer task that this server does not have."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no infer task {name[:80]!r}. This server has: {', '.join(known)}.")


class UnknownParameterError(InvalidInputError):
    """A method has no such parameter."""

    def __init__(self, method: str, name: str, known: Sequence[str]) -> None:
        super().__init__(f"{method} has no parameter {name[:80]!r}. It takes: {', '.join(known)}.")


class ParameterValueError(InvalidInputError):
    """A parameter's value is of another type or out of its range."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        super().__init__(f"Parameter {name} cannot be {str(value)[:80]!r}; expected {wanted}.")
