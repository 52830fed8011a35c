"""How far a propagated frame can be trusted: the Dice that its own scores lead one to expect."""

from typing import Final

import numpy as np

from lib.propagation.plane import Plane

FEW_PX: Final = 200
"""So many pixels, the likeliest of a frame, tell how far an empty mask can be trusted."""


def expected_dice(score: Plane) -> float:
    """Return, in [0, 1], the Dice to expect between the pixels of 0.5 and more and the truth.

    A pixel of score s is a vessel in s of all cases. Then 2 * sum(s inside) / (n inside + sum(s)) is the Dice
    between the mask and such a truth, both sums taken for themselves. An empty mask is right when no pixel
    was near 0.5.
    """
    inside = score >= 0.5
    n_inside = int(inside.sum())
    if n_inside == 0:
        likeliest = np.partition(score, -FEW_PX, axis=None)[-FEW_PX:] if score.size > FEW_PX else score
        return float(np.clip(1 - 2 * likeliest.mean(), 0, 1))
    return float(np.clip(2 * score[inside].sum() / (n_inside + score.sum()), 0, 1))
