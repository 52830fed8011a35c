"""Files that are there as a whole or not at all, also when the power goes."""

import os
import tempfile
from pathlib import Path
from typing import Final

from lib.errors import OutputFolderError

UNFINISHED: Final = ".unfinished-"


def write_file(path: Path, content: bytes) -> None:
    """Write a file beside its place, bring it to the disk, and put it in its place at once.

    Raises:
        OutputFolderError: There is no room, or the folder may not be written; nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(part).chmod(0o644)
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
    except OSError as error:
        raise OutputFolderError(path.parent, (error.strerror or type(error).__name__).lower()) from error


def clear_unfinished(folder: Path) -> None:
    """Delete what a process that died left in a folder."""
    for path in folder.rglob(f"{UNFINISHED}*"):
        path.unlink(missing_ok=True)
