"""What a tool is: a name, typed parameters, and one function from a frame and a person's points to a mask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from lib.errors import ParameterValueError
from lib.frames.cine import Cine
from lib.infers.parameter import Parameter, ParameterType, ParameterValue
from lib.infers.tools.marks import Marks
from lib.interaction.dark_lines import WIDEST_MM
from lib.labels import Code

WIDEST: Final = Parameter(
    "widest_mm",
    ParameterType.FLOAT,
    WIDEST_MM,
    "Width of the widest vessel to look for; raise it for the aorta or the iliac arteries.",
    range=(1.0, 30.0),
)


@dataclass(frozen=True)
class Drawing:
    """What a tool makes of a frame.

    Attributes:
        mask: (H, W) bool in native resolution.
        facts: What else the answer says; JSON types only, points as [x, y] in pixels.
    """

    mask: NDArray[np.bool_]
    facts: Mapping[str, Any] = field(default_factory=dict)


class Tool(Protocol):
    """A method for one frame, led by a person's points and parameters."""

    name: ClassVar[str]
    """Of the infer task."""
    version: ClassVar[str]
    """Changes whenever the same frame, points and parameters may give another mask."""
    family: ClassVar[Code]
    """What kind of method it is, for the SEG; CID 7162."""
    description: ClassVar[str]
    parameters: ClassVar[tuple[Parameter, ...]]

    def draw(self, cine: Cine, marks: Marks, values: Mapping[str, ParameterValue]) -> Drawing:
        """Draw one structure on the frame that the marks are on.

        Args:
            cine: The run.
            marks: The frame, and points inside it.
            values: A value of every parameter.

        Raises:
            InvalidInputError: The points or the values, together, do not tell what to draw.
        """
        ...


def odd(values: Mapping[str, ParameterValue], parameter: Parameter) -> int:
    """Return the value of a size that has a middle pixel.

    Raises:
        ParameterValueError: It is even.
    """
    value = int(values[parameter.name])
    if value % 2 == 0:
        raise ParameterValueError(parameter.name, value, f"{parameter.wanted()}, and odd")
    return value


def as_json(points: NDArray[Any]) -> list[list[float]]:
    """Return points (N, 2), y and x, as clients write them: [x, y], to a hundredth of a pixel."""
    rounded: list[list[float]] = points[:, ::-1].round(2).tolist()
    return rounded
