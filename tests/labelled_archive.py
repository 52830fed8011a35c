"""A data folder with runs and labels, and no PACS: for what reads the datastore from the command line."""

from pathlib import Path
from typing import Any

import numpy as np

from lib.arrays import LabelMap, from_volume, to_volume
from lib.datastore.cache import RunCache
from lib.datastore.desk import LabelDesk
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.records import LabelVersion
from lib.datastore.seg_sender import SegSender
from lib.datastore.shelf import RunShelf
from lib.datastore.volumes import read_label, write_label
from lib.labels import load_label_table
from lib.settings import PROJECT_FOLDER, Settings
from tests.builders import build_xa
from tests.fakes import FakePacs


class Archive:
    """A data folder with runs that are cached and labelled; no PACS answers."""

    def __init__(self, data: Path) -> None:
        self.data, self.pacs = data, FakePacs()
        self.ledger = Ledger.in_folder(data)
        shelf = RunShelf(self.pacs, self.ledger, RunCache(data / "cache", 10**9), list_seconds=0)
        files = LabelFiles(data / "labels_saved")
        outbox = Outbox(self.ledger, SegSender(self.pacs, shelf, files), retry_s=60)
        table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
        self.shelf = shelf
        self.desk = LabelDesk(shelf, LabelStore(self.ledger, files), outbox, table, Settings(data=data))

    def add(self, patient: str, **elements: Any) -> str:
        run = build_xa(n_frames=4, rows=32, columns=48, PatientID=patient, **elements)
        self.pacs.store([run])
        self.shelf.dicom(str(run.SOPInstanceUID))
        return str(run.SOPInstanceUID)

    def label(
        self, image_id: str, values: dict[int, int], tag: str = "final", finished: tuple[int, ...] = ()
    ) -> LabelVersion:
        """Save a label: frame t to the index that a square on it has."""
        label_map = np.zeros((4, 32, 48), np.uint8)
        for t, index in values.items():
            label_map[t, 5:15, 10:20] = index
        return self.save(image_id, label_map, tag, finished)

    def save(
        self, image_id: str, label_map: LabelMap, tag: str = "final", finished: tuple[int, ...] = ()
    ) -> LabelVersion:
        """Save a label map, (T, H, W)."""
        file = self.data / "sent.nii.gz"
        write_label(file, to_volume(label_map), None)
        info = {"finished_frame_numbers": [t + 1 for t in finished]} if finished else {}
        return self.desk.save(self.shelf.run(image_id), file, tag, info)

    def newest(self, image_id: str) -> tuple[LabelVersion, LabelMap]:
        """Return the newest label of a run, of any tag, and its map."""
        label = self.ledger.labels(image_id)[-1]
        return label, from_volume(read_label(self.desk.path(label))[0])
