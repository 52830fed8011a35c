"""A folder that is there as a whole or not at all."""

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lib.registry.on_disk import failures_told, sync

UNFINISHED: Final = ".tmp-"
"""Begins the name of a folder while it is written."""
ABANDONED_AFTER_S: Final = 24 * 3600.0
"""What is older was left behind by a process that died."""


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside the target, which gets the target's name when the block ends well.

    A process that dies leaves the unfinished folder; the next one for the same target clears it away after
    a day.

    Raises:
        DiskFullError: There is no room; nothing is left behind.
        StorageError: The folder cannot be written for another reason.
    """
    folder = target.with_name(f"{UNFINISHED}{secrets.token_hex(8)}-{target.name}")
    try:
        with failures_told(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            _clear_abandoned(target)
            folder.mkdir()
            yield folder
            for path in (*folder.rglob("*"), folder):
                sync(path)
            folder.rename(target)
            sync(target.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_abandoned(target: Path) -> None:
    for old in target.parent.glob(f"{UNFINISHED}*-{target.name}"):
        if time.time() - old.stat().st_mtime > ABANDONED_AFTER_S:
            shutil.rmtree(old, ignore_errors=True)
