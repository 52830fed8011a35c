from copy import deepcopy
from random import Random

import pytest
from pydicom.dataset import Dataset

from lib.evaluation.deidentify import REMOVAL, evaluate_deidentify, plant_set
from lib.evaluation.deidentify_methods import METHODS, installed_methods, ours
from lib.evaluation.deidentify_people import draw_person
from lib.evaluation.deidentify_score import figures_of, score_set
from lib.evaluation.deidentify_texts import TEMPLATES, draw_text
from lib.evaluation.deidentify_wanted import Kind, PlantedObject
from tests.builders import build_xa

SEED = 20


@pytest.fixture(scope="module")
def planted() -> list[PlantedObject]:
    """Return the objects of a patient."""
    return plant_set([build_xa(n_frames=1)], 1, SEED)


@pytest.fixture(scope="module")
def cleaned(planted: list[PlantedObject]) -> list[Dataset | None]:
    """Return them as ours leaves them."""
    return ours([each.dataset for each in planted])


def failed(planted: list[PlantedObject], cleaned: list[Dataset | None]) -> set[str]:
    """Return the kinds of action of which at least one is wrong."""
    return {check.kind for check in score_set(planted, cleaned) if not check.is_right}


def spoiled(cleaned: list[Dataset | None], place: int) -> tuple[list[Dataset | None], Dataset]:
    """Return copies of the objects, and the one at a place to spoil."""
    copies = deepcopy(cleaned)
    one = copies[place]
    assert one is not None
    return copies, one


def test_ours_reaches_its_target_on_people_it_never_saw() -> None:
    figures = evaluate_deidentify([build_xa(n_frames=1)], 2, SEED + 1)["methods"]["ours"]

    assert figures["n_actions"] > 700
    assert figures["right_percent"] >= 99.9
    assert figures["by_kind"][Kind.NOTHING_LEFT]["right_percent"] == 100


def test_every_kind_of_action_is_asked_for(planted: list[PlantedObject]) -> None:
    assert {wanted.kind for each in planted for wanted in each.wanted} == set(Kind)


def test_the_same_seed_plants_the_same_people() -> None:
    assert draw_person(Random(4)) == draw_person(Random(4))
    assert draw_person(Random(4)) != draw_person(Random(5))


def test_every_template_can_be_filled() -> None:
    random = Random(0)

    drawn = [draw_text(draw_person(random), random) for _ in range(40 * len(TEMPLATES))]

    assert all(
        phrase in text and all(secret.casefold() in text.casefold() for secret in secrets)
        for text, phrase, secrets in drawn
    )


def test_untouched_objects_fail_at_removal(planted: list[PlantedObject]) -> None:
    wrong = failed(planted, [each.dataset for each in planted])

    assert set(REMOVAL) <= wrong
    assert Kind.TAG_RETAINED not in wrong
    assert Kind.PIXELS_RETAINED not in wrong


def test_a_name_that_is_left_is_found(planted: list[PlantedObject], cleaned: list[Dataset | None]) -> None:
    copies, run = spoiled(cleaned, 0)
    run.StudyDescription = planted[0].dataset.StudyDescription

    assert failed(planted, copies) == {Kind.TEXT_REMOVED, Kind.NOTHING_LEFT}


@pytest.mark.parametrize(
    ("keyword", "value", "kind"),
    [
        ("DistanceSourceToDetector", 1001, Kind.TAG_RETAINED),
        ("FrameTime", None, Kind.TAG_RETAINED),
        ("SeriesDate", "20010101", Kind.DATE_SHIFTED),
        ("PatientIdentityRemoved", None, Kind.TEXT_NOT_NULL),
        ("PatientID", "SOMEBODY", Kind.PATIENT_CONSISTENT),
        ("StudyInstanceUID", "2.25.1", Kind.UID_CONSISTENT),
        ("SeriesDescription", "gone", Kind.TEXT_RETAINED),
        ("PixelData", b"\0\0", Kind.PIXELS_RETAINED),
    ],
)
def test_each_spoiled_element_fails_its_kind(
    planted: list[PlantedObject], cleaned: list[Dataset | None], keyword: str, value: object, kind: Kind
) -> None:
    copies, run = spoiled(cleaned, 0)
    setattr(run, keyword, value)

    assert failed(planted, copies) == {kind}


def test_an_old_uid_and_an_unknown_block_are_found(
    planted: list[PlantedObject], cleaned: list[Dataset | None]
) -> None:
    copies, run = spoiled(cleaned, 0)
    run.SeriesInstanceUID = planted[0].dataset.SeriesInstanceUID
    run.add_new(0x00991001, "LO", "x")

    assert {Kind.UID_CHANGED, Kind.PRIVATE_REMOVED} <= failed(planted, copies)


def test_an_object_that_is_missing_has_all_its_actions_wrong(planted: list[PlantedObject]) -> None:
    checks = score_set(planted[:1], [None])

    assert not any(check.is_right for check in checks)
    assert figures_of(checks)["right_percent"] == 0


def test_the_list_of_failures_repeats_no_value(planted: list[PlantedObject]) -> None:
    figures = figures_of(score_set(planted, [each.dataset for each in planted]))

    text = str(figures["failed"])
    assert "StudyDescription" in text
    assert planted[0].dataset.PatientID not in text


def test_ours_is_always_a_method() -> None:
    assert installed_methods()[0] == "ours"
    assert set(installed_methods()) <= set(METHODS)
