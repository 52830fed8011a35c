"""Objects that are not written, and why."""

import pytest

from lib.errors import LeftOverError, MissingUidError, NoImageError, PrivateClassError
from tests.builders import build_xa
from tests.privacy_objects import FULL, clean


def test_an_object_of_a_vendors_own_class_is_refused() -> None:
    with pytest.raises(PrivateClassError):
        clean(build_xa(sop_class_uid="1.3.12.2.1107.5.9.1"))


def test_an_image_without_an_image_is_refused() -> None:
    with pytest.raises(NoImageError):
        clean(build_xa(PixelData=None))


@pytest.mark.parametrize("keyword", ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"])
def test_an_object_without_its_uids_is_refused(keyword: str) -> None:
    run = build_xa()
    delattr(run, keyword)

    with pytest.raises(MissingUidError, match=keyword):
        clean(run)


def test_what_would_be_left_holds_the_object_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.privacy.deidentify.walk", lambda *_: None)

    with pytest.raises(LeftOverError, match="0008,1030") as caught:
        clean(build_xa(**FULL))

    assert "Roe" not in str(caught.value)


def test_two_letters_among_the_pixels_hold_nothing_back() -> None:
    run = build_xa(patient_name="Xu^Qi", n_frames=1, rows=8, columns=8)
    run.PixelData = b"\0Xu\0".ljust(64, b"\0")
    run["PixelData"].VR = "OB"

    assert clean(run).patient == run.PatientID
