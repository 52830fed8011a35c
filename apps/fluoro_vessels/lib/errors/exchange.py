"""Errors of data sets that come in."""

from collections.abc import Sequence
from pathlib import Path

from lib.errors.kinds import InvalidInputError, NotFoundError


class DataSetError(InvalidInputError):
    """A data set, or a file of it, cannot be read as what it should be."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The data set cannot be imported: {reason}. Nothing was imported.")
        self.reason = reason


class DataSetFileError(DataSetError):
    """A file of a data set is broken, or is something else."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"in {path}, {reason}")


class NoDataSetError(DataSetError):
    """A folder is no data set of the format that was named."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder} {reason}. Name a folder that `fluoro export` wrote")


class DataSetLabelError(DataSetError):
    """A data set has a label that the table has not."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"the label table does not have {', '.join(repr(name) for name in names)[:200]}. Add it with "
            "`fluoro labels import`, or rename it in the data set"
        )


class DataSetRunError(NotFoundError):
    """A data set speaks of a run that this server does not know."""

    def __init__(self, run: str) -> None:
        super().__init__(
            f"The data set has labels of run {run}, which this server does not know. Import it on the server "
            "that exported it, with the same data folder. Nothing was imported."
        )


class DataSetShapeError(DataSetError):
    """A label of a data set does not fit its run."""

    def __init__(self, run: str, got: Sequence[int], wanted: Sequence[int]) -> None:
        rows, columns = wanted
        super().__init__(
            f"a label of run {run} has {got[0]} rows and {got[1]} columns, but the run has {rows} and "
            f"{columns}. Labels have to be of the native resolution"
        )
