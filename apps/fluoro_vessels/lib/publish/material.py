"""What is published: approved labels with their runs, SEGs and reports, as they lie in the datastore."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from lib.datastore.labelled import LabelledRuns
from lib.datastore.measurement_shelf import MeasurementShelf
from lib.datastore.patients import PatientTokens
from lib.datastore.records import LabelVersion
from lib.datastore.run_reader import RunReader
from lib.datastore.states import LabelState
from lib.errors import SegError
from lib.frames.files import read_dataset
from lib.measure.out.files import FileKind


@dataclass(frozen=True)
class Objects:
    """The DICOM objects of one approved label.

    Attributes:
        run: The run.
        seg: Its label.
        reports: Its accepted measurements.
    """

    run: Dataset
    seg: Dataset
    reports: tuple[Dataset, ...] = ()

    def all(self) -> tuple[Dataset, ...]:
        """Return every object."""
        return self.run, self.seg, *self.reports


@dataclass(frozen=True)
class Material:
    """Reads what is published.

    Attributes:
        runs: Labels and runs.
        measurements: Accepted measurements.
        tokens: What runs and patients are called outside.
    """

    runs: LabelledRuns
    measurements: MeasurementShelf
    tokens: PatientTokens

    def labels(self) -> Sequence[LabelVersion]:
        """Return the newest approved label of every run."""
        return self.runs.newest({LabelState.APPROVED})

    def objects(self, label: LabelVersion) -> Objects:
        """Return the objects of a label.

        Raises:
            SegError: The label has no DICOM SEG.
            LabelFileLostError: A file of the label is gone or was changed.
            RunNotFoundError: Neither the cache nor the PACS has the run.
        """
        seg = self.runs.store.read_seg(label)
        if seg is None:
            raise SegError("The label has no DICOM SEG. Submit and approve it again.")
        return Objects(
            run=read_dataset(self.runs.shelf.dicom(label.image_id)),
            seg=dcmread(BytesIO(seg)),
            reports=tuple(self._reports(label.image_id)),
        )

    def people(self, label: LabelVersion) -> frozenset[str]:
        """Return the logins of all who had a hand in a label."""
        changes = self.runs.ledger.history(label.id)
        reviews = self.runs.ledger.reviews(label.id)
        return frozenset((label.author, *(one.by for one in changes), *(one.by for one in reviews)))

    def patient_token(self, image_id: str) -> str:
        """Return the word for the patient of a run on which the split hangs."""
        reader = RunReader(self.runs.ledger, self.runs.shelf, self.tokens)
        return reader.facts(self.runs.ledger.run(image_id)).patient_token

    def run_token(self, image_id: str) -> str:
        """Return the word for a run."""
        return self.tokens.run_token(image_id)

    def _reports(self, image_id: str) -> list[Dataset]:
        files = (
            self.measurements.file(one, str(FileKind.REPORT)) for one in self.measurements.of_run(image_id)
        )
        return [dcmread(BytesIO(file)) for file in files if file is not None]
