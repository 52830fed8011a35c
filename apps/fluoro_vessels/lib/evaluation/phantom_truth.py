"""Runs of the phantom, `<name>.dcm`, with their exact truth beside them."""

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from lib.arrays import Mask
from lib.errors import TruthUnreadableError
from lib.evaluation.cases import Truth, require_same_shape
from lib.frames.cine import Cine
from lib.frames.read import read_cine
from lib.labels import LabelTable
from lib.phantom.truth_files import read_masks

MASKS: Final = "_truth.npz"
FACTS: Final = "_truth.json"
UNREADABLE: Final = (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class PhantomCase:
    """A simulated run; its truth speaks of every frame."""

    name: str
    run: Path
    is_run: ClassVar[bool] = True

    @property
    def subject(self) -> str:
        """Every simulated run is a patient of its own."""
        return self.name

    def open(self, table: LabelTable) -> tuple[Cine, Truth]:  # noqa: ARG002  # the masks have names of their own
        """Read the run and its masks; see `Case.open`."""
        cine = read_cine(self.run)
        masks = _masks(truth_path(self.run))
        require_same_shape(self.name, cine, masks["vessel"])
        times = tuple(range(len(cine.frames)))
        device = masks["catheter"] | masks["guidewire"] | masks["implant"]
        return cine, Truth(masks["vessel"], device, times, _group(self.run))


def truth_path(run: Path) -> Path:
    """Return where the masks of a run of the phantom lie."""
    return run.with_name(run.stem + MASKS)


def _masks(path: Path) -> Mapping[str, Mask]:
    try:
        return read_masks(path)
    except UNREADABLE as error:
        raise TruthUnreadableError(path.name) from error


def _group(run: Path) -> str:
    """Return the territory of a run and how it is shown, such as `renal DSA`; "" where nothing says it."""
    try:
        facts = json.loads(run.with_name(run.stem + FACTS).read_text(encoding="utf-8"))
        return f"{facts['territory']} {'DSA' if facts['is_dsa'] else 'native'}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
