"""Whether a narrowing was seen where it is tightest: what cannot be measured is often just that."""

from typing import Final

import numpy as np

from lib.measure.diameter import DiameterProfile
from lib.measure.stenosis import LesionKind, Stenosis

LONGEST: Final = 0.75
"""A gap of so many healthy diameters hides nothing: no vessel narrows and widens again on so short a way."""

NEARLY: Final = 1.15
"""Times of the smallest diameter: a gap that begins or ends so narrow may be narrower within."""

MOST: Final = 0.5
"""A gap of this share of the lesion may hide anything."""


def unseen_px(profile: DiameterProfile, lesion: Stenosis) -> float:
    """Return the longest gap of a narrowing that may hide its tightest part, in pixels; 0 where none does.

    A widening hides nothing, because what is not measured there is not wider.
    """
    if lesion.kind is LesionKind.ANEURYSM:
        return 0.0
    first, last = lesion.lesion
    inside = np.flatnonzero(profile.is_measured[first : last + 1]) + first
    whole = float(profile.along_px[last] - profile.along_px[first])
    if len(inside) < 2:
        return whole
    inside = np.unique([first, *inside, last])
    lengths = np.diff(profile.along_px[inside])
    edges = np.minimum(profile.diameter_px[inside[:-1]], profile.diameter_px[inside[1:]])
    hides = (edges <= NEARLY * lesion.mld_px) | (lengths > MOST * whole)
    return float(np.max(lengths[hides & (lengths > LONGEST * lesion.reference_px)], initial=0.0))
