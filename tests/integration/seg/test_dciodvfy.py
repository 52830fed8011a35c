"""An independent validator finds no error in our SEG that its source does not already cause."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset

from lib.seg.content import Segment
from lib.seg.shapes import run_shape
from tests.builders import build_enhanced_xa, build_rf, build_xa
from tests.seg_labels import MODEL, label_table, real_headers, seg_label, to_file, written

INHERITED = {
    "Referenced SOP Instance UID": "SOP Instance UID",
    "Series Instance UID": "Series Instance UID",
    "Referenced SOP Class UID": "SOP Class UID",
}
"""Attributes of a SEG that repeat one of its source."""

SUMMARY = "Dicom dataset contains invalid data values"


@pytest.fixture(scope="module")
def dciodvfy() -> str:
    found = shutil.which("dciodvfy")
    if found is None and os.environ.get("CI"):
        pytest.fail("dciodvfy is missing; apt-get install dicom3tools")
    if found is None:
        pytest.skip("dciodvfy is not installed (Debian's dicom3tools)")
    return found


def wrong_attributes(dciodvfy: str, file: Path) -> set[str]:
    """Return the attributes in which dciodvfy finds an error, or the whole line where it names none."""
    done = subprocess.run([dciodvfy, str(file)], capture_output=True, text=True, timeout=60, check=False)
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]
    return {attribute(line) for line in lines if SUMMARY not in line}


def attribute(line: str) -> str:
    """Return the attribute of an error such as 'Error - ... - (0x0010,0x0040) CS Patient's Sex  CS [1]'."""
    for pattern in (
        r"\(0x\w{4},0x\w{4}\)(?: [A-Z]{2})? ([A-Z][A-Za-z' ]+?)(?:  |$)",
        r"(?:Element=|attribute )<([^>]+)>",
    ):
        if found := re.search(pattern, line):
            return found.group(1).strip()
    return line


def unexplained(dciodvfy: str, folder: Path, source_file: Path, seg: FileDataset) -> set[str]:
    """Return the attributes that are wrong in the SEG, but right in its source."""
    seg_file = folder / "seg.dcm"
    seg_file.write_bytes(to_file(seg))
    wrong_in_source = wrong_attributes(dciodvfy, source_file)
    wrong_in_seg = wrong_attributes(dciodvfy, seg_file)
    return {name for name in wrong_in_seg if INHERITED.get(name, name) not in wrong_in_source}


@pytest.mark.parametrize("keep_empty_frames", [False, True])
def test_the_real_files_get_segs_without_an_error_of_their_own(
    dciodvfy: str, shared_data: Path, tmp_path: Path, keep_empty_frames: bool
) -> None:
    headers = real_headers(shared_data)

    assert len(headers) >= 5
    for source in headers:
        label = seg_label(source, "vessel", "catheter", "first diagonal a", "left SFA")
        seg = written(source, label, keep_empty_frames=keep_empty_frames)
        assert unexplained(dciodvfy, tmp_path, Path(str(source.filename)), seg) == set()


@pytest.mark.parametrize("build", [build_xa, build_rf, build_enhanced_xa])
@pytest.mark.parametrize("is_empty", [False, True])
def test_a_valid_run_gets_a_seg_without_any_error(
    dciodvfy: str, tmp_path: Path, build: object, is_empty: bool
) -> None:
    source: Dataset = build()  # type: ignore[operator]
    label = seg_label(source, "vessel", "catheter")
    if is_empty:
        nothing = np.zeros(run_shape(source), np.bool_)
        label = seg_label(source, segments=(Segment(label_table().by_name("vessel"), nothing, MODEL),))
    file = tmp_path / "seg.dcm"
    file.write_bytes(to_file(written(source, label)))

    assert wrong_attributes(dciodvfy, file) == set()


def test_the_comparison_sees_an_error_of_our_own(dciodvfy: str, tmp_path: Path) -> None:
    source = build_xa()
    file = tmp_path / "xa.dcm"
    file.write_bytes(to_file(source))
    seg = written(dcmread(file), seg_label(source))
    del seg.SegmentSequence[0].SegmentLabel

    assert unexplained(dciodvfy, tmp_path, file, seg) == {"SegmentLabel"}
