"""What the lines of a simulated run are, and where they lie over each other: the truth for vessel graphs."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from lib.phantom import draw_scenario
from lib.phantom.stage import Stage

LEAST_ANGLE_DEG = 30.0
REACH_RADII, REACH_PX = 2.0, 3.0
"""A vessel is looked at so far from a crossing: so many times both radii, and so many pixels."""


@dataclass(frozen=True)
class Filmed:
    """One moment of a simulated coronary run, without detector and noise.

    Attributes:
        mask: (H, W) what contrast medium fills.
        view: Primary and secondary angle in degrees.
        names: Name of each line.
        yx: (N, 2) places on all lines, in order along each.
        radius: (N,) true radius in pixels.
        line: (N,) which line each place belongs to.
    """

    mask: np.ndarray
    view: tuple[float, float]
    names: list[str]
    yx: np.ndarray
    radius: np.ndarray
    line: np.ndarray

    @cached_property
    def is_alone(self) -> np.ndarray:
        """(N,), whether no other vessel lies within both radii of a place."""
        pairs = cKDTree(self.yx).query_pairs(2 * self.radius.max(), output_type="ndarray")
        pairs = pairs[self.line[pairs[:, 0]] != self.line[pairs[:, 1]]]
        away = np.linalg.norm(self.yx[pairs[:, 0]] - self.yx[pairs[:, 1]], axis=1)
        touching = pairs[away <= self.radius[pairs].sum(axis=1)]
        return ~np.isin(np.arange(len(self.yx)), touching)

    def crossings(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield where one line crosses another one and no third is near.

        Each is two times two places: behind and before it on the one line, and on the other.
        """
        pairs = self.line[cKDTree(self.yx).query_pairs(1.0, output_type="ndarray")]
        for one, other in sorted({(min(pair), max(pair)) for pair in pairs.tolist() if pair[0] != pair[1]}):
            yield from self._crossings(np.flatnonzero(self.line == one), np.flatnonzero(self.line == other))

    def _crossings(self, one: np.ndarray, other: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        away, nearest = cKDTree(self.yx[other]).query(self.yx[one])
        for place in np.flatnonzero((away < 1) & (np.roll(away, 1) >= away) & (np.roll(away, -1) > away)):
            middle = one[place], other[nearest[place]]
            reach = REACH_RADII * self.radius[list(middle)].sum() + REACH_PX
            ends = [self._around(line, at, reach) for line, at in zip((one, other), middle, strict=True)]
            if ends[0] is None or ends[1] is None or _angle(*ends) < LEAST_ANGLE_DEG:
                continue
            near = np.linalg.norm(self.yx - self.yx[middle[0]], axis=1) < reach + REACH_PX
            if set(self.line[near]) == {self.line[at] for at in middle}:
                yield ends[0], ends[1]

    def _around(self, line: np.ndarray, at: int, reach: float) -> np.ndarray | None:
        """Return the places of a line so far behind and before one of its places, if it is filled there."""
        along = np.cumsum(np.linalg.norm(np.diff(self.yx[line], axis=0, prepend=self.yx[line][:1]), axis=1))
        here = along[np.searchsorted(line, at)]
        ends = np.searchsorted(along, [here - reach, here + reach])
        if ends[0] < 1 or ends[1] >= len(line):
            return None
        found = self.yx[line[ends]]
        rows, columns = np.clip(np.rint(found).astype(int), 0, np.array(self.mask.shape) - 1).T
        return found if self.mask[rows, columns].all() else None


def _angle(one: np.ndarray, other: np.ndarray) -> float:
    ways = [ends[1] - ends[0] for ends in (one, other)]
    cosine = abs(ways[0] @ ways[1]) / (np.linalg.norm(ways[0]) * np.linalg.norm(ways[1]))
    return float(np.degrees(np.arccos(min(cosine, 1.0))))


def filmed(seed: int, size: int = 320) -> Filmed:
    """Return the middle of a coronary run."""
    scenario = draw_scenario(seed, "coronary", is_dsa=False, size=size)
    moment = Stage(scenario).at(scenario.n_frames * 0.5 * scenario.frame_time_ms / 1000)
    view, lines = scenario.view, moment.centre_lines
    kept = [_a_pixel_apart(line.yx) for line in lines]
    return Filmed(
        mask=moment.vessel,
        view=(view.primary_deg, view.secondary_deg),
        names=[line.name for line in lines],
        yx=np.concatenate([line.yx[places] for line, places in zip(lines, kept, strict=True)]),
        radius=np.concatenate([line.diameters_mm[places] for line, places in zip(lines, kept, strict=True)])
        * (view.pixels_per_mm / 2),
        line=np.concatenate([np.full(len(places), number) for number, places in enumerate(kept)]),
    )


def _a_pixel_apart(yx: np.ndarray) -> np.ndarray:
    """Return places of a line about one pixel apart."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(yx, axis=0), axis=1))])
    return np.unique(np.floor(along).astype(int), return_index=True)[1]
