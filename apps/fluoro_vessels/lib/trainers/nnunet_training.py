"""nnU-Net v2 learns from the same labels, by its own commands, and becomes a model beside ours."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from lib.errors import NnUnetCommandError, NothingToLearnError
from lib.networks.nnunet_dataset import Case, write_raw_dataset
from lib.networks.nnunet_import import import_nnunet
from lib.registry import find_models
from lib.trainers.lessons import Lesson
from lib.trainers.plan import labels_of, planned
from lib.trainers.split import Part
from lib.trainers.training_folder import News
from lib.trainers.work import VESSEL, Outcome, Work

NUMBER: Final = 1
NAME: Final = "Site"
DATASET: Final = f"Dataset{NUMBER:03d}_{NAME}"
CONFIGURATION: Final = "2d"
PLANNED: Final = "planned"
"""Is there once nnU-Net has planned and preprocessed."""

LOOK_S: Final = 0.5
PRIVILEGED: Final = frozenset({"vessels", "clicks", "propagation"})

EPOCH: Final = re.compile(r"Epoch (\d+)\b")
LOSS: Final = re.compile(r"train_loss (-?[\d.]+)")
DICE: Final = re.compile(r"Pseudo dice \[(?:np\.float32\()?([\d.]+)")
EPOCHS: Final = re.compile(r"_(\d+)epochs?$")


def train_nnunet(work: Work) -> Outcome:
    """Export what the labels teach, let nnU-Net plan and train, and import the result.

    The frozen patients are left out here too, so that its model may be measured on them.

    Raises:
        NothingToLearnError: No label can be learned from.
        NnUnetCommandError: One of nnU-Net's commands failed.
        TrainingStoppedError: Somebody cancelled it; nothing is stored.
    """
    n_folds = _exported(work)
    here = work.folder.work / "nnunet"
    if not (here / PLANNED).exists():
        work.begin("nnU-Net plans and preprocesses")
        _call(work, "nnUNetv2_plan_and_preprocess", ["-d", NUMBER, "-c", CONFIGURATION, "-np", 2, "-npfp", 2])
        (here / PLANNED).touch()
    work.begin("nnU-Net learns")
    _call(work, "nnUNetv2_train", train_words(work, here, fold="0" if n_folds else "all"))
    work.guard.begin_storing()
    name = f"nnunet-site-{work.id[:8]}"
    taken = {*PRIVILEGED, *find_models(work.settings.data)}
    import_nnunet(_trained(work, here), work.settings.data / "models", work.lessons.table, name, taken)
    return Outcome(f"Imported the nnU-Net {name}. Restart the server to see it beside ours.", name)


def train_words(work: Work, here: Path, fold: str) -> list[object]:
    """Return the arguments of nnU-Net's training; it goes on where a checkpoint lies."""
    trainer = work.wish.nnunet_trainer
    has_gpu = os.environ.get("CUDA_VISIBLE_DEVICES") != "" and Path("/dev/nvidiactl").exists()
    device = ["-device", "cuda" if has_gpu else "cpu"]
    is_begun = (_trained(work, here) / f"fold_{fold}" / "checkpoint_latest.pth").exists()
    return [NUMBER, CONFIGURATION, fold, "-tr", trainer, *device, *(["--c"] if is_begun else [])]


def news_of(line: str, steps: int, before: News) -> News | None:
    """Return what a line of nnU-Net's output says of its learning, None where it says nothing of it."""
    if found := EPOCH.search(line):
        return News("learning", int(found[1]), steps, before.loss, before.dice)
    if found := LOSS.search(line):
        return News("learning", before.step, steps, float(found[1]), before.dice)
    if found := DICE.search(line):
        return News("learning", before.step, steps, before.loss, float(found[1]))
    return None


def cases_of(lessons: Iterator[Lesson], index: int) -> Iterator[Case]:
    """Yield finished frames with their vessels, as an index of the table.

    Devices are left out: on many frames nobody said what is one, and nnU-Net would learn that none is.
    """
    for lesson in lessons:
        for frame in lesson.frames:
            labels = np.asarray(frame.vessel * np.uint8(index), np.uint8)
            yield Case(frame.patient, frame.run, frame.t, frame.frames[frame.t], labels)


def _exported(work: Work) -> int:
    """Return how many folds there are, after the raw data set was written as a whole."""
    work.begin("exporting labels for nnU-Net")
    table, raw = work.lessons.table, work.folder.work / "nnunet" / "raw"
    shutil.rmtree(raw / DATASET, ignore_errors=True)
    plan = planned(work.folder.plan, work.lessons, work.store.live().name)
    used = [one for part in (Part.TRAINING, Part.VALIDATION) for one in plan.of(part)]
    index = table.by_name(VESSEL).index
    lessons = work.lessons.read(labels_of(work.lessons, used))
    cases = _checked(work, cases_of(lessons, index))
    first = next(cases, None)
    if first is None:
        raise NothingToLearnError(len(plan.labels), len(plan.of(Part.FROZEN)))
    return write_raw_dataset(raw, NUMBER, NAME, _with(first, cases), {VESSEL: index}).n_folds


def _with(first: Case, others: Iterator[Case]) -> Iterator[Case]:
    yield first
    yield from others


def _checked(work: Work, cases: Iterator[Case]) -> Iterator[Case]:
    for case in cases:
        work.guard.check()
        yield case


def _trained(work: Work, here: Path) -> Path:
    return here / "results" / DATASET / f"{work.wish.nnunet_trainer}__nnUNetPlans__{CONFIGURATION}"


def _call(work: Work, command: str, arguments: Sequence[object]) -> None:
    """Run a command of nnU-Net and tell what it says of its learning; stop it when somebody cancels."""
    here = work.folder.work / "nnunet"
    words = [str(Path(sys.executable).with_name(command)), *map(str, arguments)]
    log = work.folder.path / f"{command}.txt"
    variables = {
        "nnUNet_raw": str(here / "raw"),
        "nnUNet_preprocessed": str(here / "preprocessed"),
        "nnUNet_results": str(here / "results"),
        "nnUNet_compile": "f",
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("ab") as output:
        process = subprocess.Popen(words, env={**os.environ, **variables}, stdout=output, stderr=output)
    teller = _LogTeller(work, log)
    while process.poll() is None:
        if work.guard.is_stopped():
            process.kill()
            process.wait()
        teller.look()
        time.sleep(LOOK_S)
    work.guard.check()
    if process.returncode:
        raise NnUnetCommandError(command, process.returncode, str(log))


class _LogTeller:
    """Reads what a command has written since the last look, and tells what it says of the learning."""

    def __init__(self, work: Work, log: Path) -> None:
        self._work, self._log = work, log
        self._read = log.stat().st_size
        epochs = EPOCHS.search(work.wish.nnunet_trainer)
        self._steps = int(epochs[1]) if epochs else 1000
        self._last = News("learning")

    def look(self) -> None:
        """Tell the new lines that say something."""
        with self._log.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            news = news_of(line, self._steps, self._last)
            if news is not None:
                self._last = news
                self._work.folder.tell(news)
