"""DICOM SEG: the files that went to the PACS, as they were sent.

    segs/train/NAME.seg.dcm   (and val, test)

They name the patient, and so are not de-identified. The runs themselves are not written.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError

from lib.errors import DataSetFileError, SegError
from lib.exchange.content import ExportRun, FoundRun
from lib.exchange.sheet import Sheet
from lib.frames.values import MALFORMED
from lib.labels import Label, LabelTable
from lib.seg.content import SegLabel
from lib.seg.frame_source import frame_sources
from lib.seg.read import read_seg

SUFFIX: Final = ".seg.dcm"


class DicomSeg:
    """DICOM SEG files; anybody's are read, as long as they say which run they lie on."""

    name = "dicomseg"
    notes = (
        "DICOM SEG files, bit for bit as the PACS got them, with UIDs and everything else that DICOM "
        "keeps. Drafts have none and are left out."
    )

    def write(self, folder: Path, runs: Iterable[ExportRun], labels: Sequence[Label]) -> None:
        """Write the SEG of each run; see `Format.write`. Runs without one must have been left out."""
        del labels
        for run in runs:
            path = folder / "segs" / run.side / f"{run.name}{SUFFIX}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(run.seg or b"")

    def read(self, folder: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
        """Read all SEGs below the folder; see `Format.read`.

        Which frames they cover, dataset.json says; of a SEG that is not listed there, those that it has
        frames for.
        """
        for path in sorted(folder.rglob("*.dcm")):
            run = sheet.run_of(path.name.removesuffix(SUFFIX))
            listed = None if run is None else [number - 1 for number in run.frame_numbers]
            yield _read(path, listed, table)


def _read(path: Path, listed: list[int] | None, table: LabelTable) -> FoundRun:
    try:
        seg = dcmread(path)
        numbers = [source.frame_number or 1 for source in frame_sources(seg)]
        n_frames = max([*numbers, *((t + 1) for t in listed or ())], default=1)
        label = read_seg(seg, n_frames, table)
    except SegError as error:
        raise DataSetFileError(path, f"the SEG cannot be used ({str(error).rstrip('.')})") from error
    except (InvalidDicomError, OSError, EOFError, *MALFORMED) as error:
        raise DataSetFileError(path, "there is no DICOM SEG") from error
    label_map = label.label_map()
    frames = _own_frames(seg, label) if listed is None else listed
    return FoundRun(label.source_sop_instance_uid, {t: label_map[t] for t in frames})


def _own_frames(seg: Dataset, label: SegLabel) -> list[int]:
    """Return the frames (t) for which a SEG has one, an empty one too."""
    uid = label.source_sop_instance_uid
    sources = [source for source in frame_sources(seg) if source.sop_instance_uid == uid]
    return sorted({(source.frame_number or 1) - 1 for source in sources})
