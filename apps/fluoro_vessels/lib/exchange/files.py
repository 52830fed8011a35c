"""The files of single frames in a data set: where they lie, and whose they are."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.errors import DataSetFileError
from lib.exchange.content import Side
from lib.exchange.sheet import Sheet, SheetRun

_NAME: Final = re.compile(r"(?P<run>.+)_f(?P<number>\d{4,})")
_TYPES: Final = {8: np.uint8, 16: np.uint16}


@dataclass(frozen=True)
class FrameFile:
    """A file of a frame: its run and its t."""

    path: Path
    run: SheetRun
    t: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns that its label has."""
        return self.run.rows, self.run.columns


def frame_files(folder: Path, suffix: str, sheet: Sheet) -> Iterator[tuple[SheetRun, list[FrameFile]]]:
    """Yield for each run the files of its frames below the folders of all sides.

    Raises:
        DataSetFileError: A file's name is that of no frame of the data set.
    """
    paths = [path for side in Side for path in (folder / side.value).glob(f"*{suffix}")]
    found = (frame_file(path, suffix, sheet) for path in paths)
    files = sorted(found, key=lambda file: (file.run.name, file.t))
    for name, own in groupby(files, key=lambda file: file.run.name):
        run = sheet.run_of(name)
        if run is not None:
            yield run, list(own)


def frame_file(path: Path, suffix: str, sheet: Sheet) -> FrameFile:
    """Return whose a file is, by its name.

    Raises:
        DataSetFileError: Its name is that of no frame of the data set.
    """
    match = _NAME.fullmatch(path.name.removesuffix(suffix))
    run = sheet.run_of(match["run"]) if match else None
    if match is None or run is None or not 1 <= int(match["number"]) <= run.n_frames:
        raise DataSetFileError(path, "the name is that of no frame in dataset.json")
    return FrameFile(path, run, int(match["number"]) - 1)


def write_picture(path: Path, frame: Frame, bits: int = 8) -> None:
    """Write a frame, [0, 1], as a grey PNG of 8 or 16 bits; 1.0 is the greatest value."""
    top = (1 << bits) - 1
    image = np.rint(np.clip(np.nan_to_num(frame), 0.0, 1.0) * top).astype(_TYPES[bits])
    path.parent.mkdir(parents=True, exist_ok=True)
    _, data = cv2.imencode(".png", image)
    path.write_bytes(bytes(data))


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file, on one line as they are long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        DataSetFileError: It is none.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataSetFileError(path, "there is no JSON") from error


def layered(layers: list[tuple[int, NDArray[np.bool_]]], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the label map, (H, W), of masks with their indices; where they overlap, the later one wins."""
    label_map = np.zeros(shape, np.uint8)
    for index, mask in layers:
        label_map[mask] = index
    return label_map
