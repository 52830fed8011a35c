"""Real files lose their names and keep what they are good for."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from lib.frames.read import read_header
from lib.privacy.folder import deidentify_files
from tests.privacy_objects import clean, deidentifier, texts_of

FILES = {
    "rf_single_464x512.dcm": ("unbekannt", "4209", "20130219", "1.3.12.2"),
    "xa_cine_12f_jpeg_lossless_malformed.dcm": ("anytown", "community", "999.999", "1994"),
    "xa_cine_96f_jpeg_baseline.dcm": ("rubo", "556342b", "19951025", "1.3.12.2"),
    "xa_secondary_capture_1024_10bit_j2k.dcm": ("compressedsamples", "20xa1", "20040826", "1.3.6.1"),
    "xa_secondary_capture_1024_10bit_jpll.dcm": ("compressedsamples", "20xa1", "20040826", "1.3.6.1"),
}


@pytest.fixture(params=FILES)
def path(request: pytest.FixtureRequest, shared_data: Path) -> Path:
    """Return one of the real files."""
    return shared_data / "dicom" / str(request.param)


def cleaned(path: Path) -> tuple[Dataset, Dataset]:
    """Return the object before, and as it is read from its new file."""
    before, after = dcmread(path, force=True), dcmread(path, force=True)
    clean(after)
    buffer = BytesIO()
    after.save_as(buffer, enforce_file_format=True)
    return before, dcmread(BytesIO(buffer.getvalue()))


def test_names_numbers_days_and_uids_are_gone(path: Path) -> None:
    _, after = cleaned(path)

    told = texts_of(after)
    assert not [secret for secret in FILES[path.name] if secret in told]


def test_geometry_spacing_timing_and_pixels_are_the_same(path: Path) -> None:
    before, after = cleaned(path)

    old, new = read_header(before), read_header(after)
    assert (old.spacing, old.timing, old.carm) == (new.spacing, new.timing, new.carm)
    assert (old.n_frames, old.rows, old.columns) == (new.n_frames, new.rows, new.columns)
    assert np.array_equal(before.pixel_array, after.pixel_array)


def test_an_ecg_in_an_old_curve_stays(shared_data: Path) -> None:
    before, after = cleaned(shared_data / "dicom" / "xa_cine_96f_jpeg_baseline.dcm")

    assert before[0x50003000].value == after[0x50003000].value


def test_all_real_files_come_out_of_a_folder(shared_data: Path, tmp_path: Path) -> None:
    sources = sorted((shared_data / "dicom").glob("*.dcm"))

    outcomes = list(deidentify_files(sources, tmp_path / "out", deidentifier()))

    assert [outcome.reason for outcome in outcomes] == [""] * len(FILES)
