"""A label map as the file that an infer task answers with."""

import tempfile
from pathlib import Path

from lib.arrays import LabelMap, to_volume
from lib.datastore.durable import disk_full_says_so
from lib.datastore.volumes import write_label
from lib.frames.spacing import Spacing


def write_result(label_map: LabelMap, spacing: Spacing | None, suffix: str) -> str:
    """Write a label map, (T, H, W), as a temporary file of a type; who asked for it deletes it.

    Raises:
        DiskFullError: There is no room; no file is left.
    """
    with tempfile.NamedTemporaryFile(prefix="label-", suffix=suffix, delete=False) as file:
        path = Path(file.name)
    try:
        with disk_full_says_so(path.parent):
            write_label(path, to_volume(label_map), spacing)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return str(path)
