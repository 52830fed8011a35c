"""Errors of labels and of the DICOM SEG that holds them."""

from collections.abc import Sequence

from lib.errors.kinds import InvalidInputError, NotFoundError


class LabelTableError(InvalidInputError):
    """The label table or a set that someone imports contradicts itself."""


class UnknownLabelError(NotFoundError):
    """A label that the table does not have."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no label {name!r}. The table has: {', '.join(known)}.")


class UnknownLabelSetError(NotFoundError):
    """A set of labels that the table does not have."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no label set {name!r}. There are: {', '.join(known)}.")


class LabelShapeError(InvalidInputError):
    """A label array does not have the shape of its run."""

    def __init__(self, got: Sequence[int], wanted: Sequence[int], axes: str) -> None:
        super().__init__(
            f"The label has shape {tuple(got)}, but its run needs {tuple(wanted)} ({axes}). "
            "Nothing was stored. Send one mask for every frame of the run, in native resolution."
        )


class LabelFileError(InvalidInputError):
    """A label file cannot be read or holds values that no label has."""


class SegError(InvalidInputError):
    """A DICOM SEG cannot be written or read as a label of a run."""
