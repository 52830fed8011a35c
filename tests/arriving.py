"""Runs that arrive at a fake PACS, and an algorithm that finds what is dark."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset

from lib.arrays import LabelMap
from lib.arrivals.measuring import Measuring
from lib.arrivals.work import ArrivalWork
from lib.datastore.arrival_records import ArrivalEnd, ArrivalState
from lib.datastore.cache import RunCache
from lib.datastore.desk import LabelDesk
from lib.datastore.ledger import Ledger
from lib.datastore.measurement_shelf import MeasurementShelf
from lib.datastore.shelf import RunShelf
from lib.frames.cine import Cine
from lib.infers.parameter import ParameterValue
from lib.labels import LabelTable
from lib.sections.arrival import ArrivalRule, ArrivalSettings
from lib.seg.content import ARTIFICIAL_INTELLIGENCE
from lib.server.arrivals.watch import ArrivalWatch
from lib.settings import load_settings
from tests.builders import build_xa
from tests.desks import a_desk
from tests.fakes import FakePacs

SHAPE = (4, 64, 96)
"""Frames, rows and columns of the runs."""


def a_run_that_came(**elements: Any) -> Dataset:
    n_frames, rows, columns = SHAPE
    return build_xa(**{"n_frames": n_frames, "rows": rows, "columns": columns, **elements})


def a_rule(**wishes: Any) -> ArrivalRule:
    return ArrivalRule(**{"name": "angiograms", **wishes})


def rules(*them: ArrivalRule, **wishes: Any) -> ArrivalSettings:
    return ArrivalSettings(**{"enabled": True, "rules": them or (a_rule(),), **wishes})


class DarkIsVessel:
    """Finds what is dark; `segmented` counts the runs."""

    name, version, description, labels = "dark", "7", "Finds what is dark.", ("vessel",)
    family, parameters = ARTIFICIAL_INTELLIGENCE, ()

    def __init__(self) -> None:
        self.segmented: list[str] = []

    def segment(self, cine: Cine, values: Mapping[str, ParameterValue], table: LabelTable) -> LabelMap:
        assert not values
        self.segmented.append(cine.header.sop_instance_uid)
        return np.where(cine.frames < 0.4, table.by_name("vessel").index, 0).astype(np.uint8)


DONE = ArrivalEnd(ArrivalState.DONE, "Segmented.", "angiograms", "a" * 32)


class FakeWorker:
    """Says that all is done; `raises` is raised instead, once each."""

    def __init__(self) -> None:
        self.looked: list[str] = []
        self.raises: list[Exception] = []
        self.is_open = False
        self.meanwhile: Callable[[], object] = lambda: None

    def look(self, image_id: str, is_stopping: Callable[[], bool]) -> ArrivalEnd:
        self.looked.append(image_id)
        self.is_open = True
        self.meanwhile()
        if self.raises:
            raise self.raises.pop(0)
        assert not is_stopping()
        return DONE

    def close(self) -> None:
        self.is_open = False


@dataclass(frozen=True)
class Ward:
    """A ledger, a desk and a PACS to which runs come."""

    data: Path
    pacs: FakePacs
    ledger: Ledger
    desk: LabelDesk
    shelf: RunShelf
    measurements: MeasurementShelf
    dark: DarkIsVessel = field(default_factory=DarkIsVessel)

    def work(self, settings: ArrivalSettings | None = None) -> ArrivalWork:
        measuring = Measuring(self.desk, self.measurements)
        return ArrivalWork(self.ledger, self.desk, measuring, settings or rules())

    def come(self, *runs: Dataset) -> list[str]:
        """Store runs and note them as a list of the PACS does; returns their image ids."""
        self.pacs.store(runs)
        self.shelf.refresh()
        return [str(run.SOPInstanceUID) for run in runs]

    def segs(self, image_id: str) -> Sequence[str]:
        """Return the series descriptions of a run's SEGs."""
        found = self.pacs.list_segs(self.pacs.find_run(image_id))
        return [seg.series_description for seg in found]


@contextmanager
def open_ward(data: Path) -> Iterator[Ward]:
    """Yield a ward with its data in a folder."""
    settings, pacs, ledger = load_settings(data=data), FakePacs(), Ledger.in_folder(data)
    shelf = RunShelf(pacs, ledger, RunCache(data / "cache", 10**9), list_seconds=0)
    desk = a_desk(settings, ledger, shelf)
    yield Ward(data, pacs, ledger, desk, shelf, MeasurementShelf(data))
    ledger.close()


def wait_until(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return is_so()


def watching(ward: Ward, worker: FakeWorker, settings: ArrivalSettings | None = None) -> ArrivalWatch:
    return ArrivalWatch(ward.ledger, ward.shelf, worker, settings or rules(), lambda _: ())


def store(ward: Ward, *modalities: str) -> list[str]:
    runs = [a_run_that_came(modality=modality) for modality in modalities or ("XA",)]
    ward.pacs.store(runs)
    return [str(run.SOPInstanceUID) for run in runs]
