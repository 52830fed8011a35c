"""nnU-Net's own commands train on what we export; what they leave is imported and segments a run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from lib.cli.main import run
from lib.datastore.volumes import read_label
from lib.infers.automatic import AlgorithmTask
from lib.infers.catalogue import find_algorithms
from lib.labels import load_label_table
from lib.networks.nnunet import NnUnet
from lib.phantom import draw_scenario, simulate
from lib.settings import PROJECT_FOLDER, settings
from tests.builders import build_xa

SIZE = 64
FEATURES = (4, 8, 16)


TRAINER = """
import torch
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer


class nnUNetTrainerTiny(nnUNetTrainer):
    def __init__(self, plans, configuration, fold, dataset_json, device=torch.device("cpu")):
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.num_epochs = 1
        self.num_iterations_per_epoch = 60
        self.num_val_iterations_per_epoch = 2
"""
"""nnU-Net's own shortest trainer has 300 iterations. Ours is known to nnU-Net's command only: the import
must not look for it."""


class Training:
    """nnU-Net's folders below one of ours, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.preprocessed, self.results = (folder / name for name in ("raw", "pre", "res"))
        self.trainers = folder / "trainers"
        self.trainers.mkdir()
        (self.trainers / "tiny.py").write_text(TRAINER)
        self.log = folder / "nnunet.log"

    @property
    def trained(self) -> Path:
        return self.results / "Dataset501_Phantom" / "nnUNetTrainerTiny__nnUNetPlans__2d"

    def call(self, command: str, *arguments: object, n_workers: int) -> None:
        """Run a command of nnU-Net; its output is shown when it fails."""
        environment = {
            **os.environ,
            "nnUNet_raw": str(self.raw),
            "nnUNet_preprocessed": str(self.preprocessed),
            "nnUNet_results": str(self.results),
            "nnUNet_extTrainer": str(self.trainers),
            "nnUNet_n_proc_DA": str(n_workers),
            "nnUNet_def_n_proc": "1",
            "nnUNet_compile": "f",
            "OMP_NUM_THREADS": "1",
        }
        with self.log.open("a") as log:
            words = [str(Path(sys.executable).with_name(command)), *map(str, arguments)]
            done = subprocess.run(words, env=environment, stdout=log, stderr=log, check=False)
        assert done.returncode == 0, self.log.read_text()[-3000:]

    def shrink(self) -> None:
        """Make the planned network so small that it trains in seconds."""
        file = self.preprocessed / "Dataset501_Phantom" / "nnUNetPlans.json"
        plans = json.loads(file.read_text())
        chosen = plans["configurations"]["2d"]
        chosen.update(patch_size=[SIZE // 2, SIZE // 2], batch_size=2)
        arguments = chosen["architecture"]["arch_kwargs"]
        n = len(FEATURES)
        arguments.update(n_stages=n, features_per_stage=list(FEATURES))
        for key in ("kernel_sizes", "strides", "n_conv_per_stage"):
            arguments[key] = arguments[key][:n]
        arguments["n_conv_per_stage_decoder"] = arguments["n_conv_per_stage_decoder"][: n - 1]
        file.write_text(json.dumps(plans))


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """Export simulated runs, plan, preprocess and train one epoch."""
    training = Training(tmp_path_factory.mktemp("nnunet"))
    wish = ("--phantom", 4, "--seed", 11, "--size", SIZE, "--name", "Phantom")
    assert run([str(word) for word in ("export", "nnunet", training.raw, *wish)]) == 0
    checked = ("-c", "2d", "-np", 1, "-npfp", 1, "--verify_dataset_integrity")
    training.call("nnUNetv2_plan_and_preprocess", "-d", 501, *checked, n_workers=1)
    training.shrink()
    training.call("nnUNetv2_train", 501, "2d", 0, "-tr", "nnUNetTrainerTiny", "-device", "cpu", n_workers=0)
    return training


@pytest.fixture
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("_data_folder")
def test_what_nnunet_trained_on_our_export_becomes_an_infer_task(training: Training, tmp_path: Path) -> None:
    assert run(["models", "import-nnunet", str(training.trained)]) == 0

    cine = simulate(draw_scenario(99, size=SIZE), [4, 5])
    file = tmp_path / "run.dcm"
    build_xa(pixels=(cine.display() * 255).astype(np.uint8)).save_as(file, enforce_file_format=True)
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
    task = AlgorithmTask(find_algorithms()["nnunet-phantom"], table)
    answer, said = task({"image": str(file)})

    label, _ = read_label(Path(answer))
    Path(answer).unlink()
    assert task.info()["parameters"]["mirroring"]["default"] is False
    assert (label.shape, said["n_frames"]) == ((SIZE, SIZE, 2), 2)
    assert set(np.unique(label)) <= {0, *(table.by_name(name).index for name in said["label_names"])}


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("_data_folder")
def test_with_mirroring_it_answers_what_nnunet_s_own_validation_answered(
    training: Training, tmp_path: Path
) -> None:
    assert run(["models", "import-nnunet", str(training.trained), "--name", "same"]) == 0
    network = NnUnet(tmp_path / "data" / "models" / "same", mirroring=True)
    answers = sorted((training.trained / "fold_0" / "validation").glob("*.png"))

    assert answers
    for answer in answers:
        image = training.raw / "Dataset501_Phantom" / "imagesTr" / f"{answer.stem}_0000.png"
        frame = cv2.imread(str(image), cv2.IMREAD_UNCHANGED).astype(np.float32) / 65535.0
        theirs = cv2.imread(str(answer), cv2.IMREAD_UNCHANGED)
        assert (network.label(frame) == theirs).mean() > 0.999


def test_nnunet_took_our_splits_by_patient(training: Training) -> None:
    ours, theirs = (
        json.loads((folder / "Dataset501_Phantom" / "splits_final.json").read_text())
        for folder in (training.raw, training.preprocessed)
    )

    assert theirs == ours
    assert {file.stem for file in (training.trained / "fold_0" / "validation").glob("*.png")} == set(
        ours[0]["val"]
    )
