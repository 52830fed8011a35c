"""What the options of the profile keep and clean, and graphics, overlays and curves."""

import numpy as np
import pytest

from lib.privacy.options import Option
from tests.builders import build_xa
from tests.privacy_objects import FULL, clean


@pytest.mark.parametrize(
    ("option", "keyword"),
    [
        (Option.DEVICE, "DeviceSerialNumber"),
        (Option.INSTITUTION, "InstitutionName"),
        (Option.PATIENT, "PatientAge"),
        (Option.UIDS, "SOPInstanceUID"),
    ],
)
def test_an_option_keeps_what_it_names(option: Option, keyword: str) -> None:
    run, without = build_xa(**FULL), build_xa(**FULL)
    value = str(run[keyword].value)

    clean(run, option)
    clean(without)

    assert str(run[keyword].value) == value
    assert str(without.get(keyword)) != value


def test_dates_stay_or_go_as_chosen() -> None:
    full, none = build_xa(), build_xa()

    clean(full, Option.FULL_DATES, without=(Option.MODIFIED_DATES,))
    clean(none, without=(Option.MODIFIED_DATES,))

    assert full.StudyDate == "20240517"
    assert full.LongitudinalTemporalInformationModified == "UNMODIFIED"
    assert not none.StudyDate
    assert "AcquisitionDate" not in none
    assert none.LongitudinalTemporalInformationModified == "REMOVED"


def test_great_ages_are_no_more_than_great() -> None:
    run = build_xa(PatientAge="097Y")

    clean(run, Option.PATIENT)

    assert run.PatientAge == "090Y"


def test_overlays_go_and_an_ecg_stays_without_its_label() -> None:
    run = build_xa(patient_name="Roe^Jane")
    for tag, vr, value in (
        (0x60000040, "CS", "G"),
        (0x60003000, "OW", b"\xff\xff"),
        (0x60004000, "LT", "Roe"),
        (0x50000020, "CS", "ECG"),
        (0x50000022, "LO", "ECG of Roe"),
        (0x50003000, "OW", b"\x01\0"),
        (0x50020020, "CS", "TABL"),
        (0x50023000, "OW", b"\x01\0"),
    ):
        run.add_new(tag, vr, value)

    clean(run)

    groups = {tag.group for tag in run.keys()}  # noqa: SIM118
    assert 0x6000 not in groups
    assert 0x5002 not in groups
    assert run[0x50003000].value == b"\x01\0"
    assert 0x50000022 not in run


def test_curves_go_without_clean_graphics() -> None:
    run = build_xa()
    run.add_new(0x50000020, "CS", "ECG")
    run.add_new(0x50003000, "OW", b"\x01\0")

    clean(run, without=(Option.GRAPHICS,))

    assert 0x50003000 not in run


def test_an_overlay_in_unused_bits_of_the_pixels_goes() -> None:
    values = np.full((2, 8, 8), 0x0123, np.uint16)
    run = build_xa(pixels=values | 0x8000, bits_stored=12)
    run.add_new(0x60000100, "US", 16)
    run.add_new(0x60000102, "US", 15)

    clean(run)

    assert (np.frombuffer(run.PixelData, "<u2") == 0x0123).all()
