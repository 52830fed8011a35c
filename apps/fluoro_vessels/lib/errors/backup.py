"""Errors of backing up and restoring the data folder."""

from pathlib import Path

from lib.errors.kinds import ConflictError, InvalidInputError, StorageError


class BackupExistsError(ConflictError):
    """The file that a backup should become is there already."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already. Name another file; a backup is never overwritten.")


class NothingToBackUpError(InvalidInputError):
    """A data folder without a ledger."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} has no ledger, so there is nothing to back up. Name the folder by --data."
        )


class LedgerElsewhereError(InvalidInputError):
    """The ledger is no file of the data folder."""

    def __init__(self) -> None:
        super().__init__(
            "The ledger is a server's data base (FLUORO_DATASTORE__LEDGER_URL). Dump it first with its own "
            "tool (pg_dump), then back up the files with --without-ledger: they are written before the "
            "rows that name them."
        )


class BackupDamagedError(StorageError):
    """A backup is not what was written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The backup {path} cannot be used: {reason}. Nothing was restored; take another one."
        )


class RestoreTargetError(ConflictError):
    """Somebody wants to restore over what is there."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(
            f"{folder} holds {name} already, and a restore overwrites nothing. Stop the server, and move the "
            "folder away or name an empty one by --data."
        )
