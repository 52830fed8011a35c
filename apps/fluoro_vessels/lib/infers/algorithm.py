"""What an automatic method is: a name, typed parameters, and one function from run to label map.

A new method is one class in one file of this folder. It names `Algorithm` as its direct base;
`find_algorithms` then lists it, the server shows its parameters in `/info`, and
`fluoro segment --algorithm NAME --set PARAMETER=VALUE` runs it.
"""

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from lib.arrays import LabelMap
from lib.errors import UnknownAlgorithmError
from lib.infers.parameter import Parameter, ParameterValue
from lib.labels import Code, LabelTable
from lib.seg.content import ARTIFICIAL_INTELLIGENCE

if TYPE_CHECKING:
    from lib.frames.cine import Cine

_CLASS: Final = re.compile(r"^class (\w+)\(Algorithm\):", re.MULTILINE)


class Algorithm(Protocol):
    """A method that segments a whole run without a person's help."""

    name: ClassVar[str]
    """Stable name: lower case, used in URLs, on the command line and inside SEG files."""
    version: ClassVar[str]
    """Changes whenever the same run and parameters may give another mask."""
    family: ClassVar[Code] = ARTIFICIAL_INTELLIGENCE
    """What kind of method it is, for the SEG; CID 7162."""
    description: ClassVar[str]
    """One or two sentences for people who choose."""
    parameters: ClassVar[tuple[Parameter, ...]]
    labels: ClassVar[tuple[str, ...]]
    """Names of the label table that the method may produce."""

    def segment(self, cine: "Cine", values: Mapping[str, ParameterValue], table: LabelTable) -> LabelMap:
        """Segment every frame of a run.

        Args:
            cine: The run; frames (T, H, W) in [0, 1], vessels dark.
            values: Parameter values; those left out take their defaults.
            table: Gives the indices of `labels`.

        Returns:
            (T, H, W) uint8 with indices of `table`, 0 where there is nothing.

        Raises:
            InvalidInputError: A value is unknown, of another type or out of range.
            UnknownLabelError: The table lacks one of `labels`.
        """
        ...


def find_algorithms(folder: Path = Path(__file__).parent) -> dict[str, Algorithm]:
    """Return one object of every algorithm class in this folder, by name.

    Files are searched for the class line before they are imported, so that the command line
    does not load the server's adapters.
    """
    found: dict[str, Algorithm] = {}
    for file in sorted(folder.glob("*.py")):
        for class_name in _CLASS.findall(file.read_text(encoding="utf-8")):
            algorithm = getattr(importlib.import_module(f"lib.infers.{file.stem}"), class_name)()
            found[algorithm.name] = algorithm
    return found


def find_algorithm(name: str) -> Algorithm:
    """Return the algorithm of that name.

    Raises:
        UnknownAlgorithmError: There is none; the sentence lists those that exist.
    """
    known = find_algorithms()
    if name not in known:
        raise UnknownAlgorithmError(name, sorted(known))
    return known[name]
