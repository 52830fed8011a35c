"""How wide the vessels and the catheter of a simulated run truly are, as a frame shows them.

The run's seed is drawn again: that gives every vessel as finely as it was filmed, and its own magnification,
which the files beside the run do not hold.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lib.errors import TruthUnreadableError
from lib.evaluation.phantom_truth import FACTS
from lib.phantom.devices.in_beam import tool_tubes
from lib.phantom.imaging.resample import refine
from lib.phantom.model import Branch, Device, Lesion
from lib.phantom.scenario import VERSION, Scenario, draw_scenario
from lib.phantom.stage import VESSELS_MOVE_WITH

Values = NDArray[np.float64]
FRENCH_MM: Final = 1 / 3
SAME_DIAMETERS: Final = 3.0
NEAR_PX: Final = 8.0
"""So far beside a vessel its own other stretches are looked for."""


@dataclass(frozen=True, eq=False)
class TrueVessel:
    """One branch in one frame.

    Attributes:
        name: As the phantom calls it.
        yx: (N, 2) pixels, its visible points.
        diameter_mm: (N,).
        diameter_px: (N,) as wide as the frame shows it.
        along_mm: (N,) length in the body from the beginning of the branch.
        lesions: Of the branch.
    """

    name: str
    yx: Values
    diameter_mm: Values
    diameter_px: Values
    along_mm: Values
    lesions: tuple[Lesion, ...]


@dataclass(frozen=True, eq=False)
class TrueTool:
    """A catheter, wire or implant in one frame; `french` is its size where it is a catheter."""

    yx: Values
    width_px: Values
    french: float | None


@dataclass(frozen=True, eq=False)
class TrueFrame:
    """All of one frame."""

    vessels: tuple[TrueVessel, ...]
    tools: tuple[TrueTool, ...]

    def gap_px(self, yx: Values, radius_px: Values, but: TrueVessel | TrueTool) -> Values:
        """Return (N,) the pixels from the wall of something at `yx` to the next other thing's wall."""
        gap = np.full(len(yx), np.inf)
        vessels = [(one.yx, one.diameter_px) for one in self.vessels if one is not but]
        tools = [(one.yx, one.width_px) for one in self.tools if one is not but]
        for others, width in (*vessels, *tools):
            if len(others):
                distances, places = cKDTree(others).query(yx)
                gap = np.minimum(gap, distances - width[places] / 2 - radius_px)
        return gap

    def own_gap_px(self, vessel: TrueVessel, places: NDArray[np.int64]) -> Values:
        """Return (N,) the pixels from the wall at some places of a vessel to where it lies over itself.

        What follows within three diameters is the same stretch; a loop, or a vessel that turns towards the
        beam, comes back farther along.
        """
        gap = np.full(len(places), np.inf)
        reach = float(vessel.diameter_px.max()) + NEAR_PX
        beside = cKDTree(vessel.yx).query_ball_point(vessel.yx[places], reach)
        for number, (place, near) in enumerate(zip(places, beside, strict=True)):
            others = np.asarray(near)
            along = np.abs(vessel.along_mm[others] - vessel.along_mm[place])
            others = others[along > SAME_DIAMETERS * vessel.diameter_mm[place]]
            if len(others):
                away = np.linalg.norm(vessel.yx[others] - vessel.yx[place], axis=1)
                walls = (vessel.diameter_px[others] + vessel.diameter_px[place]) / 2
                gap[number] = float((away - walls).min())
        return gap


class TrueRun:
    """The truth about one run of the phantom."""

    def __init__(self, run: Path, n_frames: int) -> None:
        """Read what lies beside a run and draw its seed again.

        Raises:
            TruthUnreadableError: The files are not there, or another version of the phantom wrote them.
        """
        self._facts = _facts(run)
        if self._facts.get("phantom_version") != VERSION:
            raise TruthUnreadableError(run.stem + FACTS)
        geometry = self._facts["geometry"]
        self.scenario: Scenario = draw_scenario(
            self._facts["seed"], self._facts["territory"], self._facts["is_dsa"], geometry["rows"], n_frames
        )

    @property
    def group(self) -> str:
        """Territory and kind, such as `coronary native`."""
        return f"{self._facts['territory']} {'DSA' if self._facts['is_dsa'] else 'native'}"

    def at(self, t: int) -> TrueFrame:
        """Return frame t."""
        seen = self._facts["frames"][t]["centre_lines"]
        time_s = t * self.scenario.frame_time_ms / 1000
        vessels = [
            self._vessel(branch, seen[branch.name]["point"], time_s)
            for branch in self.scenario.tree.branches
            if branch.name in seen
        ]
        tools = [self._tool(device, time_s) for device in self.scenario.devices]
        return TrueFrame(tuple(vessels), tuple(tools))

    def _vessel(self, branch: Branch, points: Sequence[int], time_s: float) -> TrueVessel:
        scenario = self.scenario
        curve = refine(branch.points_mm, branch.radii_mm, scenario.view.pixels_per_mm)
        moves_with = VESSELS_MOVE_WITH[scenario.territory]
        yx, magnification = scenario.view.project(scenario.motion.move(curve.points_mm, moves_with, time_s))
        shown = np.isin(np.rint(curve.places).astype(int), _filled(points))
        along = np.cumsum(curve.steps_mm) - curve.steps_mm[0]
        width = 2 * curve.radii_mm
        in_frame = width * magnification / scenario.view.pixel_mm
        return TrueVessel(branch.name, yx[shown], width[shown], in_frame[shown], along[shown], branch.lesions)

    def _tool(self, device: Device, time_s: float) -> TrueTool:
        radii = np.full(len(device.points_mm), device.radius_mm)
        curve = refine(device.points_mm, radii, self.scenario.view.pixels_per_mm)
        tubes = tool_tubes(device, curve, self.scenario, time_s)
        n_points = len(curve.points_mm)
        width = 2 * np.broadcast_to(tubes.radii_px, len(tubes.yx))[:n_points]
        french = 2 * device.radius_mm / FRENCH_MM if device.kind == "catheter" else None
        return TrueTool(tubes.yx[:n_points], width, french)


def _filled(points: Sequence[int]) -> NDArray[np.int64]:
    """Return indices of visible points with those between that the file leaves out."""
    known = np.asarray(points, np.int64)
    return np.union1d(known, known[:-1][np.diff(known) == 2] + 1)


def _facts(run: Path) -> Mapping[str, Any]:
    try:
        facts = json.loads(run.with_name(run.stem + FACTS).read_text(encoding="utf-8"))
        return {**facts, "geometry": facts["geometry"], "frames": facts["frames"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TruthUnreadableError(run.stem + FACTS) from error
