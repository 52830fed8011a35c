"""Label colours over a frame: a thin tint inside, a clear line on the edge, and a legend that names them."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Picture
from lib.labels import Label, LabelTable
from lib.pictures.png import to_grey

TINT: Final = 0.3
"""Share of the label's colour inside its edge; the vessel stays readable below it."""

EDGE: Final = 0.9
"""Share of the label's colour on the edge."""

LEGEND_SIDE_PX: Final = 256
"""Pictures smaller than this have no room for a legend."""


def overlay(
    frame: Frame, label_map: NDArray[np.uint8], table: LabelTable, *, has_legend: bool = True
) -> Picture:
    """Return a frame with its labels in the colours of the table.

    Args:
        frame: (H, W) in [0, 1].
        label_map: (H, W) indices of the table.
        table: Colours and names.
        has_legend: Name the labels of this frame in the lower left corner.

    Raises:
        UnknownLabelError: The table has no label of an index.
    """
    picture = np.repeat(to_grey(frame)[:, :, np.newaxis], 3, axis=2)
    labels = [table.by_index(int(index)) for index in np.unique(label_map) if index]
    for label in labels:
        _tint(picture, label_map == label.index, label.color)
    if has_legend and min(frame.shape) >= LEGEND_SIDE_PX:
        draw_legend(picture, labels)
    return picture


def draw_legend(picture: Picture, labels: list[Label]) -> None:
    """Write the labels' names in their colours into the lower left corner, in place.

    Only names that OpenCV's font has are written as they are; other letters become '?'.
    """
    scale = max(min(picture.shape[:2]) / 1024.0, 0.4)
    step = round(34 * scale)
    for row, label in enumerate(reversed(labels)):
        foot = (round(10 * scale), picture.shape[0] - round(12 * scale) - row * step)
        text = label.name.encode("ascii", "replace").decode("ascii")
        for color, thickness in (((0, 0, 0), 3), (label.color, 1)):
            cv2.putText(picture, text, foot, cv2.FONT_HERSHEY_SIMPLEX, scale, color, thickness, cv2.LINE_AA)


def _tint(picture: Picture, mask: NDArray[np.bool_], color: tuple[int, int, int]) -> None:
    """Blend a colour into the masked pixels, strongly on the mask's edge, in place."""
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for region, share in ((inner, TINT), (mask & ~inner, EDGE)):
        blended = (1.0 - share) * picture[region] + share * np.array(color, np.float32)
        picture[region] = (blended + 0.5).astype(np.uint8)
