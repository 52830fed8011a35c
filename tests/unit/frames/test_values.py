"""Header values as files really have them."""

from io import BytesIO

import pytest
from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

from lib.frames.read import read_header
from lib.frames.values import Values
from tests.builders import build_enhanced_xa, build_xa, to_bytes


def with_raw(keyword: str, before: str, after: str) -> bytes:
    """Return a file in which a text value was overwritten by another of the same length."""
    file = to_bytes(build_xa(**{keyword: before}))
    assert file.count(before.encode()) == 1
    return file.replace(before.encode(), after.encode())


def test_a_number_with_a_unit_is_a_problem_and_counts_as_absent() -> None:
    file = with_raw("FrameTime", "33.333", "33,3ms")

    header = read_header(file)

    assert header.timing.source == "unknown"
    assert "FrameTime (0018,1063) is '33,3ms', which is no number; it was ignored." in header.problems


def test_implicit_files_are_read_by_the_dictionary() -> None:
    dataset = build_xa(frame_time_ms=33.333)
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian

    header = read_header(to_bytes(dataset).replace(b"33.333", b"33,3ms"))

    assert "FrameTime (0018,1063) is '33,3ms', which is no number; it was ignored." in header.problems


def test_every_problem_is_told_once() -> None:
    header = read_header(with_raw("ImagerPixelSpacing", "0.154321", "0.15432x"))

    assert header.spacing is None
    assert len(header.problems) == len(set(header.problems)) == 1


def test_an_infinite_number_is_no_number() -> None:
    values = Values(dcmread(BytesIO(with_raw("FrameTime", "33.333", "1e9999"))))

    assert values.number("FrameTime") is None
    assert "not finite" in values.problems[0]


def test_a_uid_with_a_leading_zero_is_used_as_it_is_and_reported() -> None:
    uid = "1.2.083000.5"

    header = read_header(to_bytes(build_xa(series_instance_uid=uid)))

    assert header.series_instance_uid == uid
    assert any("SeriesInstanceUID (0020,000E)" in problem for problem in header.problems)


def test_malformed_dates_do_not_stop_a_run() -> None:
    header = read_header(with_raw("StudyDate", "20240229", "29.2.24?"))

    assert header.n_frames == 4
    assert header.problems == ()


def test_a_value_of_wrong_length_is_a_problem() -> None:
    file = to_bytes(build_xa(BitsStored=8))
    broken = file.replace(b"\x28\x00\x01\x01US\x02\x00\x08\x00", b"\x28\x00\x01\x01SL\x02\x00\x08\x00")
    assert broken != file

    header = read_header(broken)

    assert "BitsStored (0028,0101) cannot be read; it was ignored." in header.problems


def test_text_where_a_sequence_belongs_is_a_problem() -> None:
    dataset = build_xa()
    dataset._dict[0x52009229] = DataElement(0x52009229, "LO", "no sequence")

    header = read_header(dataset)

    assert (
        "SharedFunctionalGroupsSequence (5200,9229) is no readable sequence; it was ignored."
        in header.problems
    )


def test_values_of_unknown_vr_are_read_by_the_dictionary() -> None:
    file = to_bytes(build_xa(frame_time_ms=33.5)).replace(
        b"\x18\x00\x63\x10DS\x04\x0033.5", b"\x18\x00\x63\x10UN\0\0\x04\0\0\x0033.5"
    )

    assert read_header(file).timing.source == "FrameTime"


@pytest.mark.parametrize("builder", [build_xa, build_enhanced_xa])
def test_reading_changes_nothing_in_the_dataset(builder: type) -> None:
    dataset = dcmread(BytesIO(to_bytes(builder())))
    before = Dataset(dataset).to_json()

    read_header(dataset)

    assert Dataset(dataset).to_json() == before
