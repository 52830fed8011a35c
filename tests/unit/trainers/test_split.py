import random

from lib.trainers.split import Part, part_of


def test_one_patient_in_five_is_frozen_and_one_in_ten_validates() -> None:
    parts = [part_of(f"P-{number:08x}") for number in range(5000)]

    assert abs(parts.count(Part.FROZEN) / 5000 - 0.2) < 0.02
    assert abs(parts.count(Part.VALIDATION) / 5000 - 0.1) < 0.015


def test_a_patient_stays_where_it_is_whoever_comes() -> None:
    patients = [f"P-{number}" for number in range(200)]
    before = {patient: part_of(patient) for patient in patients}

    random.Random(3).shuffle(patients)

    assert {patient: part_of(patient) for patient in [*patients, "P-new"]}.items() >= before.items()


def test_a_changed_split_would_let_frozen_patients_into_the_training() -> None:
    frozen = [number for number in range(46) if part_of(f"P-{number}") is Part.FROZEN]

    assert frozen == FROZEN
    assert part_of("P-44") is Part.VALIDATION


FROZEN = [7, 10, 22, 24, 29, 32, 33, 38, 40, 43]
