"""VOI windows: from the modality's values to [0, 1]."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.frames.groups import FunctionalGroups
from lib.frames.layout import Layout
from lib.frames.modality import Table, lookup
from lib.frames.values import Values

Counts = NDArray[np.int64]
"""How often each bit pattern occurs in the field of view of a run."""

Shown = Callable[[Table], Table]
"""Maps the modality's values to [0, 1]."""

PERCENTILES: Final = (0.5, 99.5)

CLIPPED_LIMIT: Final = 0.25
"""A header's window that makes more of the run black or white than this share is not used."""

SPREAD_LIMIT: Final = 0.25
"""Nor one that shows the middle 98 % of the values in less than this share of the greys."""


@dataclass(frozen=True)
class Window:
    """A linear or sigmoid window, in the modality's values.

    DICOM:
        VOI LUT Module, PS3.3 C.11.2: Window Center (0028,1050), Width (0028,1051), VOI LUT Function
        (0028,1056).
    """

    center: float
    width: float
    function: str = "LINEAR_EXACT"

    def __call__(self, table: Table) -> Table:
        """Return the values of a table in [0, 1]."""
        if self.function == "SIGMOID":
            return np.asarray(1 / (1 + np.exp(-4 * (table - self.center) / self.width)), np.float32)
        center, width = self.center, self.width
        if self.function == "LINEAR":
            center, width = center - 0.5, max(width - 1, 1e-6)
        return np.clip((table - center) / np.float32(width) + np.float32(0.5), 0, 1).astype(np.float32)


def run_window(values: Values, layout: Layout, modality: Table, counts: Counts) -> tuple[Shown, str]:
    """Return the one window of a run and where it comes from.

    The header's window is taken if it is the same for all frames and shows the run's values well; then the
    header's VOI LUT; then the 0.5th to 99.5th percentile of the run.

    Args:
        values: The header.
        layout: Its pixel module.
        modality: The modality's value of each bit pattern.
        counts: How often each bit pattern occurs.
    """
    window = _header_window(values)
    if window is not None and _shows_well(window(modality), counts):
        return window, "header"
    for item in values.items("VOILUTSequence")[:1]:
        lut = lookup(item, layout)
        if lut is not None and _shows_well(lut.greys(modality), counts):
            return lut.greys, "VOI LUT"
    low, high = percentiles(modality, counts, PERCENTILES)
    return Window(center=(low + high) / 2, width=max(high - low, 1e-6)), "percentiles"


def percentiles(table: Table, counts: Counts, shares: tuple[float, ...]) -> list[float]:
    """Return percentiles of a run's values, from its counts of bit patterns."""
    seen = np.flatnonzero(counts)
    order = seen[np.argsort(table[seen], kind="stable")]
    cumulated = np.cumsum(counts[order])
    ranks = np.asarray(shares) / 100 * cumulated[-1]
    found = np.minimum(np.searchsorted(cumulated, ranks), len(order) - 1)
    return [float(value) for value in table[order[found]]]


def _header_window(values: Values) -> Window | None:
    """Return the first window of the header, if all frames share it."""
    groups = FunctionalGroups(values)
    n_frames = values.integer("NumberOfFrames") or 1
    holders = [values]
    if groups:
        holders = [
            item for t in range(n_frames) if (item := groups.item("FrameVOILUTSequence", t)) is not None
        ]
    windows = {_window(holder) for holder in holders}
    return windows.pop() if len(windows) == 1 else None


def _window(holder: Values) -> Window | None:
    center, width = holder.number("WindowCenter"), holder.number("WindowWidth")
    function = holder.text("VOILUTFunction") or "LINEAR"
    if center is None or width is None:
        return None
    if width < 1 and not (function != "LINEAR" and width > 0):
        holder.note(f"WindowWidth (0028,1051) is {width:g}, too narrow to show anything; it was ignored.")
        return None
    return Window(center, width, function)


def _shows_well(shown: Table, counts: Counts) -> bool:
    clipped = counts[(shown <= 0) | (shown >= 1)].sum() / counts.sum()
    low, high = percentiles(shown, counts, (1.0, 99.0))
    return bool(clipped <= CLIPPED_LIMIT and high - low >= SPREAD_LIMIT)
