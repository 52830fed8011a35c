"""The truth about one named branch of a simulated run: of the vessel's pixels, those nearest to its line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from lib.arrays import Mask
from lib.evaluation.metrics import MaskImage
from lib.evaluation.phantom_truth import FACTS


@dataclass(frozen=True)
class BranchTruth:
    """One branch.

    Attributes:
        name: As the phantom calls it.
        mask: (T, H, W), where it is seen.
    """

    name: str
    mask: Mask


def branch_truth(run: Path, vessel: Mask, t: int) -> BranchTruth | None:
    """Return the branch that frame t shows most of, the root aside; None where nothing tells branches apart.

    Args:
        run: A DICOM file of the phantom; what is known about it lies beside it.
        vessel: (T, H, W), the whole tree.
        t: The key frame.
    """
    lines = _lines(run)
    if len(lines) != len(vessel):
        return None
    names = sorted({name for frame in lines for name in frame})
    at_key = _nearest(vessel[t], lines[t], names)
    areas = np.bincount(at_key[vessel[t]], minlength=len(names)) if names else np.zeros(0, np.int64)
    areas[[place for place, name in enumerate(names) if name == _root(lines)]] = 0
    if not areas.any():
        return None
    chosen = int(areas.argmax())
    mask = [
        seen & (_nearest(seen, frame, names) == chosen) for seen, frame in zip(vessel, lines, strict=True)
    ]
    return BranchTruth(names[chosen], np.stack(mask))


def _lines(run: Path) -> Sequence[Mapping[str, Any]]:
    """Return the centre lines of each frame by name, in the order of the tree."""
    try:
        facts = json.loads(run.with_name(run.stem + FACTS).read_text(encoding="utf-8"))
        return [
            {name: line["yx_px"] for name, line in frame["centre_lines"].items()} for frame in facts["frames"]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _root(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return the branch that every other one begins from: it is listed first."""
    return next((next(iter(frame)) for frame in lines if frame), "")


def _nearest(
    seen: MaskImage, lines: Mapping[str, Any], names: Sequence[str]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return (H, W), for each pixel of a mask the place in `names` of the nearest line; -1 elsewhere."""
    nearest = np.full(seen.shape, -1, np.int64)
    if not seen.any() or not lines:
        return nearest
    points = np.concatenate([np.asarray(line, np.float64) for line in lines.values()])
    owners = np.concatenate([np.full(len(line), names.index(name)) for name, line in lines.items()])
    _, found = cKDTree(points).query(np.argwhere(seen))
    nearest[seen] = owners[found]
    return nearest
