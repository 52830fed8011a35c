"""People who label runs of a fake PACS, for tests of the quality of labels."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from lib.arrays import to_volume
from lib.datastore.cache import RunCache
from lib.datastore.desk import LabelDesk
from lib.datastore.labelled import LabelledRuns
from lib.datastore.ledger import Ledger
from lib.datastore.records import LabelVersion
from lib.datastore.shelf import RunShelf
from lib.datastore.volumes import write_label
from lib.frames.cine import Cine
from lib.labels import LabelTable
from lib.quality.agreement import Agreements
from lib.quality.look_again import LookAgain
from lib.quality.results import Results
from lib.settings import load_settings
from tests.builders import build_xa
from tests.desks import a_desk
from tests.fakes import FakePacs

N_FRAMES, ROWS, COLUMNS = 4, 64, 96
Drawn = dict[int, NDArray[np.uint8]]


def line(row: int, first: int = 8, last: int = 88, index: int = 1) -> NDArray[np.uint8]:
    """Return a frame with a vessel of 5 px along a row."""
    frame = np.zeros((ROWS, COLUMNS), np.uint8)
    frame[row - 2 : row + 3, first:last] = index
    return frame


class FakeOpinion:
    """A model that says the same of every frame.

    Attributes:
        asked: The frames (t) that it was asked about.
    """

    def __init__(self, mask: NDArray[np.uint8], version: str = "fake@1") -> None:
        self.mask, self.version = mask > 0, version
        self.asked: list[int] = []

    def vessels(self, cine: Cine, times: Sequence[int]) -> Iterator[NDArray[np.bool_]]:
        assert cine.frames.shape == (N_FRAMES, ROWS, COLUMNS)
        for t in times:
            self.asked.append(t)
            yield self.mask


@dataclass(frozen=True)
class Office:
    """Where people label.

    Attributes:
        folder: The data folder.
        run: The image id of the first run.
        pacs: Where the runs are.
    """

    folder: Path
    ledger: Ledger
    desk: LabelDesk
    pacs: FakePacs
    run: str
    other: str

    def save(
        self,
        drawn: Drawn,
        author: str = "anna",
        finished: Sequence[int] | None = (0,),
        tag: str = "final",
        image_id: str | None = None,
    ) -> LabelVersion:
        """Save frames (t) as a label; `finished` is said with it unless it is None."""
        label_map = np.zeros((N_FRAMES, ROWS, COLUMNS), np.uint8)
        for t, frame in drawn.items():
            label_map[t] = frame
        file = self.folder / "drawn.nii.gz"
        write_label(file, to_volume(label_map), None)
        numbers = {} if finished is None else {"finished_frame_numbers": [t + 1 for t in finished]}
        run = self.desk.shelf.run(image_id or self.run)
        return self.desk.save(run, file, tag, {"client_id": author, **numbers})

    @property
    def table(self) -> LabelTable:
        return self.desk.table

    @property
    def runs(self) -> LabelledRuns:
        return LabelledRuns(self.ledger, self.desk.store, self.desk.shelf)

    def look_again(self, opinion: FakeOpinion) -> LookAgain:
        """A list of that opinion, with results that it reads from the disk."""
        return LookAgain(self.runs, self.table, Results(self.folder / "quality"), lambda: opinion)

    def agreements(self) -> Agreements:
        return Agreements(self.runs, self.table, Results(self.folder / "quality"))


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """Yield a desk for two runs, with its data in a folder."""
    runs: list[Dataset] = [build_xa(n_frames=N_FRAMES, rows=ROWS, columns=COLUMNS) for _ in range(2)]
    pacs, ledger = FakePacs(runs), Ledger.in_folder(folder)
    shelf = RunShelf(pacs, ledger, RunCache(folder / "cache", 10**9), list_seconds=0)
    shelf.refresh()
    desk = a_desk(load_settings(data=folder), ledger, shelf)
    yield Office(folder, ledger, desk, pacs, *(str(run.SOPInstanceUID) for run in runs))
    ledger.close()
