from pathlib import Path

from lib.trainers.plan import labels_of, planned
from lib.trainers.split import part_of
from tests.labelled_patients import labelled_patients


def test_a_plan_stays_as_it_was_when_labels_arrive(tmp_path: Path) -> None:
    lessons = labelled_patients(tmp_path / "data", 3)
    first = planned(tmp_path / "plan.json", lessons, "abc")

    lessons.runs.ledger.remove_label(first.labels[0].label_id, "anna")
    again = planned(tmp_path / "plan.json", lessons, "def")

    assert again == first
    assert len(first.labels) == 3
    for one in first.labels:
        token = lessons.reader.facts(lessons.runs.ledger.run(one.image_id)).patient_token
        assert one.part is part_of(token)


def test_no_patient_is_in_the_plan(tmp_path: Path) -> None:
    lessons = labelled_patients(tmp_path / "data", 2)

    planned(tmp_path / "plan.json", lessons, "abc")

    text = (tmp_path / "plan.json").read_text()
    assert "CANARY" not in text
    assert "P-" not in text


def test_the_labels_of_a_plan_are_those_of_the_ledger(tmp_path: Path) -> None:
    lessons = labelled_patients(tmp_path / "data", 2)
    plan = planned(tmp_path / "plan.json", lessons, "abc")

    assert labels_of(lessons, plan.labels) == lessons.labels()
