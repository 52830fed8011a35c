"""Where the cases of an export come from: what people labelled, or the simulator."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from lib.datastore.labelled import LabelledRuns
from lib.datastore.records import LabelVersion
from lib.errors import FluoroError, LabelFileLostError, StorageError, UnavailableError
from lib.labels import LabelTable
from lib.networks.nnunet_dataset import Case

ALWAYS: Final = "vessel"
"""A class of every data set, also where nobody found one."""
PHANTOM_LABELS: Final = ("vessel", "catheter", "guidewire")
PHANTOM_MOMENTS: Final = (0.3, 0.5, 0.7, 0.9)
"""Which frames of a simulated run are taken, as shares of its length."""


@dataclass
class LabelledCases:
    """The labelled frames of the chosen labels; runs that cannot be read are left out and named."""

    runs: LabelledRuns
    labels: Sequence[LabelVersion]
    on_run: Callable[[], None]
    left_out: dict[str, str] = field(default_factory=dict)
    """Image id of each run that could not be read, and why."""

    def names(self, table: LabelTable) -> dict[str, int]:
        """Return the labels that occur on the frames to be written, in the order of the table."""
        present = {table.by_name(ALWAYS).index}
        for label in self.labels:
            try:
                label_map = self.runs.label_map(label)
            except FluoroError as error:
                self._leave_out(label, error)
                continue
            frames = list(self.runs.frames(label, label_map))
            present |= {int(index) for index in np.unique(label_map[frames]) if index}
        return {label.name: label.index for label in table if label.index in present}

    def __iter__(self) -> Iterator[Case]:
        """Yield frame after frame, run after run."""
        for label in self.labels:
            if label.image_id not in self.left_out:
                try:
                    yield from self._read(label)
                except FluoroError as error:
                    self._leave_out(label, error)
            self.on_run()

    def _read(self, label: LabelVersion) -> list[Case]:
        label_map = self.runs.label_map(label)
        frames = self.runs.frames(label, label_map)
        if not frames:
            return []
        patient, cine = self.runs.patient(label), self.runs.cine(label, label_map)
        return [Case(patient, label.image_id, t, cine.frames[t], label_map[t]) for t in frames]

    def _leave_out(self, label: LabelVersion, error: FluoroError) -> None:
        """Note a run that cannot be read; a PACS or a disk that fails stops the export."""
        is_of_this_run = isinstance(error, LabelFileLostError)
        if isinstance(error, UnavailableError | StorageError) and not is_of_this_run:
            raise error
        self.left_out[label.image_id] = str(error)


def phantom_names(table: LabelTable) -> dict[str, int]:
    """Return the labels of simulated runs."""
    return {name: table.by_name(name).index for name in PHANTOM_LABELS}


def phantom_cases(
    n_runs: int, seed: int, size: int, table: LabelTable, on_run: Callable[[], None]
) -> Iterator[Case]:
    """Yield some frames of simulated runs with their exact truth; each run is a patient.

    Args:
        n_runs: How many runs.
        seed: Seed of the first run; the next ones count on.
        size: Rows and columns.
        table: The label table.
        on_run: Called after each run.
    """
    from lib.phantom import draw_scenario, simulate

    for number in range(seed, seed + n_runs):
        scenario = draw_scenario(number, size=size)
        wanted = sorted({int(share * scenario.n_frames) for share in PHANTOM_MOMENTS})
        run = simulate(scenario, wanted)
        frames, truth = run.display(), run.truth
        for position, t in enumerate(wanted):
            labels = np.zeros(frames.shape[1:], np.uint8)
            for name in PHANTOM_LABELS:
                labels[getattr(truth, name)[position]] = table.by_name(name).index
            yield Case(f"phantom {number}", str(number), t, frames[position], labels)
        on_run()
