"""The main branches of a vessel mask, by calibre and connection.

Many annotators draw main branches only: on the left coronary frames that this was measured with, half of
them drew five to six branches, hardly any thinner than a third of the trunk, all in one connected tree.
All limits are shares of the same mask's own trunk and longest branch, so the size of the picture, the
magnification and the territory do not matter. The truth plays no part.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.ridges.branches import Branches, branches_of

TREE_SHARE: Final = 0.6
"""Size that a tree needs, as a share of the largest tree's; smaller ones are pieces or no vessels."""

BRANCH_SHARE: Final = 0.18
"""Size (length times radius) that a branch needs, as a share of the largest branch's."""

CALIBRE_SHARE: Final = 0.35
"""Mean radius that a branch needs, as a share of the trunk's."""

WALL_PX: Final = 0.5
"""How far behind the wall a pixel may lie; the mask's own outline is finer than its centre line."""


def main_branches(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (H, W) bool: the pixels of a mask that belong to its main branches.

    Args:
        mask: (H, W) bool; a whole vessel tree of one frame. False blobs beside it are left out, and so is
            what hangs on a branch that is left out.
    """
    if not mask.any():
        return mask.copy()
    branches = branches_of(mask)
    return _lumen(mask, branches, _connected(branches, _chosen(branches)))


def _chosen(branches: Branches) -> NDArray[np.bool_]:
    """Return (m,): the branches that are large and wide enough, whatever they hang on."""
    tree_size = np.bincount(branches.tree, branches.size)[branches.tree]
    return np.asarray(
        (tree_size >= TREE_SHARE * tree_size.max())
        & (branches.size >= BRANCH_SHARE * branches.size.max())
        & (branches.radius >= CALIBRE_SHARE * branches.trunk_radius)
    )


def _connected(branches: Branches, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (m,): the chosen branches whose parents are all chosen; parents stand first."""
    kept = chosen.copy()
    for number, parent in enumerate(branches.parent.tolist()):
        kept[number] &= parent < 0 or kept[parent]
    return kept


def _lumen(mask: NDArray[np.bool_], branches: Branches, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (H, W): the mask as far as the walls of the kept branches.

    Only lines decide where a branch ends; a pixel of the trunk's lumen stays, also where the
    centre line of a side branch that was left out is nearer.
    """
    on = kept[branches.branch]
    rows, columns = branches.pixels.rows[on], branches.pixels.columns[on]
    off = np.ones(mask.shape, np.uint8)
    off[rows, columns] = 0
    distance, nearest = cv2.distanceTransformWithLabels(off, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    radius = np.zeros(int(nearest.max()) + 1, np.float32)
    radius[nearest[rows, columns]] = branches.to_wall[on]
    return np.asarray(mask & (distance <= radius[nearest] + WALL_PX), bool)
