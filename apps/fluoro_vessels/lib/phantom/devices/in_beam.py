"""Catheters, wires and implants in the beam."""

import numpy as np

from lib.phantom.imaging.raster import Tubes, join_tubes
from lib.phantom.imaging.resample import Curve
from lib.phantom.model import Device, Points
from lib.phantom.physiology.flow import concentration
from lib.phantom.scenario import Scenario

FLUSHED_S = 0.25
"""A catheter is full of contrast medium shortly before it leaves the tip."""


def tool_tubes(device: Device, curve: Curve, scenario: Scenario, time_s: float) -> Tubes:
    """Return a device at a time: its wall, and what is in its lumen."""
    view = scenario.view
    yx, magnification = view.project(_moved(device, curve.points_mm, scenario, time_s))
    scale = magnification / view.pixel_mm
    shown = np.ones(len(yx), np.bool_)
    wall = Tubes(yx, device.radius_mm * scale, device.attenuation_per_mm * curve.steps_mm, shown)
    if device.lumen_radius_mm <= 0:
        return wall
    filling = scenario.flow.attenuation_per_mm * _filled(scenario, time_s) - device.attenuation_per_mm
    lumen = Tubes(yx, device.lumen_radius_mm * scale, filling * curve.steps_mm, ~shown)
    return join_tubes([wall, lumen])


def _filled(scenario: Scenario, time_s: float) -> float:
    """Return how full of contrast medium a catheter is, 0 to 1."""
    return float(concentration(np.zeros(1), scenario.flow, time_s + FLUSHED_S)[0])


def _moved(device: Device, points_mm: Points, scenario: Scenario, time_s: float) -> Points:
    """Return where the device is: its tip may share another motion than its shaft."""
    shaft = scenario.motion.move(points_mm, device.moves_with, time_s)
    if device.tip_moves_with == device.moves_with or device.tip_length_mm <= 0:
        return shaft
    tip = scenario.motion.move(points_mm, device.tip_moves_with, time_s)
    steps = np.linalg.norm(np.diff(points_mm, axis=0), axis=1)
    to_tip = np.append(np.cumsum(steps[::-1])[::-1], 0.0)
    share = np.clip(1 - to_tip / device.tip_length_mm, 0, 1)[:, None]
    return np.asarray(shaft + share**2 * (3 - 2 * share) * (tip - shaft))
