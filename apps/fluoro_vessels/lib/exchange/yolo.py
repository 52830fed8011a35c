"""YOLO segmentation: a text file for each picture, a polygon on each line.

    data.yaml   images/train/NAME.png   labels/train/NAME.txt   (and val, test)

A line is the number of the class and x y of each corner, as shares of width and height.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import yaml
from numpy.typing import NDArray

from lib.errors import DataSetFileError, NoDataSetError
from lib.exchange.content import ExportRun, FoundRun, Side, frame_name
from lib.exchange.files import FrameFile, frame_files, layered, write_picture
from lib.exchange.names import indices_of
from lib.exchange.outlines import Polygon
from lib.exchange.polygons import filled, polygon_from, polygons_of
from lib.exchange.sheet import Sheet
from lib.labels import Label, LabelTable

DATA: Final = "data.yaml"


class Yolo:
    """Polygons in text files, as Ultralytics trains on."""

    name = "yolo"
    notes = (
        "YOLO segmentation, pictures of 8 bits. Polygons run along the edges of pixels, so that filling "
        "them gives the masks exactly, also of vessels one pixel wide; pieces with holes and outlines "
        "of more than 900 corners are cut, so one vessel tree may be several objects. A picture with an "
        "empty text file was looked at and shows nothing."
    )

    def write(self, folder: Path, runs: Iterable[ExportRun], labels: Sequence[Label]) -> None:
        """Write pictures, text files and data.yaml; see `Format.write`."""
        for side in Side:
            (folder / "images" / side).mkdir(parents=True)
            (folder / "labels" / side).mkdir(parents=True)
        for run in runs:
            for t in run.times:
                name = frame_name(run.name, t)
                write_picture(folder / "images" / run.side / f"{name}.png", run.frames[t])
                lines = _lines(run.label_map[t], labels)
                (folder / "labels" / run.side / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
        content = {
            "path": ".",
            **{side.value: f"images/{side.value}" for side in Side},
            "names": {number: label.name for number, label in enumerate(labels)},
        }
        (folder / DATA).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")

    def read(self, folder: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
        """Read the text files; see `Format.read`."""
        names = _names(folder)
        index_of = indices_of(names.values(), table)
        indices = {number: index_of[name] for number, name in names.items()}
        for run, files in frame_files(folder / "labels", ".txt", sheet):
            yield FoundRun(run.run, {file.t: _read(file, indices) for file in files})


def _lines(label_map: NDArray[np.uint8], labels: Sequence[Label]) -> Iterator[str]:
    size = np.array(label_map.shape[::-1], np.float64)
    for number, label in enumerate(labels):
        for polygon in polygons_of(label_map == label.index):
            corners = " ".join(f"{value:.6f}" for value in (polygon / size).ravel())
            yield f"{number} {corners}\n"


def _names(folder: Path) -> dict[int, str]:
    """Return the names of the classes by their numbers; data.yaml may list them or count them."""
    try:
        names = yaml.safe_load((folder / DATA).read_text(encoding="utf-8"))["names"]
        pairs = names.items() if isinstance(names, dict) else enumerate(names)
        return {int(number): str(name) for number, name in pairs}
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise NoDataSetError(folder, f"has no {DATA} with the names of classes") from error


def _read(file: FrameFile, indices: dict[int, int]) -> NDArray[np.uint8]:
    layers = []
    try:
        for line in file.path.read_text(encoding="utf-8").splitlines():
            if words := line.split():
                layers.append((indices[int(words[0])], filled([_polygon(words[1:], file.shape)], file.shape)))
    except (OSError, ValueError, KeyError) as error:
        raise DataSetFileError(
            file.path, "a line is no class of data.yaml with three or more corners of a polygon"
        ) from error
    return layered(layers, file.shape)


def _polygon(words: Sequence[str], shape: tuple[int, int]) -> Polygon:
    return np.asarray(polygon_from(words) * np.array(shape[::-1], np.float64))
