"""Patients whose runs somebody labelled, for tests of what learns from labels."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lib.arrays import to_volume
from lib.datastore.cache import RunCache
from lib.datastore.labelled import LabelledRuns
from lib.datastore.ledger import Ledger
from lib.datastore.patients import KEY_FILE, PatientTokens
from lib.datastore.run_reader import RunReader
from lib.datastore.shelf import RunShelf
from lib.datastore.volumes import write_label
from lib.labels import load_label_table
from lib.networks.vessel_net import VesselNet
from lib.networks.weights import save_weights
from lib.registry import VersionStore
from lib.settings import Settings, TrainingSettings, load_settings
from lib.trainers.guard import Guard
from lib.trainers.lessons import Lessons
from lib.trainers.training_folder import folder_of
from lib.trainers.work import Work
from tests.builders import build_xa, draw_run
from tests.desks import a_desk
from tests.fakes import FakePacs
from tests.model_builders import build_model

SIDE = 64
N_FRAMES = 3
KEY = b"k" * 32
"""The split hangs on it."""


def labelled_patients(
    data: Path, n_patients: int, finished: Sequence[int] | None = (1,), tag: str = "final"
) -> Lessons:
    """Save a label of a run of each patient: the dark line that `draw_run` draws, on every frame."""
    data.mkdir(parents=True, exist_ok=True)
    (data / KEY_FILE).write_bytes(KEY)
    settings = load_settings(data=data)
    runs = [
        build_xa(pixels=draw_run(N_FRAMES, SIDE, SIDE), PatientID=f"CANARY{n}", Manufacturer=f"Maker {n % 2}")
        for n in range(n_patients)
    ]
    ledger = Ledger.in_folder(data)
    shelf = RunShelf(FakePacs(runs), ledger, RunCache(data / "cache", 10**9), list_seconds=0)
    desk = a_desk(settings, ledger, shelf)
    label_map = np.zeros((N_FRAMES, SIDE, SIDE), np.uint8)
    label_map[:, SIDE // 2 - 1 : SIDE // 2 + 1] = 1
    write_label(data / "label.nii.gz", to_volume(label_map), None)
    info = {} if finished is None else {"finished_frame_numbers": [t + 1 for t in finished]}
    for image_id in shelf.image_ids():
        desk.save(shelf.run(image_id), data / "label.nii.gz", tag, info)
    table = load_label_table(settings.labels)
    return Lessons(
        LabelledRuns(ledger, desk.store, shelf), RunReader(ledger, shelf, PatientTokens(data)), table
    )


def tiny_model(data: Path) -> None:
    """Install a network of five scales and hardly any weights, which is then the live one."""
    folder = data / "models" / "tiny"
    folder.mkdir(parents=True)
    save_weights(VesselNet(widths=(4, 4, 4, 4, 4)), folder / "vessels.safetensors")
    build_model(folder, {"vessels.safetensors": "weights"}, version="tiny")


def work_on(data: Path, lessons: Lessons, **wish: object) -> Work:
    """Return a training whose process this one is."""
    settings: Settings = load_settings(data=data)
    folder = folder_of(data, "a" * 32)
    asked = TrainingSettings.model_validate(json.loads(json.dumps(wish)))
    guard = Guard(folder, lambda: None)
    return Work("a" * 32, settings, asked, folder, lessons, VersionStore(data), guard)
