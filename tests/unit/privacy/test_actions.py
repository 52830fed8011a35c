import pytest
from pydicom.datadict import tag_for_keyword
from pydicom.tag import Tag
from pydicom.uid import EnhancedXAImageStorage, SegmentationStorage, XRayAngiographicImageStorage

from lib.errors import OptionsClashError, UnknownOptionError
from lib.privacy.actions import FILE, Action, action_of, action_table, basic_action, row_of
from lib.privacy.options import Option, Profile, read_options

XA = XRayAngiographicImageStorage


def action(keyword: str, *options: Option, sop_class: str = XA) -> Action:
    """Return what is done to an attribute with these options and no others."""
    tag = Tag(tag_for_keyword(keyword))
    row = row_of(tag)
    assert row is not None
    return action_of(row, tag, Profile(frozenset(options)), sop_class)[0]


def test_the_table_is_whole_and_names_its_edition() -> None:
    assert "2026c" in FILE.read_text(encoding="utf-8").splitlines()[0]
    assert len(action_table()) == 656


@pytest.mark.parametrize(
    ("keyword", "code"),
    [
        ("PatientName", "Z"),
        ("PatientID", "Z/D"),
        ("StudyInstanceUID", "U"),
        ("InstitutionName", "X/Z/D"),
        ("SourceImageSequence", "X/Z/U*"),
        ("ContentSequence", "D"),
        ("OperatorsName", "X/Z/D"),
        ("SecondaryCaptureDeviceID", "X"),
    ],
)
def test_rows_say_what_the_standard_says(keyword: str, code: str) -> None:
    row = row_of(Tag(tag_for_keyword(keyword)))

    assert row is not None
    assert row.basic == code


@pytest.mark.parametrize(
    ("keyword", "option"),
    [
        ("StudyDate", Option.FULL_DATES),
        ("DeviceSerialNumber", Option.DEVICE),
        ("InstitutionName", Option.INSTITUTION),
        ("PatientAge", Option.PATIENT),
        ("SOPInstanceUID", Option.UIDS),
    ],
)
def test_an_option_keeps_what_the_basic_profile_takes(keyword: str, option: Option) -> None:
    assert action(keyword) is not Action.KEEP
    assert action(keyword, option) is Action.KEEP


def test_moved_dates_win_over_a_device_that_is_kept() -> None:
    assert action("DateOfLastCalibration", Option.DEVICE) is Action.KEEP
    assert action("DateOfLastCalibration", Option.DEVICE, Option.MODIFIED_DATES) is Action.CLEAN


def test_groups_that_repeat_have_one_row() -> None:
    assert row_of(Tag(0x50023000)) == row_of(Tag(0x50000020)) == action_table()["50xxxxxx"]
    assert row_of(Tag(0x60023000)) is not None
    assert row_of(Tag(0x60020010)) is None


@pytest.mark.parametrize(
    ("sop_class", "found"),
    [(XA, Action.REMOVE), (EnhancedXAImageStorage, Action.DUMMY), (SegmentationStorage, Action.DUMMY)],
)
def test_a_class_that_needs_a_serial_number_gets_a_dummy(sop_class: str, found: Action) -> None:
    tag = Tag(tag_for_keyword("DeviceSerialNumber"))

    assert basic_action(row_of(tag), tag, sop_class) is found


def test_options_are_read_by_their_names() -> None:
    assert read_options(["patient", " Full-Dates "]) == {Option.PATIENT, Option.FULL_DATES}
    assert read_options(["none"]) == frozenset()


def test_an_option_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownOptionError, match="safe-private"):
        read_options(["faces"])


def test_dates_cannot_be_full_and_moved() -> None:
    with pytest.raises(OptionsClashError, match="exclude each other"):
        Profile(frozenset((Option.FULL_DATES, Option.MODIFIED_DATES)))


def test_the_codes_of_cid_7050_say_what_was_done() -> None:
    codes = Profile(frozenset((Option.PATIENT, Option.GRAPHICS))).codes()

    assert [value for value, _ in codes] == ["113100", "113103", "113108"]
