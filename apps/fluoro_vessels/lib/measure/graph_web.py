"""The skeleton of a mask as joints and the pieces of line between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from skimage.morphology import skeletonize

from lib.measure.centre_line import Path
from lib.ridges.routes import LinePixels, line_pixels

Arm = tuple[int, bool]
"""A piece and whether it leaves a joint with its beginning."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A line between two joints.

    Attributes:
        start: Number of the joint where its path begins.
        end: Number of the joint where it ends.
        path: Places from joint to joint.
        overlaps: Whether it passes over another vessel.
    """

    start: int
    end: int
    path: Path
    overlaps: bool = False

    @property
    def length(self) -> float:
        """Length in pixels."""
        return float(np.linalg.norm(np.diff(self.path, axis=0), axis=1).sum())

    def turned(self) -> "Piece":
        """Return it from its end to its beginning."""
        return replace(self, start=self.end, end=self.start, path=self.path[::-1])

    def then(self, other: "Piece") -> "Piece":
        """Return it with a piece that begins where this one ends."""
        path = np.concatenate([self.path, other.path[1:]])
        return Piece(self.start, other.end, path, self.overlaps or other.overlaps)


@dataclass(frozen=True, eq=False)
class Web:
    """All lines of a mask.

    Attributes:
        joints: (J, 2) where pieces meet or end; joints without a piece are nothing.
        pieces: The lines between them.
        crossings: Joints that lie on pieces and end none.
    """

    joints: Path
    pieces: tuple[Piece, ...]
    crossings: tuple[int, ...] = ()

    def arms(self) -> dict[int, list[Arm]]:
        """Return what meets at each joint; a ring meets itself."""
        found: dict[int, list[Arm]] = {}
        for number, piece in enumerate(self.pieces):
            found.setdefault(piece.start, []).append((number, True))
            found.setdefault(piece.end, []).append((number, False))
        return found

    def outward(self, arm: Arm) -> Piece:
        """Return an arm's piece, turned so that it leaves the joint."""
        piece = self.pieces[arm[0]]
        return piece if arm[1] else piece.turned()

    def with_pieces(self, gone: Iterable[int], new: Sequence[Piece]) -> "Web":
        """Return it without some pieces, by number, and with new ones."""
        without = set(gone)
        kept = [piece for number, piece in enumerate(self.pieces) if number not in without]
        return replace(self, pieces=(*kept, *new))


def web_of(mask: NDArray[np.bool_]) -> Web:
    """Return the skeleton of a mask, (H, W), as it is: with spurs and staircases."""
    pixels = line_pixels(np.asarray(skeletonize(mask), bool))
    if not len(pixels.rows):
        return Web(np.empty((0, 2)), ())
    steps = _single_steps(pixels)
    degree = np.diff(steps.indptr)
    joint_of, joints = _joints(pixels, steps, degree)
    pieces = _Tracer(pixels, steps, joint_of).pieces()
    return Web(joints, tuple(_from_joint_to_joint(piece, joints) for piece in pieces))


def _single_steps(pixels: LinePixels) -> csr_matrix:
    """Return symmetric steps; a diagonal one only where no corner pixel leads the same way."""
    one_way = pixels.steps.tocoo()
    size = int(pixels.rows.max()) + 2, int(pixels.columns.max()) + 2
    lines = np.zeros(size, bool)
    lines[pixels.rows, pixels.columns] = True
    rows, columns = pixels.rows, pixels.columns
    corner = (
        lines[rows[one_way.row], columns[one_way.col]] | lines[rows[one_way.col], columns[one_way.row]]
    ) & (one_way.data > 1)
    start, end = one_way.row[~corner], one_way.col[~corner]
    both = coo_matrix(
        (np.ones(2 * len(start)), (np.concatenate([start, end]), np.concatenate([end, start]))),
        shape=one_way.shape,
    )
    return both.tocsr()


def _joints(
    pixels: LinePixels, steps: csr_matrix, degree: NDArray[np.int32]
) -> tuple[NDArray[np.int64], Path]:
    """Return each pixel's joint, (n,), -1 on plain lines, and the joints' places.

    Neighbours are one joint. A ring without any gets one where it begins.
    """
    _, part = connected_components(steps, directed=False)
    has_joint = np.isin(part, part[degree != 2])
    of_ring = np.zeros(len(degree), bool)
    of_ring[np.unique(part, return_index=True)[1]] = True
    is_joint = np.flatnonzero((degree != 2) | (of_ring & ~has_joint))
    count, group = connected_components(steps[is_joint][:, is_joint], directed=False)
    joint_of = np.full(len(degree), -1, np.int64)
    joint_of[is_joint] = group
    sums = [np.bincount(group, place[is_joint], count) for place in (pixels.rows, pixels.columns)]
    return joint_of, np.stack(sums, axis=1) / np.bincount(group, minlength=count)[:, None]


def _from_joint_to_joint(piece: Piece, joints: Path) -> Piece:
    """Let a path of pixels begin and end in the middle of its joints."""
    path = piece.path.copy()
    path[0], path[-1] = joints[piece.start], joints[piece.end]
    return replace(piece, path=path)


class _Tracer:
    """Walks along the pixels between joints."""

    def __init__(self, pixels: LinePixels, steps: csr_matrix, joint_of: NDArray[np.int64]) -> None:
        self._yx = np.stack([pixels.rows, pixels.columns], axis=1).astype(np.float64)
        ends, indices = steps.indptr.tolist(), steps.indices.tolist()
        self._next = [indices[ends[n] : ends[n + 1]] for n in range(len(joint_of))]
        self._joint = joint_of.tolist()
        self._done = [joint >= 0 for joint in self._joint]

    def pieces(self) -> list[Piece]:
        """Return all pieces."""
        found = []
        for node, joint in enumerate(self._joint):
            if joint >= 0:
                found += [self._walk(node, first) for first in self._next[node] if not self._done[first]]
        return found

    def _walk(self, begin: int, first: int) -> Piece:
        way = [begin, first]
        while self._joint[way[-1]] < 0:
            self._done[way[-1]] = True
            one, other = self._next[way[-1]]
            way.append(other if one == way[-2] else one)
        return Piece(self._joint[begin], self._joint[way[-1]], self._yx[way])
