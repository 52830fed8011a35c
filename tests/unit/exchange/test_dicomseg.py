"""DICOM SEG files as they were sent, and anybody's back in."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import FileDataset

from lib.errors import DataSetFileError
from lib.exchange.dicomseg import DicomSeg
from lib.exchange.read import read_dataset
from lib.seg.content import AlgorithmType, Maker, SegLabel, Segment
from lib.seg.write import write_seg
from lib.settings import SegSettings
from tests.builders import build_xa
from tests.exchange_runs import LABELS, TABLE, a_run, export, hard_map


def a_seg(run: FileDataset) -> bytes:
    label_map, maker = hard_map(), Maker(AlgorithmType.MANUAL, "anna", "")
    segments = tuple(Segment(label, label_map == label.index, maker) for label in LABELS)
    content = SegLabel(str(run.SOPInstanceUID), segments, 1, "anna", "")
    buffer = BytesIO()
    write_seg(run, content, SegSettings(), datetime.now(UTC)).save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def test_files_are_written_as_they_are_and_read_bit_for_bit(tmp_path: Path) -> None:
    run = build_xa(n_frames=4, rows=24, columns=40)
    seg = a_seg(run)

    folder = export(tmp_path / "set", DicomSeg(), a_run(seg=seg)).folder

    found = next(iter(read_dataset(folder, DicomSeg(), TABLE)))
    assert next(folder.glob("segs/train/*.dcm")).read_bytes() == seg
    assert found.run == run.SOPInstanceUID
    assert sorted(found.frames) == [1, 2, 3]
    assert all(np.array_equal(frame, hard_map()[t]) for t, frame in found.frames.items())
    assert "name the patient" in (folder / "DATA_CARD.md").read_text()


def test_a_folder_of_segs_needs_no_sheet(tmp_path: Path) -> None:
    (tmp_path / "any.dcm").write_bytes(a_seg(build_xa(n_frames=4, rows=24, columns=40)))

    found = next(iter(read_dataset(tmp_path, DicomSeg(), TABLE)))

    assert sorted(found.frames) == [0, 1, 3]
    assert np.array_equal(found.frames[3], hard_map()[3])


def test_what_is_no_seg_is_named(tmp_path: Path) -> None:
    build_xa().save_as(tmp_path / "run.dcm", enforce_file_format=True)

    with pytest.raises(DataSetFileError, match=r"in .*run\.dcm, "):
        list(read_dataset(tmp_path, DicomSeg(), TABLE))
