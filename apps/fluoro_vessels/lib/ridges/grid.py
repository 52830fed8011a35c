"""The grid that a run is worked on: about 0.28 mm per pixel, whatever the detector's matrix."""

from dataclasses import dataclass
from typing import Final

from lib.frames.cine import RunHeader

FINE_MM: Final = 0.28
"""Pixel size of the fine grid, where lumens are drawn. The coarse grid, where lines are
searched, has half as many pixels per side."""

USUAL_SIDE_PX: Final = 512
"""Longer side of the fine grid where a run is uncalibrated."""

FINE_LIMITS_MM: Final = (0.15, 0.45)
"""A header that leads out of these is not believed."""

SIDE_LIMITS_PX: Final = (384, 768)
LARGEST_ENLARGEMENT: Final = 2.0


@dataclass(frozen=True)
class Grid:
    """Sizes are (height, width); lengths in mm are exact only where the run is calibrated."""

    native: tuple[int, int]
    fine: tuple[int, int]
    fine_mm: float

    @property
    def coarse(self) -> tuple[int, int]:
        """Size of the coarse grid."""
        return max(self.fine[0] // 2, 1), max(self.fine[1] // 2, 1)

    def coarse_px(self, length_mm: float) -> float:
        """Return a length as pixels of the coarse grid."""
        return length_mm / (2 * self.fine_mm)


def grid_for(header: RunHeader) -> Grid:
    """Choose the grid of a run by its pixel spacing, within limits, or by its size alone."""
    side = max(header.rows, header.columns)
    wanted = float(USUAL_SIDE_PX)
    if header.spacing is not None:
        wanted = side * header.spacing.row_mm / FINE_MM
    fine_side = min(max(wanted, SIDE_LIMITS_PX[0]), SIDE_LIMITS_PX[1], LARGEST_ENLARGEMENT * side)
    if abs(fine_side / side - 1.0) < 0.15:
        fine_side = side
    scale = fine_side / side
    fine = (max(round(header.rows * scale), 2), max(round(header.columns * scale), 2))
    fine_mm = FINE_MM if header.spacing is None else header.spacing.row_mm / scale
    fine_mm = min(max(fine_mm, FINE_LIMITS_MM[0]), FINE_LIMITS_MM[1])
    return Grid(native=(header.rows, header.columns), fine=fine, fine_mm=fine_mm)
