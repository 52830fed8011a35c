"""Where four arms meet, at one joint or at two with a bridge between, and how straight each pair goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from lib.measure.centre_line import Path
from lib.measure.graph_walls import Wall, at
from lib.measure.graph_web import Arm, Web

CUT_RADII: Final = 1.3
"""Within so many radii of the meeting a skeleton is drawn towards it."""

LOOK_RADII: Final = 3.0
LOOK_PX: Final = 8.0
"""An arm's direction is that of so many of its radii, and at least so many pixels, behind the meeting."""

SHORT_PX: Final = 2.0
"""Between places so near, a direction says nothing."""

Pair = tuple[int, int]
"""Two of a meeting's arms, 0 to 3."""

PAIRINGS: Final[tuple[tuple[Pair, Pair], ...]] = (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2)))
"""The ways in which four arms are two vessels; in the first each joint has a vessel of its own."""


@dataclass(frozen=True)
class Reach:
    """An arm as seen from a meeting.

    Attributes:
        cut_px: Length of its path inside the lumen of the meeting.
        begin: (2,) where it leaves that lumen.
        direction: (2,) unit vector in which it leads away.
        radius: Its own radius in pixels.
        length: Length of its piece.
    """

    cut_px: float
    begin: NDArray[np.float64]
    direction: NDArray[np.float64]
    radius: float
    length: float


@dataclass(frozen=True, eq=False)
class Meeting:
    """Four arms that meet.

    Attributes:
        web: The web.
        wall: Distance to the wall.
        joints: One joint, or the two ends of the bridge.
        arms: Four; those of the first joint first.
        bridge: Number of the piece between the joints; None where there is one joint.
    """

    web: Web
    wall: Wall
    joints: tuple[int, ...]
    arms: tuple[Arm, Arm, Arm, Arm]
    bridge: int | None

    @cached_property
    def radius(self) -> float:
        """Radius of the lumen where they meet."""
        return max(at(self.wall, self.web.joints[joint]) for joint in self.joints)

    @cached_property
    def bridge_px(self) -> float:
        """Length of the bridge."""
        return 0.0 if self.bridge is None else self.web.pieces[self.bridge].length

    @cached_property
    def reaches(self) -> tuple[Reach, ...]:
        """The four arms outside of the lumen where they meet."""
        return tuple(self._reach(arm) for arm in self.arms)

    def bend_deg(self, pair: Pair) -> float:
        """Return how much a vessel turns that goes on from one arm to the other: in all, or on the way."""
        one, other = (self.reaches[arm] for arm in pair)
        across = other.begin - one.begin
        length = float(np.linalg.norm(across))
        turns = [angle_deg(-one.direction, other.direction)]
        if length >= SHORT_PX:
            turns.append(angle_deg(-one.direction, across / length))
            turns.append(angle_deg(across / length, other.direction))
        return max(turns)

    def likeness(self, pair: Pair) -> float:
        """Return the smaller radius of two arms as a share of the larger one."""
        one, other = (self.reaches[arm].radius for arm in pair)
        return min(one, other) / max(one, other, 1e-6)

    def is_ring(self, one: Pair, other: Pair) -> bool:
        """Tell whether a way leads from one pair of arms to the other without the meeting."""
        part = self._parts
        first, second = ({part[arm] for arm in pair} for pair in (one, other))
        return not first.isdisjoint(second)

    @cached_property
    def _parts(self) -> tuple[int, ...]:
        """Return for each arm which connected part of the web it leads to, the meeting taken out."""
        inner = set(self.joints)
        ends = [
            (piece.start, piece.end)
            for piece in self.web.pieces
            if piece.start not in inner and piece.end not in inner
        ]
        n = len(self.web.joints)
        starts, stops = zip(*ends, strict=True) if ends else ((), ())
        _, part = connected_components(coo_matrix((np.ones(len(ends)), (starts, stops)), shape=(n, n)), False)
        far = [self.web.outward(arm).end for arm in self.arms]
        return tuple(
            -1 - arm[0] if joint in inner else int(part[joint])
            for joint, arm in zip(far, self.arms, strict=True)
        )

    def _reach(self, arm: Arm) -> Reach:
        return reach_of(self.web, self.wall, arm, self.radius)


def reach_of(web: Web, wall: Wall, arm: Arm, radius_px: float) -> Reach:
    """Return an arm as seen from a meeting whose lumen has a radius in pixels."""
    piece = web.outward(arm)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(piece.path, axis=0), axis=1))])
    cut = min(CUT_RADII * radius_px, 0.4 * along[-1])
    radius = at(wall, _place(piece.path, along, min(2 * radius_px + 2, 0.7 * along[-1])))
    look = min(cut + max(LOOK_RADII * radius, LOOK_PX), along[-1])
    begin, ahead = _place(piece.path, along, cut), _place(piece.path, along, look)
    way = ahead - begin
    return Reach(cut, begin, way / max(float(np.linalg.norm(way)), 1e-9), radius, float(along[-1]))


def meetings(web: Web, wall: Wall, longest_bridge_px: float) -> Iterator[Meeting]:
    """Yield every place where four arms meet."""
    arms = web.arms()
    for joint, met in arms.items():
        if len(met) == 4:
            yield Meeting(web, wall, (joint,), (met[0], met[1], met[2], met[3]), None)
    for number, piece in enumerate(web.pieces):
        if piece.start == piece.end or piece.length > longest_bridge_px:
            continue
        near = [arm for arm in arms[piece.start] if arm[0] != number]
        far = [arm for arm in arms[piece.end] if arm[0] != number]
        if len(near) == len(far) == 2:
            yield Meeting(web, wall, (piece.start, piece.end), (near[0], near[1], far[0], far[1]), number)


def _place(path: Path, along: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    return np.array([np.interp(length, along, path[:, axis]) for axis in (0, 1)])


def angle_deg(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the angle between two unit vectors."""
    return float(np.degrees(np.arccos(np.clip(one @ other, -1.0, 1.0))))
