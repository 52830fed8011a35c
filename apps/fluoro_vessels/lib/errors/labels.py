"""Errors of labels and of the DICOM SEG that holds them."""

from collections.abc import Sequence

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError


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


class LabelNameTakenError(ConflictError):
    """A name that already means another label."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__(
            f"{name!r} is a name of the label {other!r} already. Choose another; nothing was stored."
        )


class ShippedLabelError(ConflictError):
    """Somebody wants to rename or delete a label of this project."""

    def __init__(self, name: str, wish: str) -> None:
        super().__init__(
            f"The label {name!r} belongs to this project and cannot be {wish}; its colour and further "
            "synonyms are yours to choose. Add a label of your own instead."
        )


class NoFreeIndexError(ConflictError):
    """All indices for people's own labels are taken."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(
            f"All indices for own labels, {first} to {last}, are in use. Delete a label that nothing uses."
        )


class LabelInUseError(ConflictError):
    """Somebody wants to delete a label that something holds."""

    def __init__(self, name: str, users: Sequence[str]) -> None:
        super().__init__(
            f"The label {name!r} cannot be deleted, because these have it: {', '.join(users)}. Saved labels "
            "keep theirs for good, so rename it instead; sessions can be closed and masks deleted."
        )


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
