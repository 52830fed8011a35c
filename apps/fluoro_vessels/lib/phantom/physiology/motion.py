"""How the body moves while it is filmed: heart, breath, table and restlessness."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.phantom.model import MovesWith, Points

APEX = np.array([0.58, -0.55, -0.60]) / np.linalg.norm([0.58, -0.55, -0.60])
"""Unit vector along the heart's long axis from base to apex, patient coordinates."""


@dataclass(frozen=True)
class Motion:
    """What moves, and how far.

    Attributes:
        heart_rate_hz: Beats per second.
        heart_phase: Share of a beat at time 0.
        squeeze: Share by which the heart's radius shrinks in systole; 0 where no heart is in sight.
        descent_mm: How far its base moves to the apex in systole.
        twist_rad: Turn of the apex around the long axis.
        breath_rate_hz: Breaths per second.
        breath_phase: Share of a breath at time 0.
        breath_mm: Amplitude along z.
        table_mm_s: (x, z) speed of the table.
        jerk_mm: (x, y, z) how far the patient moves once.
        jerk_s: When.
    """

    heart_rate_hz: float
    heart_phase: float
    squeeze: float
    descent_mm: float
    twist_rad: float
    breath_rate_hz: float
    breath_phase: float
    breath_mm: float
    table_mm_s: tuple[float, float]
    jerk_mm: tuple[float, float, float]
    jerk_s: float

    def systole(self, time_s: float) -> float:
        """Return how contracted the heart is, 0 (end-diastole) to 1; a third of the beat is systole."""
        phase = (self.heart_rate_hz * time_s + self.heart_phase) % 1.0
        return float(np.sin(np.pi * phase / 0.42) ** 2) if phase < 0.42 else 0.0

    def breath_shift_mm(self, time_s: float) -> NDArray[np.float64]:
        """Return (3,) how far what breathes has moved."""
        swing = self.breath_mm * np.sin(2 * np.pi * (self.breath_rate_hz * time_s + self.breath_phase))
        return np.asarray(np.array([0.0, -0.25, 1.0]) * swing)

    def body_shift_mm(self, time_s: float) -> NDArray[np.float64]:
        """Return (3,) how far the whole patient has moved: table and restlessness."""
        restless = np.asarray(self.jerk_mm) / (1 + np.exp(-(time_s - self.jerk_s) / 0.08))
        table = np.array([self.table_mm_s[0], 0.0, self.table_mm_s[1]]) * time_s
        return np.asarray(restless + table)

    def move(self, points_mm: Points, moves_with: MovesWith, time_s: float) -> Points:
        """Return where points are at a time; they are given for end-diastole at mid-breath."""
        moved = points_mm
        if moves_with == "heart":
            moved = self._beat(moved, self.systole(time_s)) + 0.5 * self.breath_shift_mm(time_s)
        elif moves_with == "breath":
            moved = moved + self.breath_shift_mm(time_s)
        return moved + self.body_shift_mm(time_s)

    def _beat(self, points_mm: Points, systole: float) -> Points:
        """Squeeze towards the long axis, turn around it, and pull the base down."""
        along = points_mm @ APEX
        across = points_mm - along[:, None] * APEX
        height = np.clip((along + 50.0) / 100.0, 0, 1)
        angle = self.twist_rad * systole * height
        turned = np.cos(angle)[:, None] * across + np.sin(angle)[:, None] * np.cross(APEX, across)
        shrunk = turned * (1 - self.squeeze * systole * (0.4 + 0.6 * height))[:, None]
        lowered = along + self.descent_mm * systole * (1 - height)
        return np.asarray(shrunk + lowered[:, None] * APEX)
