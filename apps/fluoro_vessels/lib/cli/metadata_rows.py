"""The headers that `fluoro metadata` reads: of files, or of the runs in a PACS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset

from lib.cli.segmenting import STOPS_ONE_FILE, sentence_of
from lib.datastore.patients import PatientTokens
from lib.errors import PacsUnavailableError, UnsupportedImageError
from lib.frames.files import read_without_pixels
from lib.metadata.run import RunMetadata, read_metadata
from lib.pacs.files import FileOutcome, Outcome, examine, find_files
from lib.pacs.port import Pacs
from lib.pacs.runs import RunRef

READ = "read"


@dataclass(frozen=True)
class Found:
    """What became of one run.

    Attributes:
        name: Its file, or its SOP Instance UID.
        outcome: `read`, `failed` or `skipped`.
        reason: Why it was not read; "" where it was.
        metadata: Its rows; None where it was not read.
    """

    name: str
    outcome: str
    reason: str = ""
    metadata: RunMetadata | None = None

    def told(self) -> dict[str, Any]:
        """Return what is said of it in JSON."""
        return {"name": self.name, "outcome": self.outcome, "reason": self.reason}


def files_among(inputs: Sequence[Path]) -> list[Path]:
    """Return the files of all inputs, each once."""
    return list(find_files(inputs))


def from_files(inputs: Sequence[Path], tokens: PatientTokens) -> Iterator[Found]:
    """Yield what became of each file; one that is no run is a failure only where a person named it."""
    named = {path.resolve() for path in inputs}
    for path in files_among(inputs):
        yield _from_file(path, tokens, is_named=path.resolve() in named)


def from_pacs(pacs: Pacs, runs: Sequence[RunRef], tokens: PatientTokens) -> Iterator[Found]:
    """Yield what became of each run; the PACS sends them whole, one at a time.

    Raises:
        PacsUnavailableError: It answers no more.
    """
    for run in runs:
        try:
            yield _rows(run.sop_instance_uid, pacs.retrieve(run), tokens)
        except PacsUnavailableError:
            raise
        except STOPS_ONE_FILE as error:
            yield Found(run.sop_instance_uid, Outcome.FAILED.value, sentence_of(error))


def _from_file(path: Path, tokens: PatientTokens, *, is_named: bool) -> Found:
    examined = examine(path, is_named=is_named)
    if isinstance(examined, FileOutcome):
        return Found(str(path), examined.outcome.value, examined.reason)
    try:
        return _rows(str(path), read_without_pixels(path), tokens)
    except UnsupportedImageError as error:
        outcome = Outcome.FAILED if is_named else Outcome.SKIPPED
        return Found(str(path), outcome.value, str(error))
    except STOPS_ONE_FILE as error:
        return Found(str(path), Outcome.FAILED.value, sentence_of(error))


def _rows(name: str, dataset: Dataset, tokens: PatientTokens) -> Found:
    return Found(name, READ, metadata=read_metadata(dataset, tokens.token(dataset)))
