"""What is known about a simulated run, as files beside it: masks as `.npz`, all else as `.json`.

Frames and points count from 0. `packed` masks are read again with `read_masks`.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.phantom.imaging.view import View
from lib.phantom.model import Branch, CentreLine, Lesion
from lib.phantom.render import PhantomRun
from lib.phantom.scenario import VERSION, Scenario

MASKS: Final = ("vessel", "catheter", "guidewire", "implant")
POINT_STEP: Final = 2
"""Every so many points of a centre line are written, and always its last one."""


def masks_file(run: PhantomRun) -> bytes:
    """Return the content of the `.npz`: eight pixels to a byte along x, and the shape (T, H, W)."""
    arrays = {name: np.packbits(getattr(run.truth, name), axis=-1) for name in MASKS}
    file = io.BytesIO()
    np.savez_compressed(file, shape=np.array(run.frames.shape), **arrays)
    return file.getvalue()


def read_masks(path: Path) -> dict[str, NDArray[np.bool_]]:
    """Return the masks of a truth file by name, (T, H, W) each."""
    with np.load(path) as file:
        width = int(file["shape"][2])
        return {name: np.unpackbits(file[name], axis=-1, count=width).astype(np.bool_) for name in MASKS}


def facts_file(run: PhantomRun) -> bytes:
    """Return the content of the `.json`."""
    return (json.dumps(facts(run), separators=(",", ":")) + "\n").encode()


def facts(run: PhantomRun) -> dict[str, Any]:
    """Return what is known about a run beside its masks, in JSON types."""
    scenario, truth = run.scenario, run.truth
    lines = [{line.name: line for line in frame} for frame in truth.centre_lines]
    return {
        "phantom_version": VERSION,
        "seed": scenario.seed,
        "territory": scenario.territory,
        "is_dsa": scenario.is_dsa,
        "frame_time_ms": scenario.frame_time_ms,
        "geometry": _geometry(scenario.view),
        "devices": [device.kind for device in scenario.devices],
        "branches": _branches(scenario),
        "lesions": [
            _lesion(branch, lesion, lines) for branch in scenario.tree.branches for lesion in branch.lesions
        ],
        "frames": [
            {"t": t, "phase": phase, "centre_lines": {name: _points(line) for name, line in seen.items()}}
            for t, phase, seen in zip(run.frame_numbers, truth.phases, lines, strict=True)
        ],
    }


def _geometry(view: View) -> dict[str, Any]:
    return {
        "primary_angle_deg": view.primary_deg,
        "secondary_angle_deg": view.secondary_deg,
        "sid_mm": view.sid_mm,
        "sod_mm": view.sod_mm,
        "imager_pixel_mm": view.pixel_mm,
        "rows": view.rows,
        "columns": view.columns,
        "shift_px": list(view.shift_px),
    }


def _branches(scenario: Scenario) -> list[dict[str, Any]]:
    branches = scenario.tree.branches
    return [
        {
            "name": branch.name,
            "parent": None if branch.parent is None else branches[branch.parent].name,
            "length_mm": round(float(branch.steps_mm.sum()), 2),
        }
        for branch in branches
    ]


def _lesion(branch: Branch, lesion: Lesion, lines: list[dict[str, CentreLine]]) -> dict[str, Any]:
    """Return a lesion and where each frame shows its middle; None where it does not show it."""
    along = np.cumsum(branch.steps_mm) - branch.steps_mm[0]
    middle = int(np.argmin(np.abs(along - lesion.middle_mm)))
    return {
        "kind": lesion.kind,
        "branch": branch.name,
        "percent_diameter": round(lesion.percent_diameter, 1),
        "length_mm": round(lesion.length_mm, 2),
        "middle_mm": round(lesion.middle_mm, 2),
        "smallest_diameter_mm": round(_smallest_mm(branch, along, lesion), 3),
        "yx_px": [_place(frame.get(branch.name), middle) for frame in lines],
    }


def _smallest_mm(branch: Branch, along: NDArray[np.float64], lesion: Lesion) -> float:
    """Return the least diameter within the lesion; 0 in an occlusion."""
    if lesion.kind == "occlusion":
        return 0.0
    within = np.abs(along - lesion.middle_mm) <= max(lesion.length_mm / 2, 0.5)
    return 2 * float(np.min(branch.radii_mm[within])) if within.any() else 0.0


def _place(line: CentreLine | None, point: int) -> list[float] | None:
    """Return (y, x) of a branch's point, if the frame shows it or a point next to it."""
    if line is None:
        return None
    nearest = int(np.argmin(np.abs(line.points - point)))
    return _pair(line.yx[nearest]) if abs(int(line.points[nearest]) - point) <= 1 else None


def _points(line: CentreLine) -> Mapping[str, Any]:
    """Return the points of a centre line: pixels, true diameters and indices in the branch."""
    kept = np.unique(np.append(np.arange(0, len(line.yx), POINT_STEP), len(line.yx) - 1))
    return {
        "yx_px": [_pair(point) for point in line.yx[kept]],
        "diameter_mm": [round(float(diameter), 3) for diameter in line.diameters_mm[kept]],
        "point": [int(point) for point in line.points[kept]],
    }


def _pair(point: NDArray[np.float64]) -> list[float]:
    return [round(float(point[0]), 1), round(float(point[1]), 1)]
