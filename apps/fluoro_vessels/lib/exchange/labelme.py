"""LabelMe: a JSON file beside each picture.

    train/NAME.png   train/NAME.json   (and val, test)

Shapes are polygons, with corners in pixels.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.errors import DataSetFileError, DataSetShapeError
from lib.exchange.content import ExportRun, FoundRun, frame_name
from lib.exchange.files import FrameFile, frame_files, layered, read_json, write_json, write_picture
from lib.exchange.names import indices_of
from lib.exchange.outlines import Polygon
from lib.exchange.polygons import filled, polygon_from, polygons_of
from lib.exchange.sheet import Sheet
from lib.labels import Label, LabelTable

VERSION: Final = "5.5.0"
"""Of LabelMe's files, as they are since its version 5."""


class LabelMe:
    """Polygons in JSON files, for people who correct them in LabelMe."""

    name = "labelme"
    notes = (
        "LabelMe, pictures of 8 bits beside their JSON. Polygons run along the edges of pixels, pixel "
        "(0, 0) from 0 to 1; filled by pixel centres they give the masks exactly. LabelMe's own "
        "conversion to masks draws the outline too, which fills corners where single pixels touch. Pieces "
        "with holes are cut; the pieces of a label have one group id."
    )

    def write(self, folder: Path, runs: Iterable[ExportRun], labels: Sequence[Label]) -> None:
        """Write pictures and JSON files; see `Format.write`."""
        for run in runs:
            for t in run.times:
                path = folder / run.side / f"{frame_name(run.name, t)}.json"
                write_picture(path.with_suffix(".png"), run.frames[t])
                write_json(path, _document(run.label_map[t], labels, path.with_suffix(".png").name))

    def read(self, folder: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
        """Read the JSON files; see `Format.read`."""
        for run, files in frame_files(folder, ".json", sheet):
            yield FoundRun(run.run, {file.t: _read(file, table) for file in files})


def _document(label_map: NDArray[np.uint8], labels: Sequence[Label], picture: str) -> dict[str, Any]:
    return {
        "version": VERSION,
        "flags": {},
        "shapes": [
            {
                "label": label.name,
                "points": polygon.tolist(),
                "group_id": label.index,
                "description": "",
                "shape_type": "polygon",
                "flags": {},
                "mask": None,
            }
            for label in labels
            for polygon in polygons_of(label_map == label.index)
        ],
        "imagePath": picture,
        "imageData": None,
        "imageHeight": label_map.shape[0],
        "imageWidth": label_map.shape[1],
    }


def _read(file: FrameFile, table: LabelTable) -> NDArray[np.uint8]:
    document = read_json(file.path)
    try:
        shape = int(document["imageHeight"]), int(document["imageWidth"])
        drawn = [(str(one["label"]), _polygon(one)) for one in document["shapes"]]
    except (KeyError, TypeError, ValueError) as error:
        raise DataSetFileError(file.path, "a shape is no polygon, or this is no file of LabelMe") from error
    if shape != file.shape:
        raise DataSetShapeError(file.run.run, shape, file.shape)
    indices = indices_of((name for name, _ in drawn), table)
    return layered([(indices[name], filled([polygon], shape)) for name, polygon in drawn], shape)


def _polygon(drawn: dict[str, Any]) -> Polygon:
    if drawn.get("shape_type", "polygon") != "polygon":
        raise ValueError
    return polygon_from(drawn["points"])
