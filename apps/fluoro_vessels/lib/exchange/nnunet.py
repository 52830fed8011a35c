"""nnU-Net v2: its raw data set.

    imagesTr  labelsTr  splits_final.json       patients to train and validate on, in folds
    imagesTs  labelsTs                          test patients, which nnU-Net never trains on

The files are those of `networks.nnunet_dataset`, which counts patients and runs.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from lib.errors import NoDataSetError
from lib.exchange.content import ExportRun, FoundRun, Side
from lib.exchange.files import FrameFile, frame_file, read_json
from lib.exchange.names import indices_of
from lib.exchange.png import read_mask
from lib.exchange.sheet import FILE, OURS, Sheet, SheetRun
from lib.labels import Label, LabelTable
from lib.networks.nnunet_dataset import LABELS, SPLITS, TEST_LABELS, Case, fill_raw_dataset

RUN_NAMES: Final = "run_names"
"""Key of our part of dataset.json: how the files of a run begin, and its token."""


class NnUnet:
    """A raw data set of nnU-Net."""

    name = "nnunet"
    notes = (
        "A raw data set of nnU-Net v2, pictures of 16 bits. Files count patients and runs "
        "(p001_r01_f0012); `run_names` in dataset.json says which run is which. Test patients are in "
        "imagesTs and labelsTs; splits_final.json has folds of the others, a patient on one side of "
        "each."
    )

    def write(self, folder: Path, runs: Iterable[ExportRun], labels: Sequence[Label]) -> None:
        """Write the raw data set; see `Format.write`."""
        names = fill_raw_dataset(folder, _cases(runs), {label.name: label.index for label in labels})
        document = json.loads((folder / FILE).read_text(encoding="utf-8"))
        document[OURS][RUN_NAMES] = {name: run for (_, run), name in names.run_names().items()}
        (folder / FILE).write_text(json.dumps(document, indent=2), encoding="utf-8")

    def read(self, folder: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
        """Read the label pictures; see `Format.read`."""
        own_sheet, lookup = _own_names(folder, sheet, table)
        paths = [path for part in (LABELS, TEST_LABELS) for path in (folder / part).glob("*.png")]
        files = [frame_file(path, ".png", own_sheet) for path in sorted(paths)]
        by_run: dict[str, list[FrameFile]] = {}
        for file in files:
            by_run.setdefault(file.run.run, []).append(file)
        for run, own in by_run.items():
            yield FoundRun(run, {file.t: read_mask(file, lookup) for file in own})


def count_folds(folder: Path) -> int:
    """Return how many folds a written data set has; 0 where there is nothing to validate on."""
    path = folder / SPLITS
    return len(read_json(path)) if path.exists() else 0


def _cases(runs: Iterable[ExportRun]) -> Iterator[Case]:
    for run in runs:
        for t in run.times:
            is_test = run.side is Side.TEST
            yield Case(run.patient, run.token, t, run.frames[t], run.label_map[t], is_test)


def _own_names(folder: Path, sheet: Sheet, table: LabelTable) -> tuple[Sheet, dict[int, int]]:
    """Return the sheet with nnU-Net's names of runs, and the table's index for each of its values."""
    document = read_json(folder / FILE)
    try:
        name_of = {str(run): str(name) for name, run in document[OURS][RUN_NAMES].items()}
        values = {str(name): int(value) for name, value in document["labels"].items() if name != "background"}
        runs = tuple(SheetRun(**{**vars(run), "name": name_of[run.run]}) for run in sheet.runs)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NoDataSetError(folder, f"has a {FILE} without {RUN_NAMES} or labels") from error
    index_of = indices_of(values, table)
    lookup = {0: 0} | {value: index_of[name] for name, value in values.items()}
    return Sheet(**{**vars(sheet), "runs": runs}), lookup
