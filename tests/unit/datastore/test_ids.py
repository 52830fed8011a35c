import pytest

from lib.datastore.ids import check_frames, check_image_id, check_label_id, check_tag
from lib.errors import InvalidIdError

BAD = ["../../x", "..", ".", "", ".hidden", "a/b", "a\\b", "a b", "a\n", "1" * 129, "ä", "a\0"]


@pytest.mark.parametrize("value", BAD)
def test_what_could_leave_its_folder_is_no_id(value: str) -> None:
    for check in (check_image_id, check_label_id, check_tag):
        with pytest.raises(InvalidIdError):
            check(value)


@pytest.mark.parametrize("value", ["1.2.840.10008", "001.2..3", "UID_with-letters", "original"])
def test_malformed_uids_pass_as_long_as_they_are_safe(value: str) -> None:
    assert check_image_id(value) == value


def test_frames_are_sorted_and_counted_once() -> None:
    assert check_frames({3, 1}) == (1, 3)
    assert check_frames([2, 2, 0]) == (0, 2)
