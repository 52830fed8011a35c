from pathlib import Path

import numpy as np
import pytest

from lib.errors import NnUnetCommandError, NothingToLearnError
from lib.registry import find_model
from lib.trainers.nnunet_training import _call, cases_of, news_of, train_nnunet, train_words
from lib.trainers.training_folder import News
from lib.trainers.work import Work
from tests.labelled_patients import labelled_patients, tiny_model, work_on
from tests.nnunet_folders import write_trained


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return work_on(tmp_path, labelled_patients(tmp_path, 1), backend="nnunet")


def test_finished_frames_are_cases_of_their_patient(work: Work) -> None:
    [case] = cases_of(work.lessons.read(work.lessons.labels()), index=1)

    assert case.t == 1
    assert case.patient.startswith("P-")
    assert case.frame.shape == case.labels.shape
    assert np.unique(case.labels).tolist() == [0, 1]


def test_nnunets_words_are_told_as_ours() -> None:
    before = News("learning", 3, 50, -0.5, 0.7)

    epoch = news_of("2026-01-31 12:00:00.1: Epoch 4", 50, before)
    loss = news_of("2026-01-31 12:00:00.1: train_loss -0.6123", 50, before)
    dice = news_of("2026-01-31 12:00:00.1: Pseudo dice [np.float32(0.8123)]", 50, before)

    assert epoch is not None
    assert loss is not None
    assert dice is not None
    assert (epoch.step, epoch.steps) == (4, 50)
    assert (loss.step, loss.loss, loss.dice) == (3, -0.6123, 0.7)
    assert dice.dice == 0.8123
    assert news_of("Current learning rate: 0.01", 50, before) is None


def test_a_training_of_nnunet_goes_on_where_a_checkpoint_lies(work: Work, tmp_path: Path) -> None:
    assert "--c" not in train_words(work, tmp_path, "0")
    fold = tmp_path / "results" / "Dataset001_Site" / "nnUNetTrainer_50epochs__nnUNetPlans__2d" / "fold_0"
    fold.mkdir(parents=True)
    (fold / "checkpoint_latest.pth").touch()

    words = train_words(work, tmp_path, "0")

    assert words[:3] == [1, "2d", "0"]
    assert words[-1] == "--c"


def test_what_nnunet_leaves_becomes_a_model_beside_ours(
    work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def call(work: Work, command: str, _: object) -> None:
        called.append(command)
        results = work.folder.work / "nnunet" / "results" / "Dataset001_Site"
        if command == "nnUNetv2_train":
            write_trained(results / "nnUNetTrainer_50epochs__nnUNetPlans__2d")

    monkeypatch.setattr("lib.trainers.nnunet_training._call", call)
    tiny_model(tmp_path)

    outcome = train_nnunet(work)

    assert called == ["nnUNetv2_plan_and_preprocess", "nnUNetv2_train"]
    assert outcome.version == "nnunet-site-aaaaaaaa"
    assert find_model("nnunet-site-aaaaaaaa", tmp_path).card.kind == "nnunet"
    raw = work.folder.work / "nnunet" / "raw" / "Dataset001_Site"
    assert len(list((raw / "imagesTr").iterdir())) == 1
    assert not any(b"CANARY" in path.read_bytes() for path in raw.rglob("*") if path.is_file())


def test_without_finished_frames_there_is_nothing_to_learn(tmp_path: Path) -> None:
    tiny_model(tmp_path)
    work = work_on(tmp_path, labelled_patients(tmp_path, 1, finished=()), backend="nnunet")

    with pytest.raises(NothingToLearnError, match="1 submitted or approved"):
        train_nnunet(work)


def test_a_command_that_fails_names_its_log(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.trainers.nnunet_training.LOOK_S", 0.01)
    monkeypatch.setattr("lib.trainers.nnunet_training.sys.executable", "/bin/sh")
    work.folder.path.mkdir(parents=True)

    with pytest.raises(NnUnetCommandError, match=r"false ended with code 1.*false\.txt"):
        _call(work, "false", [])
