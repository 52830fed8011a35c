"""A fine-tuning from labels to a version, in one process, with a network of hardly any weights."""

from pathlib import Path

import pytest

from lib.errors import TrainingStoppedError
from lib.phantom import VERSION
from lib.registry import find_model
from lib.trainers.fine_tune import REHEARSAL
from lib.trainers.own_training import train_own
from lib.trainers.split import Part
from lib.trainers.work import Work
from tests.labelled_patients import labelled_patients, tiny_model, work_on
from tests.training_shelf import make_small_shelf

TINY = {
    "runs": 2,
    "picks": 2,
    "batch": 2,
    "crop_px": 32,
    "steps": 3,
    "validation_steps": 2,
    "checkpoint_s": 0,
}


@pytest.fixture
def work(tmp_path: Path) -> Work:
    lessons = labelled_patients(tmp_path, 12)
    tiny_model(tmp_path)
    make_small_shelf(tmp_path / REHEARSAL / f"phantom-{VERSION}" / "2-picks")
    return work_on(tmp_path, lessons, recipe=TINY)


@pytest.mark.timeout(300)
def test_labels_become_a_candidate_with_what_it_learned_from_and_how_it_was_judged(
    work: Work, tmp_path: Path
) -> None:
    outcome = train_own(work)

    assert outcome.version is not None
    version = work.store.get(outcome.version)
    labels = {label.id: label for label in work.lessons.labels()}
    assert version.parent == "tiny"
    assert 0 < len(version.labels) == version.n_patients == version.n_frames < 12
    for used in version.labels:
        assert work.lessons.part(labels[used.label_id]) is Part.TRAINING
    frozen = [label for label in labels.values() if work.lessons.part(label) is Part.FROZEN]
    assert version.verdict is not None
    assert version.verdict.n_patients == len(frozen) > 0
    assert {one.kind for one in version.verdict.slices} == {"vendor", "territory", "angle"}
    assert "is a candidate" in outcome.sentence
    assert find_model("vessels", tmp_path).card.version == "tiny"
    assert [news.step for news in work.folder.tail() if news.stage == "learning"] == [1, 2, 3]
    assert list(work.folder.curves.iterdir())


@pytest.mark.timeout(300)
def test_a_training_that_was_cancelled_keeps_nothing(work: Work) -> None:
    before = len(work.store.versions())
    work.folder.cancel()

    with work.guard.looking(), pytest.raises(TrainingStoppedError):
        train_own(work)

    assert len(work.store.versions()) == before
