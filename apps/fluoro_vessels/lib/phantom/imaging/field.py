"""What part of the detector the beam reaches: blades, filters, the round intensifier, blanking."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.phantom.imaging.view import View

REFERENCE_ROWS: Final = 512
SEEN: Final = 0.5
"""A place counts as seen where blades leave this part of the beam's way between open and closed."""


@dataclass(frozen=True)
class Blade:
    """A straight edge; what lies beyond it is dimmed.

    Attributes:
        angle_deg: Direction from the middle to the edge; 0 is right, 90 is down.
        distance: From the middle, in half heights of the picture.
        penumbra_px: Width of the soft edge (standard deviation of the focal spot's shadow).
        leak: Part of the beam that is left beyond the edge.
        is_filter: A wedge filter, which only dims; what lies beyond it is still seen.
    """

    angle_deg: float
    distance: float
    penumbra_px: float
    leak: float
    is_filter: bool = False

    def openness(self, shape: tuple[int, int]) -> NDArray[np.float32]:
        """Return 1 on the open side and 0 beyond the edge, soft between, (H, W)."""
        rows, columns = shape
        angle = np.radians(self.angle_deg)
        y = np.arange(rows, dtype=np.float32)[:, None] - (rows - 1) / 2
        x = np.arange(columns, dtype=np.float32)[None, :] - (columns - 1) / 2
        inside = self.distance * rows / 2 - (x * np.cos(angle) + y * np.sin(angle))
        steepness = 1.7 / max(self.penumbra_px * rows / REFERENCE_ROWS, 0.2)
        return np.asarray(1 / (1 + np.exp(-np.clip(steepness * inside, -30, 30))), np.float32)


@dataclass(frozen=True)
class Field:
    """The part of the picture that shows the patient.

    Attributes:
        radius: Of the round intensifier, in half heights of the picture; None for a flat panel.
        centre: (y, x) of the round field off the middle, in half heights.
        blades: Collimator blades and wedge filters.
        is_blanked: The machine paints over what blades hide, with the border's value and a hard edge.
    """

    radius: float | None = None
    centre: tuple[float, float] = (0.0, 0.0)
    blades: tuple[Blade, ...] = ()
    is_blanked: bool = False

    def mask(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Return where the patient is seen, (H, W)."""
        return self._round(shape) & self._between_blades(shape)

    def shown(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Return where the picture is not painted over with the border's value, (H, W)."""
        return self.mask(shape) if self.is_blanked else self._round(shape)

    def transmission(self, shape: tuple[int, int]) -> NDArray[np.float32]:
        """Return the part of the beam that blades and filters leave, (H, W), in (0, 1]."""
        left = np.ones(shape, np.float32)
        for blade in self.blades:
            left *= blade.leak + (1 - blade.leak) * blade.openness(shape)
        return left

    def _between_blades(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        seen = np.ones(shape, np.bool_)
        for blade in self.blades:
            if not blade.is_filter:
                seen &= blade.openness(shape) > SEEN
        return seen

    def _round(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        if self.radius is None:
            return np.ones(shape, np.bool_)
        rows, columns = shape
        half = rows / 2
        y = (np.arange(rows)[:, None] - (rows - 1) / 2) / half - self.centre[0]
        x = (np.arange(columns)[None, :] - (columns - 1) / 2) / half - self.centre[1]
        return np.asarray(y**2 + x**2 < self.radius**2, np.bool_)


def draw_field(view: View, random: np.random.Generator) -> Field:
    """Draw a field: open, soft blades of a flat panel, a blanked frame, or the round of an intensifier.

    Args:
        view: Gives the proportions of the picture.
        random: Source of randomness.
    """
    kind = random.choice(["open", "blades", "frame", "round"], p=[0.2, 0.4, 0.15, 0.25])
    wedge = (_wedge(random),) if random.random() < 0.12 else ()
    wide = view.columns / view.rows
    if kind == "open":
        return Field(blades=wedge)
    if kind == "blades":
        return Field(blades=wedge + _blades(wide, random), is_blanked=bool(random.random() < 0.1))
    if kind == "frame":
        inset = random.uniform(0.01, 0.08)
        return Field(blades=wedge + _frame(wide, inset, random), is_blanked=True)
    some_blades = _blades(wide, random)[: random.integers(1, 3)] if random.random() < 0.35 else ()
    centre = (random.normal(0, 0.02), random.normal(0, 0.02))
    return Field(random.uniform(0.93, 1.2), centre, wedge + some_blades)


def _blades(wide: float, random: np.random.Generator) -> tuple[Blade, ...]:
    """Draw one to four soft blades; all belong to one collimator, which may stand askew."""
    tilt = random.uniform(-12, 12) if random.random() < 0.2 else random.normal(0, 0.4)
    penumbra = random.uniform(1.0, 5.0)
    leak = random.uniform(0.08, 0.45)
    sides = random.permutation(4)[: random.integers(1, 5)]
    insets = np.where(random.random(4) < 0.8, random.uniform(0.0, 0.14, 4), random.uniform(0.1, 0.4, 4))
    return tuple(
        Blade(90.0 * side + tilt, (wide if side % 2 == 0 else 1.0) - inset, penumbra, leak)
        for side, inset in zip(sides, insets, strict=False)
    )


def _frame(wide: float, inset: float, random: np.random.Generator) -> tuple[Blade, ...]:
    """Draw the blanked frame: four straight edges, painted on, so the beam beyond them is whole."""
    insets = inset * random.uniform(0.8, 1.2, 4)
    return tuple(
        Blade(90.0 * side, (wide if side % 2 == 0 else 1.0) - insets[side], 0.6, 1.0) for side in range(4)
    )


def _wedge(random: np.random.Generator) -> Blade:
    """Draw a wedge filter over a corner or a side, as cardiologists lay it over the lung."""
    return Blade(
        angle_deg=random.uniform(0, 360),
        distance=random.uniform(0.35, 0.95),
        penumbra_px=random.uniform(10, 40),
        leak=random.uniform(0.4, 0.8),
        is_filter=True,
    )
