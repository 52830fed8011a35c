"""A scenario as optical depths: what lies in the beam at a moment, and the truth about it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.anatomy.background import Background, margin_for
from lib.phantom.anatomy.layers import draw_anatomy
from lib.phantom.devices.in_beam import tool_tubes
from lib.phantom.imaging.raster import Tubes, draw_tubes, join_tubes
from lib.phantom.imaging.resample import Curve, refine
from lib.phantom.model import CentreLine, Depth, Device, MovesWith, Phase
from lib.phantom.physiology.flow import arrivals_s, concentration, phase_of
from lib.phantom.physiology.stain import Stain
from lib.phantom.scenario import Scenario

VISIBLE_DEPTH: Final = 0.02
"""Blurred optical depth at its middle line that makes a vessel visible among other things in the body."""

VISIBLE_SUBTRACTED: Final = 0.018
"""The same where the other things were subtracted."""

CLUTTER: Final = 1.5
"""How many times a vessel must exceed the spread of the other things of its size that lie around it."""

CLUTTER_SIGMAS_PX: Final = (4.0, 8.0, 16.0)
"""Things up to such a size are clutter for a vessel up to twice as wide, and so far around it."""

TOOL_SUBTRACTED: Final = 0.03
"""Blurred optical depth by which a device must exceed what was subtracted, to be seen."""

TOOL_SIGMA_PX: Final = 1.2

MASK_TIMES_S: Final = (-0.6, -0.4, -0.2)
"""When the mask frames of a subtracted run are filmed: before contrast medium arrives."""

FOLLOWED_PX: Final = 15.0
"""Length of a line over which an eye averages noise."""

DETECTABILITY: Final = 4.0
"""Signal-to-noise ratio from which on a thing is seen (Rose, J Opt Soc Am 1948, asks for 3 to 5)."""

WIDTH_OF_BLUR: Final = 2.4
"""Full width at half maximum of a normal distribution, in standard deviations."""

KINDS: Final = ("catheter", "guidewire", "implant")
"""Masks of devices: two have one of their own, all others share one."""

VESSELS_MOVE_WITH: Final[dict[str, MovesWith]] = {
    "coronary": "heart",
    "cerebral": "still",
    "peripheral": "still",
    "renal": "breath",
}


@dataclass(frozen=True)
class Moment:
    """What lies in the beam at one time.

    Attributes:
        depth: (H, W) optical depth of everything.
        vessel: (H, W) visible lumen.
        catheter: (H, W) silhouette.
        guidewire: (H, W) silhouette.
        implant: (H, W) silhouettes of all other devices.
        centre_lines: The visible ones.
        phase: Of the injection.
    """

    depth: Depth
    vessel: NDArray[np.bool_]
    catheter: NDArray[np.bool_]
    guidewire: NDArray[np.bool_]
    implant: NDArray[np.bool_]
    centre_lines: tuple[CentreLine, ...]
    phase: Phase


class Stage:
    """A scenario made ready to be seen at any time."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        view = scenario.view
        self.shape = (view.rows, view.columns)
        scale = view.pixels_per_mm
        branches = scenario.tree.branches
        self._curves = tuple(refine(branch.points_mm, branch.radii_mm, scale) for branch in branches)
        self._all = _joined(self._curves)
        self._arrivals = np.concatenate(
            [
                np.interp(curve.places, np.arange(len(arrival)), arrival)
                for curve, arrival in zip(self._curves, arrivals_s(scenario.tree, scenario.flow), strict=True)
            ]
        )
        self._tools = tuple((device, _refined(device, scale)) for device in scenario.devices)
        self._stain = Stain(scenario, self._all, self._arrivals)

    @cached_property
    def _background(self) -> Background:
        scenario = self.scenario
        margin_px = margin_for(scenario.view, scenario.motion, scenario.times_s)
        wide = scenario.view.widened(margin_px)
        anatomy = draw_anatomy(scenario.territory, wide, scenario.random("anatomy"))
        return Background(anatomy, scenario.view, scenario.motion, margin_px)

    def at(self, time_s: float) -> Moment:
        """Return what lies in the beam at a time, in seconds from the first frame."""
        scenario = self.scenario
        moves_with = VESSELS_MOVE_WITH[scenario.territory]
        yx, magnification = scenario.view.project(
            scenario.motion.move(self._all.points_mm, moves_with, time_s)
        )
        radii_px = self._all.radii_mm * magnification / scenario.view.pixel_mm
        iodine = scenario.flow.attenuation_per_mm * concentration(self._arrivals, scenario.flow, time_s)
        behind = self._background.at(time_s)
        shown = 2 * self._all.radii_mm * iodine >= self._needed(yx, radii_px, behind)
        depth, vessel = draw_tubes(Tubes(yx, radii_px, iodine * self._all.steps_mm, shown), self.shape)
        depth += behind + self._stain.at(time_s, yx)
        tools, seen = self._tools_at(time_s)
        if scenario.is_dsa:
            left = self._left_by_subtraction(tools)
            seen = {kind: mask & left for kind, mask in seen.items()}
        return Moment(
            depth=depth + tools,
            vessel=vessel,
            **seen,
            centre_lines=self._centre_lines(yx, shown),
            phase=phase_of(scenario.flow, float(self._arrivals.max()), time_s),
        )

    def _tools_at(self, time_s: float) -> tuple[Depth, dict[str, NDArray[np.bool_]]]:
        """Return the optical depth of all devices, and the silhouettes of each of KINDS."""
        depth = np.zeros(self.shape, np.float32)
        seen = {kind: np.zeros(self.shape, np.bool_) for kind in KINDS}
        for kind in seen:
            tubes = [
                tool_tubes(device, curve, self.scenario, time_s)
                for device, curve in self._tools
                if (device.kind if device.kind in KINDS else "implant") == kind
            ]
            if tubes:
                added, seen[kind] = draw_tubes(join_tubes(tubes), self.shape)
                depth += added
        return depth, seen

    @cached_property
    def _tools_in_mask(self) -> Depth:
        """The (H, W) optical depth of all devices in the mean of the mask frames."""
        return np.asarray(np.mean([self._tools_at(time)[0] for time in MASK_TIMES_S], axis=0), np.float32)

    def _left_by_subtraction(self, tools: Depth) -> NDArray[np.bool_]:
        """Return (H, W), where devices are darker than in the mask: what did not move is not seen."""
        added = cv2.GaussianBlur(tools - self._tools_in_mask, (0, 0), TOOL_SIGMA_PX)
        return np.asarray(added >= TOOL_SUBTRACTED)

    def _needed(
        self, yx: NDArray[np.float64], radii_px: NDArray[np.float64], behind: Depth
    ) -> NDArray[np.float64]:
        """Return (N,) the optical depth at which a vessel stands out of quantum noise and anatomy.

        An eye follows a line: it averages the noise over the vessel's width and some length of it. Blur and
        scatter take their part of the contrast; scatter takes it of the anatomy too, subtraction all of that.
        """
        detector = self.scenario.detector
        last = np.array(self.shape) - 1
        rows, columns = np.clip(np.rint(yx), 0, last).astype(np.int64).T
        quanta = detector.quanta * np.exp(float(np.median(behind[::8, ::8])) - behind[rows, columns])
        width = np.maximum(2 * radii_px, 0.3)
        noise = DETECTABILITY / np.sqrt(quanta * np.maximum(width, 1) * FOLLOWED_PX)
        direct = 1 - detector.scatter_fraction
        left = direct / np.hypot(1, WIDTH_OF_BLUR * detector.blur_sigma_px / width)
        if self.scenario.is_dsa:
            return np.asarray(np.maximum(VISIBLE_SUBTRACTED, noise) / left)
        clutter = CLUTTER * direct * _clutter(behind, rows, columns, width)
        return np.asarray(np.maximum(np.maximum(VISIBLE_DEPTH, noise), clutter) / left)

    def _centre_lines(self, yx: NDArray[np.float64], shown: NDArray[np.bool_]) -> tuple[CentreLine, ...]:
        lines = []
        begin = 0
        for branch, curve in zip(self.scenario.tree.branches, self._curves, strict=True):
            part = np.s_[begin : begin + len(curve.points_mm)]
            begin += len(curve.points_mm)
            seen = shown[part]
            if seen.any():
                places = np.rint(curve.places[seen]).astype(np.int64)
                lines.append(CentreLine(branch.name, yx[part][seen], 2 * curve.radii_mm[seen], places))
        return tuple(lines)


def _clutter(
    behind: Depth, rows: NDArray[np.int64], columns: NDArray[np.int64], width_px: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (N,) the spread of things of a vessel's size in the anatomy around it, as optical depth."""
    size = np.searchsorted(2 * np.array(CLUTTER_SIGMAS_PX[:-1]), width_px)
    spread = np.empty(len(width_px))
    for number, sigma in enumerate(CLUTTER_SIGMAS_PX):
        fine = behind - cv2.GaussianBlur(behind, (0, 0), sigma)
        around = np.sqrt(cv2.GaussianBlur(fine * fine, (0, 0), 2 * sigma))
        chosen = size == number
        spread[chosen] = around[rows[chosen], columns[chosen]]
    return spread


def _joined(curves: tuple[Curve, ...]) -> Curve:
    """Return all curves as one row of points."""
    return Curve(
        np.concatenate([curve.points_mm for curve in curves]),
        np.concatenate([curve.radii_mm for curve in curves]),
        np.concatenate([curve.steps_mm for curve in curves]),
        np.concatenate([curve.places for curve in curves]),
    )


def _refined(device: Device, pixels_per_mm: float) -> Curve:
    """Return a device's curve, of one radius."""
    curve = refine(device.points_mm, np.full(len(device.points_mm), device.radius_mm), pixels_per_mm)
    return replace(curve, radii_mm=np.full(len(curve.points_mm), device.radius_mm))
