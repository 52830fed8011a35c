"""What a simulated run is made of; every other file of the room makes or reads one of these.

Patient coordinates are DICOM's, in mm: x to the patient's left, y to the back, z to the head; the
origin is the isocentre of the C-arm.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]
"""(N, 3), mm, patient coordinates."""

Depth: TypeAlias = NDArray[np.float32]
"""(H, W), optical depth: the beam leaves exp(-depth) of itself; depths add."""

MovesWith: TypeAlias = Literal["still", "breath", "heart"]
LesionKind: TypeAlias = Literal["stenosis", "occlusion", "aneurysm"]
DeviceKind: TypeAlias = Literal["catheter", "guidewire", "lead", "clip", "sternal wire", "coil", "stent"]
Phase: TypeAlias = Literal["before", "filling", "full", "washing out", "after"]


@dataclass(frozen=True)
class Lesion:
    """A place where a branch is narrower or wider than it should be.

    Attributes:
        kind: Stenosis, occlusion or aneurysm.
        middle_mm: Arc length from the beginning of the branch to the lesion's middle.
        length_mm: Length along the branch.
        percent_diameter: Diameter lost at the middle, in % of the reference (%DS); 100 for an
            occlusion, negative for an aneurysm.
    """

    kind: LesionKind
    middle_mm: float
    length_mm: float
    percent_diameter: float


@dataclass(frozen=True)
class Branch:
    """One vessel between its origin and its end.

    Attributes:
        name: Unique in its tree; the label table's name where it has one, such as "LAD proximal".
        parent: Index of the parent branch in the tree, which stands earlier; None for the root.
        parent_point: Index of the point of the parent where this branch begins.
        points_mm: (N, 3) middle line, evenly sampled, 0.3 to 0.6 mm apart.
        radii_mm: (N,) true lumen radius, lesions included; 0 behind an occlusion is not used: what lies
            behind an occlusion simply is no part of the branch.
        lesions: Narrow and wide places.
    """

    name: str
    parent: int | None
    parent_point: int
    points_mm: Points
    radii_mm: NDArray[np.float64]
    lesions: tuple[Lesion, ...] = ()

    @cached_property
    def steps_mm(self) -> NDArray[np.float64]:
        """(N,) length that each point stands for."""
        gaps = np.linalg.norm(np.diff(self.points_mm, axis=0), axis=1)
        return np.asarray(np.append(gaps, gaps[-1:]) if len(gaps) else np.full(1, 0.4))


@dataclass(frozen=True)
class Tree:
    """The vessels of one injection; parents stand before their children."""

    territory: str
    branches: tuple[Branch, ...]

    @cached_property
    def ways_mm(self) -> tuple[NDArray[np.float64], ...]:
        """Per branch (N,): length of the way from the root to each point."""
        ways: list[NDArray[np.float64]] = []
        for branch in self.branches:
            begin = 0.0 if branch.parent is None else float(ways[branch.parent][branch.parent_point])
            ways.append(begin + np.cumsum(branch.steps_mm) - branch.steps_mm[0])
        return tuple(ways)


@dataclass(frozen=True)
class Device:
    """Something made by people: a tube or a wire.

    Attributes:
        kind: What it is. Catheter and guidewire have truth masks of their own, the others share one.
        points_mm: (N, 3), evenly sampled, 0.3 to 0.8 mm apart.
        radius_mm: Outer radius.
        attenuation_per_mm: Optical depth of 1 mm of its material.
        lumen_radius_mm: Radius of its hollow, 0 for a wire.
        moves_with: Whose motion it shares.
        tip_moves_with: A catheter or guidewire lies still in the aorta while its tip moves with the heart;
            the motion fades in along the last `tip_length_mm`.
        tip_length_mm: See above.
    """

    kind: DeviceKind
    points_mm: Points
    radius_mm: float
    attenuation_per_mm: float
    lumen_radius_mm: float = 0.0
    moves_with: MovesWith = "still"
    tip_moves_with: MovesWith = "still"
    tip_length_mm: float = 0.0


@dataclass(frozen=True)
class Layer:
    """A part of the background.

    Attributes:
        depth: (H, W) optical depth.
        moves_with: Whose motion it shares.
    """

    depth: Depth
    moves_with: MovesWith


@dataclass(frozen=True)
class Anatomy:
    """Everything that is no vessel and no device."""

    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class CentreLine:
    """One branch as a frame shows it.

    Attributes:
        name: The branch.
        yx: (N, 2) pixels, the visible points in order from the root.
        diameters_mm: (N,) true lumen diameter.
        points: (N,) their indices in the branch.
    """

    name: str
    yx: NDArray[np.float64]
    diameters_mm: NDArray[np.float64]
    points: NDArray[np.int64]


@dataclass(frozen=True)
class Truth:
    """What is known about a run because it was made.

    Attributes:
        vessel: (T, H, W) lumen that contrast medium makes visible, inside the field.
        catheter: (T, H, W) catheter inside the field.
        guidewire: (T, H, W) guidewire inside the field.
        implant: (T, H, W) all other devices inside the field: leads, wires, clips, coils, stents.
        centre_lines: Per frame, the visible centre lines.
        phases: Per frame, the phase of the injection.
    """

    vessel: NDArray[np.bool_]
    catheter: NDArray[np.bool_]
    guidewire: NDArray[np.bool_]
    implant: NDArray[np.bool_]
    centre_lines: tuple[tuple[CentreLine, ...], ...]
    phases: tuple[Phase, ...]
