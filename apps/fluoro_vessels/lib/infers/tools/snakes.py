"""The tool `snakes`: a circle that settles on the walls of the vessel under it."""

from collections.abc import Mapping
from typing import ClassVar, Final

from lib.errors import ParameterValueError, ToolPointsError
from lib.frames.cine import Cine
from lib.infers.parameter import Parameter, ParameterType, ParameterValue
from lib.infers.tools.marks import Marks
from lib.infers.tools.tool import Drawing, Tool, as_json, odd
from lib.interaction.prompts import Point, Prompt, PromptKind, check_inside
from lib.interaction.snakes import Stiffness, filled, snake
from lib.labels import Code
from lib.seg.content import DEFORMABLE_MODELS

NOT_GIVEN: Final = -1.0

X: Final = Parameter(
    "x",
    ParameterType.FLOAT,
    NOT_GIVEN,
    "Column of the circle's middle, in pixels from 0; -1 takes the first foreground point.",
    range=(NOT_GIVEN, 100_000.0),
)

Y: Final = Parameter(
    "y",
    ParameterType.FLOAT,
    NOT_GIVEN,
    "Row of the circle's middle, in pixels from 0; -1 takes the first foreground point.",
    range=(NOT_GIVEN, 100_000.0),
)

KERNEL_SIZE: Final = Parameter(
    "kernel_size",
    ParameterType.INT,
    5,
    "Odd width in pixels of the Gaussian that smooths the frame; 1 does not, more hides noise and twigs.",
    range=(1, 51),
)

EVOLUTION: Final = Parameter(
    "evolution",
    ParameterType.INT,
    0,
    "Answer with the contour after every so many iterations as `evolution`; 0 leaves it out.",
    range=(0, 1000),
)


RADIUS: Final = Parameter(
    "radius",
    ParameterType.FLOAT,
    15.0,
    "Of the circle, in pixels; it has to hold vessel and tissue.",
    range=(2.0, 2000.0),
)

ALPHA: Final = Parameter(
    "alpha",
    ParameterType.FLOAT,
    0.1,
    "Elasticity: more pulls the contour together, out of thin vessels.",
    range=(0.0, 100.0),
)

BETA: Final = Parameter(
    "beta",
    ParameterType.FLOAT,
    0.1,
    "Rigidity: more keeps the contour from bending, so that its corners are round.",
    range=(0.0, 100.0),
)

GAMMA: Final = Parameter(
    "gamma",
    ParameterType.FLOAT,
    1.0,
    "Step: most pixels that a point moves in one iteration.",
    range=(0.01, 2.0),
)

ITERATIONS: Final = Parameter(
    "iterations",
    ParameterType.INT,
    100,
    "Steps: more lets the contour grow further along a vessel.",
    range=(1, 1000),
)


class Snakes(Tool):
    """Active contour that begins as a circle."""

    name: ClassVar[str] = "snakes"
    version: ClassVar[str] = "1.0"
    family: ClassVar[Code] = DEFORMABLE_MODELS
    description: ClassVar[str] = (
        "A circle around a clicked place shrinks onto what is dark in it and grows along the vessel; its "
        "evolution can be shown."
    )
    parameters: ClassVar[tuple[Parameter, ...]] = (
        *(X, Y, RADIUS, KERNEL_SIZE),
        *(ALPHA, BETA, GAMMA),
        *(ITERATIONS, EVOLUTION),
    )

    def draw(self, cine: Cine, marks: Marks, values: Mapping[str, ParameterValue]) -> Drawing:
        """Draw the inside of the last contour; see `Tool.draw`."""
        frame = cine.frames[marks.t]
        middle = _middle(marks, values, (frame.shape[0], frame.shape[1]))
        alpha, beta, gamma = (float(values[one.name]) for one in (ALPHA, BETA, GAMMA))
        contours = snake(
            frame,
            middle,
            float(values[RADIUS.name]),
            odd(values, KERNEL_SIZE),
            Stiffness(alpha, beta, gamma),
            int(values[ITERATIONS.name]),
        )
        facts = {"contour": as_json(contours[-1]), "iterations_done": len(contours) - 1}
        every = int(values[EVOLUTION.name])
        evolution = {"evolution": [as_json(contour) for contour in contours[::every]]} if every else {}
        return Drawing(filled(contours[-1], frame.shape), facts | evolution)


def _middle(marks: Marks, values: Mapping[str, ParameterValue], shape: tuple[int, int]) -> Point:
    """Return (y, x) of the circle's middle: as the parameters say, or the first point."""
    middle = (float(values[Y.name]), float(values[X.name]))
    if NOT_GIVEN not in middle:
        check_inside(Prompt(PromptKind.POINT, (middle,)), shape)
        return middle
    if middle != (NOT_GIVEN, NOT_GIVEN):
        name = Y.name if middle[0] == NOT_GIVEN else X.name
        raise ParameterValueError(name, NOT_GIVEN, "a column x and a row y, or neither")
    if not marks.inside:
        raise ToolPointsError(Snakes.name, "x and y, or one point", 0)
    return marks.inside[0]
