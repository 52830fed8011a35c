"""Errors of model versions: which there are, which may go live."""

from collections.abc import Sequence

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError, StorageError


class UnknownVersionError(NotFoundError):
    """No model has that version."""

    def __init__(self, version: str, known: Sequence[str]) -> None:
        there = f"There are: {', '.join(known)}." if known else "There is none."
        super().__init__(f"There is no version {version[:80]!r} of this model. {there}")


class VersionNameError(InvalidInputError):
    """A version is not called as its weights say."""

    def __init__(self, version: str, wanted: str) -> None:
        super().__init__(
            f"The version is called {version!r}, but its weights say {wanted!r}: the first digits of their "
            "SHA-256. Write them into the card."
        )


class VersionFileError(StorageError):
    """What is noted beside a version cannot be read."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"What is noted of a model's version, {path}, is damaged: {problem}.")


class NothingToRollBackError(ConflictError):
    """No other version was live before."""

    def __init__(self, model: str) -> None:
        super().__init__(f"No other version of {model} was live before. Promote the one that you want.")


class RefusedByGateError(ConflictError):
    """The gate measured a candidate and found it no better."""

    def __init__(self, version: str, reasons: Sequence[str]) -> None:
        super().__init__(
            f"The gate refused version {version}: {' '.join(reasons)} "
            "Promote it against the gate if you know better."
        )


class Int8DropError(ConflictError):
    """A quantized network is not what its weights are."""

    def __init__(self, version: str, drop: float, most: float) -> None:
        super().__init__(
            f"The INT8 network of version {version} loses {drop:.4f} Dice to its weights; {most} is allowed. "
            "Quantize the weights anew."
        )


class GateScoreError(InvalidInputError):
    """A figure for the gate is none."""

    def __init__(self, what: str, found: float, wanted: str) -> None:
        super().__init__(f"The gate got {what} of {found}; expected {wanted}. Measure both models again.")
