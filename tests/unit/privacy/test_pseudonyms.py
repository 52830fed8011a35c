import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import UID, XRayAngiographicImageStorage

from lib.privacy.pseudonyms import FEWEST_DAYS, Pseudonyms, identity_of
from lib.privacy.site_key import new_key
from tests.privacy_objects import KEY

OURS = Pseudonyms(KEY)


def patient(**elements: str) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def test_the_same_key_gives_the_same_answers() -> None:
    again = Pseudonyms(KEY)

    assert again.patient("id 1") == OURS.patient("id 1")
    assert again.uid("1.2.3") == OURS.uid("1.2.3")
    assert again.day_shift("id 1") == OURS.day_shift("id 1")


def test_another_key_gives_other_answers() -> None:
    other = Pseudonyms(new_key())

    assert other.patient("id 1") != OURS.patient("id 1")
    assert other.uid("1.2.3") != OURS.uid("1.2.3")


def test_patients_differ_and_say_nothing() -> None:
    names = {OURS.patient(f"id {number}") for number in range(500)}

    assert len(names) == 500
    assert all(name.startswith("FV-") and len(name) == 13 for name in names)


@given(st.text(min_size=1, max_size=80).filter(lambda text: text.strip(" \0")))
def test_any_text_becomes_a_valid_uid(text: str) -> None:
    new = OURS.uid(text)

    assert new.is_valid
    assert new.startswith("2.25.")


def test_uids_of_the_standard_stay() -> None:
    assert OURS.uid(XRayAngiographicImageStorage) == XRayAngiographicImageStorage
    assert OURS.uid("") == UID("")


def test_a_number_under_the_root_of_the_standard_is_no_uid_of_it() -> None:
    assert OURS.uid("1.2.840.10008.4711") != "1.2.840.10008.4711"


def test_days_are_moved_back_by_a_month_at_least() -> None:
    shifts = [OURS.day_shift(f"id {number}") for number in range(300)]

    assert max(shifts) <= -FEWEST_DAYS
    assert len(set(shifts)) > 250


@pytest.mark.parametrize("other", [" 4711 ", "4711", "4711 "])
def test_blanks_around_a_patient_id_make_nobody_else(other: str) -> None:
    assert identity_of(patient(PatientID=other)) == identity_of(patient(PatientID="4711", PatientName="A^B"))


def test_without_a_patient_id_name_and_birth_date_count() -> None:
    anna = patient(PatientName="Roe^Anna^^", PatientBirthDate="19600101")

    assert identity_of(anna) == identity_of(patient(PatientName="ROE^ANNA", PatientBirthDate="19600101"))
    assert identity_of(anna) != identity_of(patient(PatientName="ROE^ANNA", PatientBirthDate="19600102"))


def test_without_any_name_each_study_is_somebody() -> None:
    assert identity_of(patient(StudyInstanceUID="1.2.3")) != identity_of(patient(StudyInstanceUID="1.2.4"))
