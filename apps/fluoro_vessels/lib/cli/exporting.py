"""Where the runs of an export come from: what people labelled, or the simulator."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from lib.arrays import LabelMap
from lib.datastore.labelled import LabelledRuns
from lib.datastore.patients import PatientTokens
from lib.datastore.records import LabelVersion
from lib.datastore.run_reader import RunReader
from lib.errors import FluoroError, LabelFileLostError, StorageError, UnavailableError
from lib.exchange.content import ExportRun, Side
from lib.labels import Label, LabelTable
from lib.trainers.split import Part, part_of

ALWAYS: Final = "vessel"
"""A class of every data set, also where nobody found one."""
SIDES: Final = {Part.TRAINING: Side.TRAIN, Part.VALIDATION: Side.VALIDATION, Part.FROZEN: Side.TEST}
PHANTOM_LABELS: Final = ("vessel", "catheter", "guidewire")
PHANTOM_MOMENTS: Final = (0.3, 0.5, 0.7, 0.9)
"""Which frames of a simulated run are taken, as shares of its length."""
PHANTOM_STATE: Final = "simulated"
NO_SEG: Final = "Its label has no DICOM SEG, as it is a draft. Submit it first."


def side_of(patient: str) -> Side:
    """Return where a patient belongs, the same as for our own trainings."""
    return SIDES[part_of(patient)]


@dataclass
class LabelledExport:
    """The runs of the chosen labels; runs that cannot be read are left out and named.

    Attributes:
        runs: Where labels and runs are.
        tokens: What patients and runs are called outside.
        labels: What to write.
        on_run: Called after each run.
        only_finished: Whether frames that nobody finished are left out.
        with_seg: Whether the labels' DICOM SEGs are wanted.
        left_out: Image id of each run that could not be read, and why.
    """

    runs: LabelledRuns
    tokens: PatientTokens
    labels: Sequence[LabelVersion]
    on_run: Callable[[], None]
    only_finished: bool = False
    with_seg: bool = False
    left_out: dict[str, str] = field(default_factory=dict)

    def classes(self, table: LabelTable) -> list[Label]:
        """Return the labels that occur on the frames to be written, in the order of the table."""
        present = {table.by_name(ALWAYS).index}
        for label in self.labels:
            try:
                label_map = self.runs.label_map(label)
            except FluoroError as error:
                self._leave_out(label, error)
                continue
            present |= set(np.unique(label_map[list(self._times(label, label_map))]).tolist())
        return [label for label in table if label.index in present]

    def __iter__(self) -> Iterator[ExportRun]:
        """Yield run after run; those without frames are no part of the export."""
        for label in self.labels:
            run = None if label.image_id in self.left_out else self._read_or_leave_out(label)
            if run is not None and run.times:
                yield run
            self.on_run()

    def _read_or_leave_out(self, label: LabelVersion) -> ExportRun | None:
        try:
            run = self._read(label)
        except FluoroError as error:
            self._leave_out(label, error)
            return None
        if self.with_seg and run.seg is None:
            self.left_out[label.image_id] = NO_SEG
            return None
        return run

    def _read(self, label: LabelVersion) -> ExportRun:
        label_map = self.runs.label_map(label)
        times = self._times(label, label_map)
        cine = self.runs.cine(label, label_map)
        reader = RunReader(self.runs.ledger, self.runs.shelf, self.tokens)
        facts = reader.facts(self.runs.ledger.run(label.image_id))
        spacing = cine.header.spacing
        return ExportRun(
            token=self.tokens.run_token(label.image_id),
            patient=facts.patient_token,
            side=side_of(facts.patient_token),
            frames=cine.frames,
            label_map=label_map,
            times=times,
            finished=tuple(t for t in times if t in set(label.finished_frames or ())),
            spacing_mm=None if spacing is None else (spacing.row_mm, spacing.column_mm),
            frame_time_ms=facts.frame_time_ms,
            state=label.state.value,
            version=label.version,
            seg=self.runs.store.read_seg(label) if self.with_seg else None,
        )

    def _times(self, label: LabelVersion, label_map: LabelMap) -> tuple[int, ...]:
        times = self.runs.frames(label, label_map)
        if not self.only_finished:
            return times
        return tuple(t for t in times if t in set(label.finished_frames or ()))

    def _leave_out(self, label: LabelVersion, error: FluoroError) -> None:
        """Note a run that cannot be read; a PACS or a disk that fails stops the export."""
        is_of_this_run = isinstance(error, LabelFileLostError)
        if isinstance(error, UnavailableError | StorageError) and not is_of_this_run:
            raise error
        self.left_out[label.image_id] = str(error)


@dataclass(frozen=True)
class PhantomExport:
    """Simulated runs with their exact truth, a few frames each; each run is a patient.

    Attributes:
        n_runs: How many runs.
        seed: Seed of the first run; the next ones count on.
        size: Rows and columns.
        on_run: Called after each run.
        is_split: Whether some are test and validation; else all train.
    """

    n_runs: int
    seed: int
    size: int
    on_run: Callable[[], None]
    is_split: bool = True

    def classes(self, table: LabelTable) -> list[Label]:
        """Return the labels of simulated runs."""
        return [label for label in table if label.name in PHANTOM_LABELS]

    def runs(self, table: LabelTable) -> Iterator[ExportRun]:
        """Yield run after run."""
        for number in range(self.seed, self.seed + self.n_runs):
            yield self._simulate(number, table)
            self.on_run()

    def _simulate(self, number: int, table: LabelTable) -> ExportRun:
        from lib.phantom import draw_scenario, simulate

        scenario = draw_scenario(number, size=self.size)
        wanted = sorted({int(share * scenario.n_frames) for share in PHANTOM_MOMENTS})
        run = simulate(scenario, wanted)
        frames, times = run.display(), tuple(range(len(wanted)))
        label_map = np.zeros(frames.shape, np.uint8)
        for label in self.classes(table):
            label_map[getattr(run.truth, label.name)] = label.index
        patient = f"P-phantom{number}"
        side = side_of(patient) if self.is_split else Side.TRAIN
        return ExportRun(f"R-{number}", patient, side, frames, label_map, times, times, state=PHANTOM_STATE)
