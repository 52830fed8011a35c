"""Files that clients send: written to a temporary file of an allowed type, removed afterwards."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fastapi import UploadFile

from lib.datastore.durable import disk_full_says_so
from lib.errors import InvalidInputError


@contextmanager
def received(upload: UploadFile, suffixes: Sequence[str]) -> Iterator[Path]:
    """Yield the path of what a client sent; the file is gone when the block ends.

    Raises:
        InvalidInputError: The name's ending is none of `suffixes`.
        DiskFullError: There is no room.
    """
    name = (upload.filename or "").lower()
    suffix = next((ending for ending in suffixes if name.endswith(ending)), None)
    if suffix is None:
        raise InvalidInputError(
            f"A file of this type is not accepted here. Send one of: {', '.join(suffixes)}."
        )
    with tempfile.TemporaryDirectory(prefix="received-") as folder:
        path = Path(folder) / f"received{suffix}"
        with disk_full_says_so(path.parent), path.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
        yield path
