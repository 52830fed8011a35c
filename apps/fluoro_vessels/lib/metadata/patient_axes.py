"""From the axes of the equipment to those of the patient who lies on the table.

Equipment: X to the left of the table, Y down, Z to the head of the table, so that for a patient who lies head
first on the back on a level table they are the patient's own axes.

DICOM:
    X-Ray Isocenter Reference System macro, PS3.3 C.8.19.6.13.1; Patient Position (0018,5100), PS3.3
    C.7.3.1.1.2.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.metadata.beam import Vector

Matrix = NDArray[np.float64]
"""(3, 3); rows are axes, a product with a vector gives its coordinates in them."""

LYING: Final[dict[str, tuple[Vector, Vector, Vector]]] = {
    "HFS": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "HFP": ((-1, 0, 0), (0, -1, 0), (0, 0, 1)),
    "HFDR": ((0, -1, 0), (1, 0, 0), (0, 0, 1)),
    "HFDL": ((0, 1, 0), (-1, 0, 0), (0, 0, 1)),
    "FFS": ((-1, 0, 0), (0, 1, 0), (0, 0, -1)),
    "FFP": ((1, 0, 0), (0, -1, 0), (0, 0, -1)),
    "FFDR": ((0, -1, 0), (-1, 0, 0), (0, 0, -1)),
    "FFDL": ((0, 1, 0), (1, 0, 0), (0, 0, -1)),
}
"""Where the patient's left, back and head are, in the axes of the table top."""


@dataclass(frozen=True)
class TableTilt:
    """How the table top is turned, in degrees.

    Attributes:
        rotation_deg: In the horizontal plane, from the equipment's Z to its X.
        head_deg: The head of the table is upwards.
        cradle_deg: The left of the table is upwards.

    DICOM:
        (0018,9469), (0018,9470), (0018,9471), PS3.3 C.8.19.6.13.1.3.
    """

    rotation_deg: float = 0.0
    head_deg: float = 0.0
    cradle_deg: float = 0.0


def to_patient(direction: Vector, position: str, tilt: TableTilt) -> Vector:
    """Return a direction of the equipment in the patient's axes.

    Args:
        direction: Unit vector in the equipment's axes.
        position: Patient Position; one that is not known counts as HFS.
        tilt: How the table is turned.
    """
    lying = np.array(LYING.get(position, LYING["HFS"]), np.float64)
    x, y, z = lying @ _table_axes(tilt) @ np.array(direction, np.float64)
    return float(x), float(y), float(z)


def _table_axes(tilt: TableTilt) -> Matrix:
    """Return the axes of the table top, as rows in the equipment's axes."""
    rotation, head, cradle = (
        math.radians(angle) for angle in (tilt.rotation_deg, tilt.head_deg, tilt.cradle_deg)
    )
    turned = np.array([math.cos(rotation), 0.0, -math.sin(rotation)])
    up = np.array([0.0, -1.0, 0.0])
    ahead = np.array([math.sin(rotation), 0.0, math.cos(rotation)])
    z_axis = math.cos(head) * ahead + math.sin(head) * up
    down = np.cross(z_axis, turned)
    x_axis = math.cos(cradle) * turned - math.sin(cradle) * down
    return np.stack([x_axis, np.cross(z_axis, x_axis), z_axis])
