from pydicom.dataset import Dataset

from lib.privacy.known import known_in
from tests.builders import build_xa


def test_names_and_numbers_of_a_header_are_known_at_every_depth() -> None:
    staff = Dataset()
    staff.PersonName = "Čapek^Karel"
    run = build_xa(
        patient_name="Müller-Roe^Anna Maria",
        PatientID="MR-004711",
        AccessionNumber="A12345",
        InstitutionName="Brennfeld Heart Hospital",
        PerformingPhysicianIdentificationSequence=[staff],
    )

    known = known_in(run)

    assert {"muller", "roe", "anna", "maria", "capek", "karel"} <= known
    assert {"mr-004711", "mr004711", "a12345", "19600101", "brennfeld"} <= known


def test_common_words_of_a_place_are_no_names() -> None:
    known = known_in(build_xa(InstitutionName="Department of Cardiology, Left Bank"))

    assert not {"department", "cardiology", "left", "of"} & known


def test_words_that_stand_for_nobody_are_no_names() -> None:
    known = known_in(
        build_xa(patient_name="Unbekannt^Dr.", PatientID="1", ReferringPhysicianName="Le^Van Anh")
    )

    assert "unbekannt" not in known
    assert {"le", "anh"} <= known
    assert "van" not in known
    assert "1" not in known
