"""An independent validator finds no error in our report that its source does not already cause."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from lib.measure.out.files import dicom_bytes
from lib.measure.out.report import Sender, write_report
from lib.measure.out.seg_reference import seg_frames
from tests.builders import build_enhanced_xa, build_rf, build_xa
from tests.integration.seg.test_dciodvfy import INHERITED, wrong_attributes
from tests.measured_site import a_measurement
from tests.seg_labels import label_table, real_headers, seg_label, to_file, written

CREATED = datetime(2026, 3, 4, 15, 6, 7)


@pytest.fixture(scope="module")
def dciodvfy() -> str:
    found = shutil.which("dciodvfy")
    if found is None and os.environ.get("CI"):
        pytest.fail("dciodvfy is missing; apt-get install dicom3tools")
    if found is None:
        pytest.skip("dciodvfy is not installed (Debian's dicom3tools)")
    return found


def report_file(source: Dataset, folder: Path, sender: Sender) -> Path:
    """Write the report of a measurement of a run; one frame where the run has one."""
    n_frames = int(source.get("NumberOfFrames") or 1)
    found = a_measurement(n_frames) if n_frames > 1 else a_measurement(1, course=None)
    path = folder / "sr.dcm"
    path.write_bytes(dicom_bytes(write_report(source, found, sender)))
    return path


@pytest.mark.parametrize("build", [build_xa, build_rf, build_enhanced_xa])
def test_a_valid_run_gets_a_report_without_any_error(dciodvfy: str, tmp_path: Path, build: object) -> None:
    source: Dataset = build()  # type: ignore[operator]

    assert wrong_attributes(dciodvfy, report_file(source, tmp_path, Sender("ann", CREATED))) == set()


def test_a_report_that_refers_to_a_seg_has_no_error(dciodvfy: str, tmp_path: Path) -> None:
    source, label = build_xa(), label_table().by_name("vessel")
    seg = written(source, seg_label(source))
    sender = Sender("Dr Lee", CREATED, 3, label, seg, seg_frames(seg, label, 1))

    assert wrong_attributes(dciodvfy, report_file(source, tmp_path, sender)) == set()


def test_the_real_files_get_reports_without_an_error_of_their_own(
    dciodvfy: str, shared_data: Path, tmp_path: Path
) -> None:
    headers = real_headers(shared_data)

    assert len(headers) >= 5
    for source in headers:
        wrong_in_source = wrong_attributes(dciodvfy, Path(str(source.filename)))
        wrong = wrong_attributes(dciodvfy, report_file(source, tmp_path, Sender("ann", CREATED)))
        assert {name for name in wrong if INHERITED.get(name, name) not in wrong_in_source} == set()


def test_the_validator_sees_an_error_of_our_own(dciodvfy: str, tmp_path: Path) -> None:
    source = build_xa()
    sr = write_report(source, a_measurement(), Sender("ann", CREATED))
    del sr.CompletionFlag
    (tmp_path / "sr.dcm").write_bytes(to_file(sr))

    assert wrong_attributes(dciodvfy, tmp_path / "sr.dcm")
