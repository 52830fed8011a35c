"""The files that a measurement becomes on this machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydicom.dataset import Dataset

from lib.arrays import Picture
from lib.datastore.durable import write_bytes_whole
from lib.frames.cine import Cine
from lib.measure.measurement import Measurement
from lib.measure.out.files import DRAWN, MADE_OF, FileKind, content, dicom_bytes
from lib.measure.out.report import Sender, write_report
from lib.pictures.png import picture_png

HEAT_MAP: Final = "heat.png"


@dataclass(frozen=True)
class MeasuredRun:
    """A measurement with what its files need.

    Attributes:
        source: Header of the run.
        cine: The run.
        found: The measurement.
        sender: Who measured, and what the report refers to.
        heat_map: How sure the network is; None where no network was asked.
    """

    source: Dataset
    cine: Cine
    found: Measurement
    sender: Sender
    heat_map: Picture | None = None


def write_files(folder: Path, stem: str, run: MeasuredRun, more: Sequence[FileKind] = ()) -> dict[str, Path]:
    """Write all files of a measurement and return them by kind; their names begin with `stem`.

    Args:
        folder: Where to.
        stem: How their names begin.
        run: The measurement.
        more: Files of `MADE_OF` that are wanted too.
    """
    rate = run.cine.header.timing.frames_per_second
    files: dict[str, Path] = {}
    for kind in (*DRAWN, *more):
        if MADE_OF.get(kind, kind) is FileKind.MOVIE and run.found.n_frames == 1:
            continue
        files[kind.name.lower()] = folder / f"{stem}.{kind}"
        write_bytes_whole(folder / f"{stem}.{kind}", content(kind, run.found, run.cine.frames, rate))
    files["report"] = folder / f"{stem}.{FileKind.REPORT}"
    write_bytes_whole(files["report"], dicom_bytes(write_report(run.source, run.found, run.sender)))
    if run.heat_map is not None:
        files["heat_map"] = folder / f"{stem}.{HEAT_MAP}"
        write_bytes_whole(files["heat_map"], picture_png(run.heat_map))
    return files
