"""One look-up table for a whole run: stored bit pattern -> [0, 1], vessels dark, no flicker.

Vessels filled with contrast let fewer X-rays through, so they are dark when more intensity means brighter.
Pixel Intensity Relationship Sign says which way the stored values go and is believed where it is stated.
Where it is not, the picture is taken as it is meant to be shown: MONOCHROME1 and the Presentation LUT Shape
INVERSE (both together count once) mean that it is shown inverted. The relationship itself (LIN, LOG, DISP)
is a matter of contrast, not of direction: a LOG run is mapped by its Modality LUT if it brings one.
"""

import logging
from typing import Final

import numpy as np

from lib.arrays import Frames
from lib.frames.field import field_of_view
from lib.frames.groups import FunctionalGroups
from lib.frames.layout import Codes, Layout
from lib.frames.modality import Table, modality_values, stored_values
from lib.frames.stored import each_frame
from lib.frames.values import Values
from lib.frames.window import Counts, run_window

logger = logging.getLogger(__name__)

COUNTED_FRAMES: Final = 32
"""Frames that decide about the window; evenly spread, first and last among them."""

COMPARED_FRAMES: Final = 8
"""Frames that tell what never changes and so is border."""


def normalize(codes: Codes, values: Values, layout: Layout) -> Frames:
    """Return (T, H, W) float32 in [0, 1] with dark vessels, from stored bit patterns."""
    table = run_table(codes, values, layout)
    frames = np.empty(codes.shape, np.float32)
    each_frame(lambda t: np.take(table, codes[t], out=frames[t], mode="clip"), len(codes))
    return frames


def run_table(codes: Codes, values: Values, layout: Layout) -> Table:
    """Return the table of a run: one value in [0, 1] for every bit pattern."""
    n_codes = 1 << (8 * codes.dtype.itemsize)
    modality = modality_values(values, layout, n_codes)
    counts = _counts(codes, modality, values)
    window, source = run_window(values, layout, modality, counts)
    logger.debug("took the window of a run of %d frames from: %s", len(codes), source)
    shown = window(modality)
    stored = stored_values(values, layout, n_codes)
    return 1 - shown if _is_turned(values, layout, _rises(stored, shown, counts)) else shown


def _spread(n_frames: int, n_picked: int) -> list[int]:
    """Return some t, evenly spread, first and last among them."""
    return sorted({round(t) for t in np.linspace(0, n_frames - 1, n_picked)})


def _counts(codes: Codes, modality: Table, values: Values) -> Counts:
    """Count the bit patterns inside the field of view, over some frames of the run."""
    inside = field_of_view([modality[codes[t]] for t in _spread(len(codes), COMPARED_FRAMES)])
    counts = np.zeros(len(modality), np.int64)
    for t in _spread(len(codes), COUNTED_FRAMES):
        counts += np.bincount(codes[t][inside], minlength=len(modality))
    padding = values.integer("PixelPaddingValue")
    if padding is not None and counts.sum() > counts[padding % len(modality)]:
        counts[padding % len(modality)] = 0
    return counts


def _rises(stored: Table, shown: Table, counts: Counts) -> bool:
    """Tell whether larger stored values are brighter, over the values that occur."""
    weights = counts / counts.sum()
    deviation = (stored - weights @ stored) * (shown - weights @ shown)
    return bool(weights @ deviation >= 0)


def _is_turned(values: Values, layout: Layout, rises: bool) -> bool:
    """Tell whether the table must be turned round to make vessels dark; see the module's text.

    DICOM:
        Pixel Intensity Relationship Sign (0028,1041), PS3.3 C.8.11.3.1.2; Presentation LUT Shape (2050,0020).
    """
    holder = FunctionalGroups(values).item("FramePixelDataPropertiesSequence") or values
    sign = holder.integer("PixelIntensityRelationshipSign")
    if sign in (-1, 1):
        return rises != (sign == 1)
    return layout.photometric == "MONOCHROME1" or values.text("PresentationLUTShape") == "INVERSE"
