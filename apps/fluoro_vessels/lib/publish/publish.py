"""The door of this room: approved labels become a checked data set, as a whole or not at all."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from lib.datastore.records import LabelVersion
from lib.errors import FluoroError, LabelFileLostError, StorageError, UnavailableError
from lib.errors.publish import LeftoverError, NothingApprovedError, PublishFolderError
from lib.exchange.card import write_sums
from lib.exchange.content import Side
from lib.labels import LabelTable
from lib.metadata.run import RunMetadata
from lib.publish.cleaning import Cleaning
from lib.publish.data_sheet import SHEET, SheetFacts, data_sheet
from lib.publish.material import Material
from lib.publish.numbers import SetNumbers, count
from lib.publish.objects import PublishedRun, Writer
from lib.publish.own_words import own_words
from lib.publish.pictures import Pictures
from lib.publish.scan.scan import Scan
from lib.publish.scan.search import Search
from lib.publish.scan.traces import Traces
from lib.publish.sides import one_side_each
from lib.publish.tables import write_metadata, write_reports, write_splits
from lib.registry.whole_folder import whole_folder

SCAN: Final = "scan.json"


@dataclass(frozen=True)
class PublishWish:
    """What somebody wants of a set.

    Attributes:
        license: Terms of use; nothing is published without.
        title: Name of the set.
        allowed: Words that tell nothing of a person, although a source says them.
    """

    license: str
    title: str = "Labelled X-ray angiography"
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """What was published."""

    folder: Path
    numbers: SetNumbers
    left_out: Mapping[str, str]
    """Image id of each run that may not leave, and why."""


@dataclass
class Publisher:
    """Publishes approved labels.

    Attributes:
        material: Labels, runs, measurements.
        cleaning: Makes objects fit to leave.
        table: The labels.
        side_of: Side of the split, from the patient's token.
        agreement: Mean scores of two people's labels, of the runs with these image ids.
        on_run: Called after each run.
    """

    material: Material
    cleaning: Cleaning
    table: LabelTable
    side_of: Callable[[str], Side]
    agreement: Callable[[frozenset[str]], Mapping[str, Mapping[str, float]]]
    on_run: Callable[[], None] = lambda: None
    left_out: dict[str, str] = field(default_factory=dict)

    def publish(self, target: Path, wish: PublishWish) -> Published:
        """Write the set.

        Raises:
            PublishFolderError: The folder is taken.
            NothingApprovedError: No run may leave.
            LeftoverError: The last look found something of the sources; nothing is left of the set.
            DiskFullError: There is no room; nothing is left behind.
        """
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise PublishFolderError(target)
        with whole_folder(target) as folder:
            runs = one_side_each(self._write_objects(folder))
            if not runs:
                raise NothingApprovedError(len(self.left_out))
            numbers = self._describe(folder, runs, wish)
            self._look_again(folder, runs, wish)
            write_sums(folder)
        return Published(target, numbers, dict(self.left_out))

    def _write_objects(self, folder: Path) -> list[PublishedRun]:
        writer, runs = Writer(self.material, self.cleaning, folder), []
        for label in self.material.labels():
            try:
                side = self.side_of(self.material.patient_token(label.image_id))
                runs.append(writer.write(label, side))
            except FluoroError as error:
                self._leave_out(label, error)
            self.on_run()
        return runs

    def _leave_out(self, label: LabelVersion, error: FluoroError) -> None:
        """Note a run that may not leave; a PACS or a disk that fails stops the set."""
        is_of_this_run = isinstance(error, LabelFileLostError)
        if isinstance(error, UnavailableError | StorageError) and not is_of_this_run:
            raise error
        self.left_out[label.image_id] = str(error)

    def _describe(self, folder: Path, runs: Sequence[PublishedRun], wish: PublishWish) -> SetNumbers:
        """Write pictures, tables and the data sheet."""
        sheet = Pictures(self.material.runs, self.table, folder).write(runs, wish.license)
        rows: list[RunMetadata] = write_metadata(folder, runs)
        write_splits(folder, runs)
        write_reports(folder, runs)
        n_labelled = sum(len(run.frame_numbers) for run in sheet.runs)
        numbers = count(runs, rows, n_labelled, sum(map(self._is_reviewed, runs)))
        facts = SheetFacts(
            title=wish.title,
            license=wish.license,
            date=sheet.date,
            software=sheet.software,
            agreement=self.agreement(frozenset(run.label.image_id for run in runs)),
            labels=tuple(label.name for label in sheet.labels),
        )
        (folder / SHEET).write_text(data_sheet(facts, numbers), encoding="utf-8")
        return numbers

    def _is_reviewed(self, run: PublishedRun) -> bool:
        last = self.material.runs.ledger.history(run.label.id)[-1:]
        return any(change.by != run.label.author for change in last)

    def _look_again(self, folder: Path, runs: Sequence[PublishedRun], wish: PublishWish) -> None:
        """Search the set for what its sources tell, and say in scan.json what was looked for."""
        traces = Traces()
        for run in runs:
            traces |= run.traces
        dates = {name: run.traces.dates for run in runs for name in run.files}
        words = own_words(self.table, wish.allowed)
        scan = Scan(Search(traces, words), dates, self.cleaning.shows_text)
        n_files = sum(path.is_file() for path in folder.rglob("*"))
        findings = scan(folder)
        if findings:
            raise LeftoverError([str(one) for one in findings])
        looked: dict[str, Any] = {"n_files": n_files, "n_findings": 0}
        looked["looked_for"] = {
            f"n_{name}": len(values) for name, values in asdict(traces).items() if name != "dates"
        }
        (folder / SCAN).write_text(json.dumps(looked, indent=1) + "\n", encoding="utf-8")
