"""Where the C-arm stands, and what it sees where."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import Points


@dataclass(frozen=True)
class View:
    """A cone beam from a point through the isocentre to a flat detector.

    Attributes:
        primary_deg: Positioner Primary Angle, + is LAO, - is RAO.
        secondary_deg: Positioner Secondary Angle, + is cranial, - is caudal.
        sid_mm: Distance source to detector.
        sod_mm: Distance source to isocentre.
        pixel_mm: Pixel size at the detector (Imager Pixel Spacing).
        rows: Height in pixels.
        columns: Width in pixels.
        shift_px: (y, x), where the isocentre lies off the middle of the picture: the table was moved.

    DICOM:
        XA Positioner Module, PS3.3 C.8.7.5.
    """

    primary_deg: float
    secondary_deg: float
    sid_mm: float
    sod_mm: float
    pixel_mm: float
    rows: int
    columns: int
    shift_px: tuple[float, float] = (0.0, 0.0)

    @property
    def pixels_per_mm(self) -> float:
        """Pixels that 1 mm at the isocentre covers."""
        return self.sid_mm / (self.sod_mm * self.pixel_mm)

    def widened(self, margin_px: int) -> "View":
        """Return the view with a detector that reaches so much farther at each side."""
        return replace(self, rows=self.rows + 2 * margin_px, columns=self.columns + 2 * margin_px)

    def axes(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return unit vectors in patient coordinates: to the detector, right in the picture, up in it.

        At 0/0 the detector is in front of the patient and the picture is seen as by a person who
        faces the patient: the patient's left is on the right of the picture.
        """
        primary, secondary = np.radians([self.primary_deg, self.secondary_deg])
        beam = np.array(
            [
                np.sin(primary) * np.cos(secondary),
                -np.cos(primary) * np.cos(secondary),
                np.sin(secondary),
            ]
        )
        right = np.array([np.cos(primary), np.sin(primary), 0.0])
        return beam, right, np.cross(right, beam) * -1.0

    def project(self, points_mm: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Project points.

        Args:
            points_mm: (N, 3), patient coordinates.

        Returns:
            (N, 2) y and x in pixels, pixel centres on whole numbers; and (N,) magnification: how much larger
            than life a thing appears on the detector.
        """
        beam, right, up = self.axes()
        magnification = self.sid_mm / (self.sod_mm + points_mm @ beam)
        scale = magnification / self.pixel_mm
        y = (self.rows - 1) / 2 + self.shift_px[0] - (points_mm @ up) * scale
        x = (self.columns - 1) / 2 + self.shift_px[1] + (points_mm @ right) * scale
        return np.stack([y, x], axis=1), magnification
