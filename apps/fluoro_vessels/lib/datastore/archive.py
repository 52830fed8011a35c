"""Runs and their labels as one ZIP file."""

import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from lib.datastore.durable import disk_full_says_so


def write_archive(pairs: Iterable[Mapping[str, str]]) -> Path:
    """Write a temporary ZIP file, which the caller deletes; nothing is left behind if it fails.

    Args:
        pairs: `image` and `label`, the paths of a run and of its label; each pair is asked for when
            the one before is in the archive.

    Raises:
        DiskFullError: There is no room.
    """
    folder = Path(tempfile.gettempdir())
    with tempfile.NamedTemporaryFile(prefix="dataset-", suffix=".zip", delete=False) as file:
        path = Path(file.name)
    try:
        with disk_full_says_so(folder), zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for pair in pairs:
                image = Path(pair["image"])
                archive.write(image, image.name)
                archive.write(pair["label"], f"labels/final/{image.name}")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
