"""What an automatic method is: a name, typed parameters, and one function from run to label map.

A new method is one class in one file of `algorithms/`. It names `Algorithm` as its direct base;
the catalogue then lists it, the server shows its parameters in `/info`, and
`fluoro segment --algorithm NAME --set PARAMETER=VALUE` runs it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

from lib.arrays import LabelMap
from lib.infers.parameter import Parameter, ParameterValue
from lib.labels import Code, LabelTable
from lib.seg.content import ARTIFICIAL_INTELLIGENCE

if TYPE_CHECKING:
    from lib.frames.cine import Cine


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

    def as_it_is(self) -> "Algorithm":
        """Return the method with the model of now: one that goes live later changes nothing of it."""
        return self

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
