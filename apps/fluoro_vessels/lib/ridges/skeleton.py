"""The centre lines of a mask, cut at junctions into segments that can be judged one by one."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from lib.arrays import ScalarT
from lib.ridges.filter import Image


@dataclass(frozen=True)
class Skeleton:
    """Centre lines of one frame.

    Attributes:
        lines: (H, W) bool; lines one pixel wide.
        segment: (H, W) int32; number of the segment, from 1; 0 on junctions and off the lines.
        lengths: (n + 1,) pixels of each segment; that of number 0 is 0.
    """

    lines: NDArray[np.bool_]
    segment: NDArray[np.int32]
    lengths: NDArray[np.int64]

    @property
    def n_segments(self) -> int:
        """Number of segments; they count from 1 to it."""
        return len(self.lengths) - 1

    def mean(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the mean of an image along each segment; (n + 1,), 0 for number 0."""
        on_lines = self._numbers
        sums = np.bincount(on_lines, values[self._rows, self._columns], minlength=len(self.lengths))
        sums[0] = 0.0
        return np.asarray(sums / np.maximum(self.lengths, 1))

    @cached_property
    def nearest(self) -> NDArray[np.int32]:
        """(H, W); for every pixel of the frame, which line pixel is nearest: its place in `pixels`."""
        background = (~self.lines).astype(np.uint8)
        _, labels = cv2.distanceTransformWithLabels(
            background, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        place = np.zeros(int(labels.max()) + 1, np.int32)
        place[labels[self._rows, self._columns]] = np.arange(len(self._rows), dtype=np.int32)
        return np.asarray(place[labels], np.int32)

    def spread(self, values: NDArray[ScalarT]) -> NDArray[ScalarT]:
        """Give every pixel of the frame the value that `values` (H, W) has at the nearest line pixel."""
        if not len(self._rows):
            return np.zeros_like(values)
        return np.asarray(values[self._rows, self._columns][self.nearest], values.dtype)

    @cached_property
    def pixels(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns of the line pixels."""
        rows, columns = np.nonzero(self.lines)
        return rows, columns

    @property
    def _rows(self) -> NDArray[np.int64]:
        return self.pixels[0]

    @property
    def _columns(self) -> NDArray[np.int64]:
        return self.pixels[1]

    @cached_property
    def _numbers(self) -> NDArray[np.int32]:
        return self.segment[self._rows, self._columns]

    def lines_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return (H, W): the chosen segments, (n + 1,) bool, and the junctions beside them."""
        body = chosen[self.segment] & (self.segment > 0)
        beside = cv2.dilate(body.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        return np.asarray(body | (self.lines & (self.segment == 0) & beside), bool)


def trace(mask: NDArray[np.bool_]) -> Skeleton:
    """Thin a mask (H, W) to lines and cut them where three or more arms meet."""
    lines = np.asarray(skeletonize(mask), bool)
    neighbours = cv2.filter2D(
        lines.astype(np.float32), -1, np.ones((3, 3), np.float32), borderType=cv2.BORDER_CONSTANT
    )
    body = lines & (neighbours < 3.5)
    count, segment = cv2.connectedComponents(body.astype(np.uint8), connectivity=8)
    lengths = np.bincount(segment[body], minlength=count)
    return Skeleton(lines, segment, lengths)


def group_lines(lines: NDArray[np.bool_], depth: Image) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return connected groups of lines, (H, W) numbered from 1, and the summed depth of each; (n + 1,)."""
    count, group = cv2.connectedComponents(lines.astype(np.uint8), connectivity=8)
    scores = np.bincount(group[lines], depth[lines], minlength=count)
    return group, np.asarray(scores, np.float64)
