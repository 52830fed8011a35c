"""PNG: grey pictures, and masks whose colours are those of the label table.

    images/train/NAME.png   masks/train/NAME.png   (and val, test)

The value of a mask's pixel is the label's index; its palette is only for people.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lib.errors import DataSetFileError, DataSetShapeError
from lib.exchange.content import ExportRun, FoundRun, frame_name
from lib.exchange.files import FrameFile, frame_files, write_picture
from lib.exchange.names import indices_of
from lib.exchange.sheet import Sheet
from lib.labels import Label, LabelTable


@dataclass(frozen=True)
class Png:
    """Pictures and indexed masks.

    Attributes:
        bits: Of the pictures, 8 or 16.
    """

    bits: int = 16
    name: str = "png"
    notes: str = (
        "PNG pictures, grey, white the greatest value of 8 or 16 bits, and masks of 8 bits whose values "
        "are the indices of the labels; the palette shows the table's colours."
    )

    def write(self, folder: Path, runs: Iterable[ExportRun], labels: Sequence[Label]) -> None:
        """Write pictures and masks; see `Format.write`."""
        palette = _palette(labels)
        for run in runs:
            (folder / "masks" / run.side).mkdir(parents=True, exist_ok=True)
            for t in run.times:
                name = f"{frame_name(run.name, t)}.png"
                write_picture(folder / "images" / run.side / name, run.frames[t], self.bits)
                mask = Image.fromarray(np.ascontiguousarray(run.label_map[t]))
                mask.putpalette(palette)
                mask.save(folder / "masks" / run.side / name)

    def read(self, folder: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
        """Read the masks; see `Format.read`."""
        lookup = value_lookup(sheet, table)
        for run, files in frame_files(folder / "masks", ".png", sheet):
            yield FoundRun(run.run, {file.t: read_mask(file, lookup) for file in files})


def value_lookup(sheet: Sheet, table: LabelTable) -> dict[int, int]:
    """Return the table's index for each value of a data set's masks.

    Raises:
        DataSetLabelError: The table has no label of that name.
    """
    index_of = indices_of((label.name for label in sheet.labels), table)
    return {0: 0} | {label.index: index_of[label.name] for label in sheet.labels}


def read_mask(file: FrameFile, lookup: dict[int, int]) -> NDArray[np.uint8]:
    """Return the label map, (H, W), of a mask in a PNG.

    Raises:
        DataSetFileError: It is no picture with one value per pixel, or has a value that means nothing.
        DataSetShapeError: It is not of the size of its run.
    """
    try:
        with Image.open(file.path, formats=["PNG"]) as image:
            size, mode = image.size, image.mode
            values = np.asarray(image) if mode in ("P", "L") and size[::-1] == file.shape else None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataSetFileError(file.path, "there is no PNG") from error
    if mode not in ("P", "L"):
        raise DataSetFileError(file.path, f"the mask is a picture of kind {mode}, not of one index per pixel")
    if values is None:
        raise DataSetShapeError(file.run.run, size[::-1], file.shape)
    return looked_up(values, lookup, file.path)


def looked_up(values: NDArray[np.uint8], lookup: dict[int, int], path: Path) -> NDArray[np.uint8]:
    """Return values of a data set as indices of the table, or raise DataSetFileError for an unknown one."""
    table = np.zeros(256, np.uint8)
    table[list(lookup)] = list(lookup.values())
    unknown = sorted(set(np.unique(values).tolist()) - set(lookup))
    if unknown:
        raise DataSetFileError(path, f"the value {unknown[0]} is no label of the data set")
    return np.asarray(table[values])


def _palette(labels: Sequence[Label]) -> list[int]:
    """Return red, green and blue of all 256 values; what is no label is black."""
    colors = np.zeros((256, 3), int)
    for label in labels:
        colors[label.index] = label.color
    found: list[int] = colors.ravel().tolist()
    return found
