"""Writes labelled frames as an nnU-Net v2 raw data set, split by patient.

    DatasetNNN_NAME/imagesTr/p001_r01_f0012_0000.png    16 bits grey, a frame's 1.0 is 65535
                    labelsTr/p001_r01_f0012.png         8 bits, 0 background
                    imagesTs  labelsTs                  patients that nothing is trained on
                    dataset.json  splits_final.json

Names number patients and runs in the order they come; ids of patients are never written. nnU-Net takes
the splits over when it plans, so that a patient is never in training and validation at once.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.errors import ExportFolderError, NothingToExportError
from lib.networks.nnunet_folder import DATASET, OURS
from lib.registry.whole_folder import whole_folder

WHITE: Final = 65535
INTENSITY: Final = "0-65535"
N_FOLDS: Final = 5
CHANNEL: Final = "xray"
"""A name that nnU-Net has no rule for: it then normalises every frame by its own mean and spread."""
IMAGES: Final = "imagesTr"
LABELS: Final = "labelsTr"
TEST_IMAGES: Final = "imagesTs"
TEST_LABELS: Final = "labelsTs"
SPLITS: Final = "splits_final.json"
NUMBERS: Final = range(1, 1000)
"""What nnU-Net numbers data sets with."""


@dataclass(frozen=True)
class Case:
    """One labelled frame.

    Attributes:
        patient: What tells patients apart; it is hashed and never written.
        run: What tells the runs of a patient apart.
        t: Frame of the run, zero-based.
        frame: (H, W) in [0, 1], vessels dark.
        labels: (H, W) uint8, indices of the label table.
        is_test: The patient is kept for judging models; nothing trains on the frame.
    """

    patient: str
    run: str
    t: int
    frame: Frame
    labels: NDArray[np.uint8]
    is_test: bool = False


@dataclass(frozen=True)
class Written:
    """What an export wrote."""

    folder: Path
    n_patients: int
    n_runs: int
    n_frames: int
    n_folds: int
    """0 where a single patient leaves nothing to validate on."""


@dataclass
class Names:
    """Gives every case its name, and remembers whose it is."""

    patients: dict[str, int] = field(default_factory=dict)
    runs: dict[tuple[str, str], int] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    """Name of a case to its patient."""
    training: dict[str, str] = field(default_factory=dict)
    """Those of `cases` that may be trained on."""

    def name(self, case: Case) -> str:
        """Return the name of a case, such as p001_r01_f0012; frames count from 1 as in DICOM."""
        self.patients.setdefault(case.patient, len(self.patients) + 1)
        own = sum(owner == case.patient for owner, _ in self.runs)
        self.runs.setdefault((case.patient, case.run), own + 1)
        name = f"{self._run_name(case.patient, case.run)}_f{case.t + 1:04d}"
        self.cases[name] = case.patient
        if not case.is_test:
            self.training[name] = case.patient
        return name

    def run_names(self) -> dict[tuple[str, str], str]:
        """Return how the files of each run begin, by its patient and run, such as p001_r01."""
        return {(patient, run): self._run_name(patient, run) for patient, run in self.runs}

    def _run_name(self, patient: str, run: str) -> str:
        return f"p{self.patients[patient]:03d}_r{self.runs[patient, run]:02d}"


def write_raw_dataset(
    root: Path, number: int, name: str, cases: Iterable[Case], labels: Mapping[str, int]
) -> Written:
    """Write a data set below a folder of raw data sets; one case is in memory at a time.

    Args:
        root: nnU-Net's nnUNet_raw.
        number: 1 to 999, not taken in `root`.
        name: Letters, digits and underscores.
        cases: The frames.
        labels: Names and indices of the label table; they become 1, 2, 3 ... in this order. Other
            indices become background.

    Raises:
        ExportFolderError: The number or the folder is taken, or the name cannot be one.
        NothingToExportError: There are no cases.
        DiskFullError: There is no room; nothing is left behind.
    """
    target = free_folder(root, number, name)
    with whole_folder(target) as folder:
        names = fill_raw_dataset(folder, cases, labels)
        n_folds = len(split_by_patient(names.training))
    return Written(target, len(names.patients), len(names.runs), len(names.cases), n_folds)


def fill_raw_dataset(folder: Path, cases: Iterable[Case], labels: Mapping[str, int]) -> Names:
    """Write a data set into an empty folder; see `write_raw_dataset`.

    Raises:
        NothingToExportError: There are no cases.
    """
    lookup = np.zeros(256, np.uint8)
    lookup[list(labels.values())] = np.arange(1, len(labels) + 1)
    names = Names()
    for part in (IMAGES, LABELS):
        (folder / part).mkdir()
    for case in cases:
        _write_case(folder, names.name(case), case, lookup)
    if not names.cases:
        raise NothingToExportError
    splits = split_by_patient(names.training)
    _write_json(folder / DATASET, _description(labels, len(names.training)))
    if splits:
        _write_json(folder / SPLITS, splits)
    return names


def split_by_patient(cases: Mapping[str, str], n_folds: int = N_FOLDS) -> list[dict[str, list[str]]]:
    """Return nnU-Net's splits, in which all cases of a patient are on one side.

    A patient's fold is a hash of the id, so that it stays when others are added. Where that leaves a fold
    empty, because there are few patients, they are dealt out in the order of their hashes instead.

    Args:
        cases: Name of each case to its patient.
        n_folds: Folds wanted; fewer where there are fewer patients, none for a single one.
    """
    patients = sorted(set(cases.values()), key=_hash)
    n = min(n_folds, len(patients))
    if n < 2:
        return []
    fold_of = {patient: _hash(patient) % n for patient in patients}
    if len(set(fold_of.values())) < n:
        fold_of = {patient: order % n for order, patient in enumerate(patients)}
    return [
        {
            "train": sorted(case for case, patient in cases.items() if fold_of[patient] != fold),
            "val": sorted(case for case, patient in cases.items() if fold_of[patient] == fold),
        }
        for fold in range(n)
    ]


def _hash(patient: str) -> int:
    return int.from_bytes(hashlib.sha256(patient.encode()).digest())


def _description(labels: Mapping[str, int], n_cases: int) -> dict[str, Any]:
    """Return dataset.json as nnU-Net wants it, with our key beside."""
    return {
        "channel_names": {"0": CHANNEL},
        "labels": {"background": 0, **{name: value for value, name in enumerate(labels, start=1)}},
        "numTraining": n_cases,
        "file_ending": ".png",
        "overwrite_image_reader_writer": "NaturalImage2DIO",
        OURS: {"intensity": INTENSITY},
    }


def _write_case(folder: Path, name: str, case: Case, lookup: NDArray[np.uint8]) -> None:
    image = np.rint(np.clip(case.frame, 0.0, 1.0) * WHITE).astype(np.uint16)
    images, masks = (TEST_IMAGES, TEST_LABELS) if case.is_test else (IMAGES, LABELS)
    _write_png(folder / images / f"{name}_0000.png", image)
    _write_png(folder / masks / f"{name}.png", lookup[case.labels])


def _write_png(path: Path, image: NDArray[Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    _, data = cv2.imencode(".png", image)
    path.write_bytes(bytes(data))


def _write_json(path: Path, content: Mapping[str, Any] | Sequence[Any]) -> None:
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def free_folder(root: Path, number: int, name: str) -> Path:
    """Return the folder of a data set, which is absent or empty.

    Raises:
        ExportFolderError: The number or the folder is taken, or the name cannot be one.
    """
    target = root / f"Dataset{number:03d}_{name}"
    if re.fullmatch(r"[A-Za-z0-9_]{1,40}", name) is None or number not in NUMBERS:
        raise ExportFolderError(target, "is no name that nnU-Net takes (number 1 to 999, plain letters)")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExportFolderError(target, "exists and is not empty")
    others = [other for other in root.glob(f"Dataset{number:03d}_*") if other != target]
    if others:
        raise ExportFolderError(target, f"cannot be written, because {others[0].name} has the same number")
    return target
