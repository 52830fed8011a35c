"""What contrast medium does outside the lumen: tissue that it stains, and the puff at the ostium."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.imaging.resample import Curve
from lib.phantom.model import Depth
from lib.phantom.physiology.flow import concentration, stain_at
from lib.phantom.scenario import Scenario

GRID: Final = 48
"""Cells along a side of the coarse picture of the stain."""

MARGIN: Final = 8
"""Cells beside the picture: tissue there is blurred into it."""

THIN_MM: Final = 0.55
"""Vessels thinner than this radius feed tissue."""

PUFF_MM: Final = 7.0


class Stain:
    """The stained tissue of one scenario."""

    def __init__(self, scenario: Scenario, curve: Curve, arrival_s: NDArray[np.float64]) -> None:
        self._scenario = scenario
        self._feeds = curve.radii_mm < THIN_MM
        self._lengths = curve.steps_mm[self._feeds]
        self._arrival_s = arrival_s[self._feeds]
        self._shape = (scenario.view.rows, scenario.view.columns)

    def at(self, time_s: float, yx: NDArray[np.float64]) -> Depth:
        """Return the optical depth of stain and puff, (H, W); `yx` are where all vessels are then."""
        return self._tissue(time_s, yx[self._feeds]) + self._puff(time_s, yx[0])

    def _tissue(self, time_s: float, yx: NDArray[np.float64]) -> Depth:
        flow = self._scenario.flow
        if flow.stain <= 0 or not len(yx):
            return np.zeros(self._shape, np.float32)
        cells = np.clip(yx / np.array(self._shape) * GRID, -MARGIN, GRID + MARGIN)
        coarse = _counted(cells, self._lengths)
        fed = _counted(cells, self._lengths * stain_at(self._arrival_s, flow, time_s))
        sigma = GRID / 14
        all_fed = cv2.GaussianBlur(coarse, (0, 0), sigma)
        stained = cv2.GaussianBlur(fed, (0, 0), sigma)
        strength = flow.stain * stained / max(float(all_fed.max()), 1e-6)
        return np.asarray(
            cv2.resize(
                strength[MARGIN:-MARGIN, MARGIN:-MARGIN], self._shape[::-1], interpolation=cv2.INTER_CUBIC
            ),
            np.float32,
        )

    def _puff(self, time_s: float, ostium: NDArray[np.float64]) -> Depth:
        """Return the cloud of medium that runs back out of the ostium while it is injected."""
        flow, view = self._scenario.flow, self._scenario.view
        strength = flow.reflux * float(concentration(np.full(1, 0.2), flow, time_s)[0])
        if strength < 1e-3:
            return np.zeros(self._shape, np.float32)
        size = PUFF_MM * view.pixels_per_mm
        swirl = 0.25 * np.sin(2 * np.pi * flow.heart_rate_hz * time_s)
        y = (np.arange(self._shape[0], dtype=np.float32) - ostium[0]) / (size * (1.2 + swirl)) + 0.6
        x = (np.arange(self._shape[1], dtype=np.float32) - ostium[1]) / size
        return np.asarray(
            strength * np.exp(-0.5 * y[:, None] ** 2) * np.exp(-0.5 * x[None, :] ** 2), np.float32
        )


def _counted(cells: NDArray[np.float64], weights: NDArray[np.float64]) -> Depth:
    """Return the sum of weights in each cell of the grid and its margin."""
    limits = (-MARGIN, GRID + MARGIN)
    counted, _, _ = np.histogram2d(
        cells[:, 0], cells[:, 1], bins=GRID + 2 * MARGIN, range=(limits, limits), weights=weights
    )
    return np.asarray(counted, np.float32)
