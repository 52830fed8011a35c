"""Errors of trainings on what people labelled."""

from collections.abc import Sequence

from lib.errors.kinds import ConflictError, FluoroError, InvalidInputError, NotFoundError


class TrainingNotFoundError(NotFoundError):
    """No training has that id."""

    def __init__(self, training_id: str) -> None:
        super().__init__(f"There is no training {training_id[:80]!r}. List them, and take an id from there.")


class TrainingOverError(ConflictError):
    """Somebody wants to cancel a training that has ended."""

    def __init__(self, training_id: str) -> None:
        super().__init__(f"Training {training_id} has ended and cannot be cancelled. Look at its outcome.")


class UnknownTrainerError(NotFoundError):
    """Nothing of that name can be trained."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no trainer {name[:80]!r}. There are: {', '.join(known)}.")


class TrainingSettingsError(InvalidInputError):
    """What somebody asked of a training contradicts the schema of its settings."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(
            f"Training setting {key[:80]}: {problem[:200]}. See docs/training.md; nothing was queued."
        )


class NothingToLearnError(ConflictError):
    """No label can be learned from."""

    def __init__(self, n_labels: int, n_frozen: int) -> None:
        super().__init__(
            f"There is nothing to learn from: {n_labels} submitted or approved labels, {n_frozen} of them of "
            "patients that only measure, and no finished frame among the others. Finish frames and submit "
            "labels of more patients."
        )


class TrainingStoppedError(FluoroError):
    """A training was cancelled; it stores nothing."""

    def __init__(self) -> None:
        super().__init__("The training was cancelled; the models are as they were.")


class NnUnetCommandError(FluoroError):
    """A command of nnU-Net failed."""

    def __init__(self, command: str, code: int, log: str) -> None:
        super().__init__(f"{command} ended with code {code}. What it said stands in {log}.")
