"""Errors of the ledger, the label files and the cache."""

from collections.abc import Sequence

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError, StorageError, UnavailableError


class LabelNotFoundError(NotFoundError):
    """The ledger has no such label."""

    def __init__(self, label_id: str) -> None:
        super().__init__(f"There is no label {label_id!r}. List the labels of the run to see what exists.")


class ImageInPacsError(ConflictError):
    """Somebody wants to delete a run through this server."""

    def __init__(self, image_id: str) -> None:
        super().__init__(
            f"Run {image_id} lives in the PACS, and this server deletes nothing there. Mark the run as "
            "rejected to take it off the work list."
        )


class UnknownStateError(InvalidInputError):
    """A state word that the table of states does not have."""

    def __init__(self, word: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no state {word!r}. Known states: {', '.join(known)}.")


class InvalidIdError(InvalidInputError):
    """An id, tag or name from outside that cannot be one."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(
            f"{value[:80]!r} is not a valid {kind}. Letters, digits, '.', '_' and '-' only, at most 128."
        )


class StateMoveError(ConflictError):
    """A run or label cannot go from its present state to the wanted one."""

    def __init__(self, kind: str, before: str, after: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"A {kind} that is {before!r} cannot become {after!r}. From here it may become: "
            f"{', '.join(allowed)}."
        )


class TagStateError(InvalidInputError):
    """A new label's tag and state contradict each other."""

    def __init__(self, tag: str, state: str, wanted: str) -> None:
        super().__init__(f"A new label with tag {tag!r} begins as {wanted!r}, not as {state!r}.")


class FrameOutOfRunError(InvalidInputError):
    """Somebody names a frame that the run does not have."""

    def __init__(self, image_id: str, frame: int, n_frames: int) -> None:
        super().__init__(
            f"Run {image_id} has {n_frames} frames, numbered from 1; there is no frame {frame + 1}."
        )


class VersionTakenError(ConflictError):
    """Somebody else saved this version of a label at the same time."""

    def __init__(self, image_id: str, tag: str, version: int) -> None:
        super().__init__(
            f"Version {version} of label {tag!r} of run {image_id} was saved by somebody else meanwhile. "
            "Save again."
        )


class LabelOvertakenError(ConflictError):
    """Somebody else saved a label since the one that a new one is based on."""

    def __init__(self, image_id: str, tag: str, version: int, author: str) -> None:
        super().__init__(
            f"{author!r} saved version {version} of label {tag!r} of run {image_id} meanwhile, and yours "
            "does not have it. Nothing was stored. Look at theirs and go on from there, or save with "
            "`overwrite`; theirs stays as an older version."
        )


class LedgerBusyError(UnavailableError):
    """Another process kept the ledger locked for too long, or its data base does not answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The ledger does not answer ({reason}). Nothing was changed; repeat the request.")


class LedgerError(StorageError):
    """The ledger's data base failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The ledger failed ({reason}). Nothing was changed; see the server's log.")


class LabelFileLostError(StorageError):
    """A file of a saved label is not there, or not what was saved."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The file {name} of a saved label is missing or was changed. Restore it from a backup of "
            "the data folder."
        )


class DiskFullError(StorageError):
    """The data folder's disk is full."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"The disk of {folder} is full; what was stored before is untouched. Free some space and save "
            "again."
        )
