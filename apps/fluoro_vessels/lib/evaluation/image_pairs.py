"""Single images with masks: NAME_image.png beside NAME_mask.png."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame
from lib.errors import ImageUnreadableError
from lib.evaluation.cases import Truth, require_same_shape
from lib.frames.carm import CArm
from lib.frames.cine import Cine, RunHeader
from lib.frames.timing import Timing
from lib.labels import LabelTable

IMAGE: Final = "_image.png"
MASK: Final = "_mask.png"
SUBJECT: Final = re.compile(r"[A-Z]?\d+")
"""A subject's number at the beginning of a name, with or without a letter."""


@dataclass(frozen=True)
class ImagePair:
    """One image and its mask; a mask pixel counts where it is brighter than half of the brightest."""

    name: str
    image: Path
    mask: Path
    is_run: ClassVar[bool] = False

    @property
    def subject(self) -> str:
        """The number that the file's name begins with, or the whole name."""
        match = SUBJECT.match(self.image.name)
        return match[0] if match else self.name

    def open(self, table: LabelTable) -> tuple[Cine, Truth]:  # noqa: ARG002  # a PNG has one label
        """Read both files; see `Case.open`."""
        image, mask = grey(self.image), grey(self.mask)
        cine = Cine(header_of((1, *image.shape)), unit_range(image)[np.newaxis])
        vessel = bright(mask)[np.newaxis]
        require_same_shape(self.name, cine, vessel)
        return cine, Truth(vessel, None, (0,))


def image_pairs(folder: Path, files: Iterable[Path]) -> list[ImagePair]:
    """Return the pairs among files of a folder; an image without a mask is none."""
    known = set(files)
    images = sorted(path for path in known if path.name.endswith(IMAGE))
    pairs = [(path, path.with_name(path.name.removesuffix(IMAGE) + MASK)) for path in images]
    return [
        ImagePair(str(image.relative_to(folder)).removesuffix(IMAGE), image, mask)
        for image, mask in pairs
        if mask in known
    ]


def grey(path: Path) -> NDArray[Any]:
    """Return an image file as (H, W), 8 or 16 bits.

    Raises:
        ImageUnreadableError: It is no image.
    """
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_ANYDEPTH)
    if image is None:
        raise ImageUnreadableError(path.name)
    return np.asarray(image)


def unit_range(image: NDArray[Any]) -> Frame:
    """Return stored values, (H, W), in [0, 1]; 16 bits may hold 10 or 12 only, as the brightest tells."""
    top = 255 if image.dtype == np.uint8 else (1 << max(int(image.max()).bit_length(), 8)) - 1
    return (image / np.float32(top)).astype(np.float32)


def bright(mask: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where a mask's image is brighter than half of its brightest; nowhere in a black one."""
    return np.asarray(mask > mask.max() / 2)


def header_of(shape: tuple[int, ...]) -> RunHeader:
    """Return the header of images, (T, H, W), about which nothing but their size is known."""
    n_frames, rows, columns = shape
    timing = Timing(frame_times_ms=(0.0,) * n_frames, source="", frames_per_second=None)
    return RunHeader("", "", "", "", "XA", n_frames, rows, columns, None, timing, CArm(), ())
