"""What can be scored: a run, or a single image, for which somebody knows where the vessels are."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from lib.arrays import LabelMap, Mask
from lib.errors import TruthShapeError
from lib.frames.cine import Cine
from lib.labels import LabelTable

VESSEL: Final = "vessel"
DEVICES: Final = ("catheter", "guidewire", "device")
"""Labels that together are the class device."""


@dataclass(frozen=True)
class Truth:
    """Where the vessels of a run are.

    Attributes:
        vessel: (T, H, W) bool.
        device: (T, H, W) bool, catheters, guidewires, implants; None where nobody marked them.
        times: The frames t that the truth speaks of; on all others the masks mean nothing.
        group: What kind of case it is, to give figures of each kind; "" where nothing says it.
    """

    vessel: Mask
    device: Mask | None
    times: tuple[int, ...]
    group: str = ""


class Case(Protocol):
    """One run or image with its truth; holds no pixels until it is opened."""

    @property
    def name(self) -> str:
        """What people find it by: its path in the folder, without the ending."""

    @property
    def subject(self) -> str:
        """Who it shows; cases of one subject are not independent."""

    @property
    def is_run(self) -> bool:
        """Whether it may have several frames, which then need numbers."""

    def open(self, table: LabelTable) -> tuple[Cine, Truth]:
        """Read the pixels and the truth.

        Raises:
            InvalidInputError: A file cannot be read, or the truth does not fit the image.
        """


def require_same_shape(name: str, cine: Cine, truth: Mask) -> None:
    """Refuse a truth that is not as large as its run."""
    if truth.shape != cine.frames.shape:
        raise TruthShapeError(name, truth.shape, cine.frames.shape)


def mask_of(label_map: LabelMap, table: LabelTable, names: tuple[str, ...]) -> Mask:
    """Return where a label map, of any shape, has one of the labels."""
    return np.isin(label_map, [table.by_name(name).index for name in names])
