"""An independent validator finds no error in a de-identified object that it did not find before."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from lib.measure.out.files import dicom_bytes
from lib.measure.out.report import Sender, write_report
from lib.privacy.deidentify import Deidentifier
from lib.privacy.options import Option, Profile
from lib.privacy.pseudonyms import Pseudonyms
from tests.builders import build_dx, build_enhanced_xa, build_rf, build_secondary_capture, build_xa
from tests.integration.seg.test_dciodvfy import wrong_attributes
from tests.measured_site import a_measurement
from tests.privacy_objects import KEY
from tests.seg_labels import seg_label, written


@pytest.fixture(scope="module")
def dciodvfy() -> str:
    found = shutil.which("dciodvfy")
    if found is None and os.environ.get("CI"):
        pytest.fail("dciodvfy is missing; apt-get install dicom3tools")
    if found is None:
        pytest.skip("dciodvfy is not installed (Debian's dicom3tools)")
    return found


def build_seg() -> Dataset:
    run = build_xa(patient_name="Roe^Jane")
    return written(run, seg_label(run))


def build_sr() -> Dataset:
    report = write_report(build_xa(), a_measurement(4), Sender("ann", datetime(2026, 3, 4, 15, 6, 7)))
    return dcmread(BytesIO(dicom_bytes(report)))


def wrong_in(dciodvfy: str, dataset: Dataset, path: Path) -> set[str]:
    dataset.save_as(path, enforce_file_format=True)
    return wrong_attributes(dciodvfy, path)


@pytest.mark.parametrize(
    "build", [build_xa, build_rf, build_dx, build_enhanced_xa, build_secondary_capture, build_seg, build_sr]
)
@pytest.mark.parametrize("options", [None, frozenset(), frozenset(Option) - {Option.FULL_DATES}])
def test_no_new_error_is_found(
    dciodvfy: str, tmp_path: Path, build: Callable[[], Dataset], options: frozenset[Option] | None
) -> None:
    dataset = build()
    before = wrong_in(dciodvfy, dataset, tmp_path / "before.dcm")

    Deidentifier(Pseudonyms(KEY), Profile() if options is None else Profile(options)).clean(dataset)

    assert wrong_in(dciodvfy, dataset, tmp_path / "after.dcm") <= before
