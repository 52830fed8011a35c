"""A tree that grows: branches are added to a draft, radii follow Murray's law, twigs come in generations."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Branch, Lesion, Points, Tree
from lib.phantom.trees.curves import evenly, meander, rounded, unit

Radii = NDArray[np.float64]


def murray(radius_mm: float, ratio: float) -> tuple[float, float]:
    """Return the radii of two children, r0^3 = r1^3 + r2^3, the second `ratio` times as wide as the first.

    Paper: Murray, The physiological principle of minimum work, PNAS 1926.
    """
    wide = radius_mm / (1.0 + ratio**3) ** (1 / 3)
    return wide, wide * ratio


def rest_of(radius_mm: float, given_away_mm: float) -> float:
    """Return what Murray's law leaves to a trunk that gives off a branch."""
    return float(np.cbrt(max(radius_mm**3 - given_away_mm**3, (0.55 * radius_mm) ** 3)))


def taper(n_points: int, begin_mm: float, end_mm: float, power: float = 1.2) -> Radii:
    """Return (n,) radii that shrink smoothly from begin to end."""
    return begin_mm + (end_mm - begin_mm) * np.linspace(0.0, 1.0, n_points) ** power


@dataclass
class Draft:
    """A branch that may still change."""

    name: str
    parent: int | None
    parent_point: int
    points_mm: Points
    radii_mm: Radii
    lesions: tuple[Lesion, ...] = ()


@dataclass
class Growth:
    """The branches so far, parents before children."""

    territory: str
    random: np.random.Generator
    drafts: list[Draft] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)

    def add(
        self, name: str, parent: int | None, parent_point: int, points_mm: Points, radii_mm: Radii
    ) -> int:
        """Add a branch and return its index."""
        self.drafts.append(Draft(name, parent, parent_point, points_mm, radii_mm))
        if parent is not None:
            self.taken.add((parent, parent_point))
        return len(self.drafts) - 1

    def curve(self, corners_mm: Points, slope: float, wave_mm: tuple[float, float] = (12.0, 60.0)) -> Points:
        """Return a tortuous curve through corners."""
        return evenly(meander(rounded(corners_mm), slope, self.random, wave_mm))

    def chain(
        self,
        names: tuple[str, ...],
        cuts: tuple[float, ...],
        origin: tuple[int, int] | None,
        points_mm: Points,
        radii_mm: Radii,
    ) -> tuple[int, ...]:
        """Add one long vessel as consecutive named segments.

        Args:
            names: One per segment.
            cuts: Fractions of the length between the segments, one fewer than names.
            origin: Parent and its point; None for the root.
            points_mm: (N, 3) of the whole vessel.
            radii_mm: (N,).

        Returns:
            Index of each segment.
        """
        last = len(points_mm) - 1
        bounds = [0, *(int(np.clip(cut * last, 1, last - 1)) for cut in cuts), last]
        parent, point = origin if origin is not None else (None, 0)
        indices: list[int] = []
        for name, begin, end in zip(names, bounds[:-1], bounds[1:], strict=True):
            end = max(end, begin + 1)
            parent = self.add(name, parent, point, points_mm[begin : end + 1], radii_mm[begin : end + 1])
            point = end - begin
            indices.append(parent)
        return tuple(indices)

    def on(self, chain: tuple[int, ...], fraction: float) -> tuple[int, int]:
        """Return the branch and point at a fraction of the length of consecutive segments."""
        lengths = [len(self.drafts[index].points_mm) - 1 for index in chain]
        wanted = round(fraction * sum(lengths))
        for index, length in zip(chain, lengths, strict=True):
            if wanted <= length:
                return index, wanted
            wanted -= length
        return chain[-1], lengths[-1]

    def place(self, at: tuple[int, int]) -> tuple[Points, Points, float]:
        """Return point (3,), direction (3,) and radius of a branch's point."""
        draft = self.drafts[at[0]]
        ahead = draft.points_mm[min(at[1] + 3, len(draft.points_mm) - 1)] - draft.points_mm[max(at[1] - 3, 0)]
        return draft.points_mm[at[1]], unit(ahead), float(draft.radii_mm[at[1]])

    def end(self, index: int) -> tuple[int, int]:
        """Return the last point of a branch."""
        return index, len(self.drafts[index].points_mm) - 1

    def goes_on(self, index: int) -> bool:
        """Return whether another branch begins at the end of this one."""
        return self.end(index) in self.taken

    def tree(self) -> Tree:
        """Return the grown tree, with names made unique."""
        seen: dict[str, int] = {}
        branches: list[Branch] = []
        for draft in self.drafts:
            seen[draft.name] = seen.get(draft.name, 0) + 1
            name = draft.name if seen[draft.name] == 1 else f"{draft.name} {seen[draft.name]}"
            branches.append(
                Branch(name, draft.parent, draft.parent_point, draft.points_mm, draft.radii_mm, draft.lesions)
            )
        return Tree(self.territory, tuple(branches))
