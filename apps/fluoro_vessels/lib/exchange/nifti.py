"""NIfTI: a volume for each run and one for its label, axes X, Y, frame.

    images/train/NAME.nii.gz   labels/train/NAME.nii.gz   (and val, test)

The third zoom is the time from frame to frame in seconds, 1 where nobody knows; a projection has no third
axis in space.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from numpy.typing import NDArray

from lib.arrays import LabelMap, from_volume, to_volume
from lib.errors import DataSetFileError, DataSetShapeError
from lib.exchange.content import ExportRun, FoundRun, Side
from lib.exchange.png import looked_up, value_lookup
from lib.exchange.sheet import Sheet, SheetRun
from lib.labels import Label, LabelTable

SUFFIX: Final = ".nii.gz"
WHITE: Final = 65535
_BROKEN: Final = (ImageFileError, HeaderDataError, OSError, EOFError, ValueError, OverflowError, zlib.error)


class Nifti:
    """Volumes of whole runs."""

    name = "nifti"
    notes = (
        "NIfTI volumes of whole runs, axes X, Y, frame: images of 16 bits scaled to [0, 1], labels with "
        "the indices below. Zooms are the size of a pixel in mm and the time from frame to frame in "
        "seconds, each 1 where nobody knows. Frames that dataset.json does not list are 0 in the "
        "labels, which says nothing of them."
    )

    def write(self, folder: Path, runs: Iterable[ExportRun], labels: Sequence[Label]) -> None:
        """Write two volumes of each run; see `Format.write`."""
        del labels
        for run in runs:
            grey = np.rint(np.clip(np.nan_to_num(run.frames), 0.0, 1.0) * WHITE).astype(np.uint16)
            _write(folder / "images" / run.side / f"{run.name}{SUFFIX}", grey, run, 1.0 / WHITE)
            _write(folder / "labels" / run.side / f"{run.name}{SUFFIX}", run.written_map(), run, 1.0)

    def read(self, folder: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
        """Read the labels; see `Format.read`. Which frames they cover, dataset.json says."""
        lookup = value_lookup(sheet, table)
        for path in sorted(path for side in Side for path in (folder / "labels" / side).glob("*")):
            run = sheet.run_of(path.name.removesuffix(SUFFIX))
            if run is None:
                raise DataSetFileError(path, "the name is that of no run in dataset.json")
            label_map = _read(path, run)
            frames = [number - 1 for number in run.frame_numbers]
            yield FoundRun(run.run, {t: looked_up(label_map[t], lookup, path) for t in frames})


def _write(path: Path, values: NDArray[Any], run: ExportRun, slope: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    row_mm, column_mm = run.spacing_mm or (1.0, 1.0)
    zooms = (column_mm, row_mm, run.frame_time_ms / 1000.0 if run.frame_time_ms else 1.0)
    image = nibabel.Nifti1Image(to_volume(values), np.diag([*zooms, 1.0]))
    image.header.set_xyzt_units("mm")
    image.header.set_slope_inter(slope, 0.0)
    nibabel.save(image, path)


def _read(path: Path, run: SheetRun) -> LabelMap:
    """Return the label map, (T, H, W), of a volume; it may have been written again by another tool."""
    try:
        image = nibabel.load(path)
        shape = tuple(image.shape)
        if shape[:3] != (run.columns, run.rows, run.n_frames) or any(size != 1 for size in shape[3:]):
            raise DataSetShapeError(run.run, (*shape, 1, 1)[1::-1], (run.rows, run.columns))
        volume = np.asanyarray(image.dataobj).reshape(shape[:3])
    except _BROKEN as error:
        raise DataSetFileError(path, "there is no NIfTI volume") from error
    whole = volume.astype(np.uint8)
    if not np.array_equal(whole, volume):
        raise DataSetFileError(path, "values are no whole numbers from 0 to 255")
    return np.ascontiguousarray(from_volume(whole))
