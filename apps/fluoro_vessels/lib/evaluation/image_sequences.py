"""Runs as single images: FOLDER/frames/NAME.jpg with their masks in FOLDER/segmentedFrames/NAME_gt.jpg.

That is how the public "coronary angiogram key frames" sequences are written; PNG will do as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Mask
from lib.errors import TruthShapeError
from lib.evaluation.cases import Truth
from lib.evaluation.image_pairs import bright, grey, header_of, unit_range
from lib.frames.cine import Cine
from lib.labels import LabelTable

FRAMES: Final = "frames"
MASKS: Final = "segmentedFrames"
MASK_END: Final = "_gt"
ENDINGS: Final = (".jpg", ".jpeg", ".png")
SUBJECT: Final = re.compile(r"[A-Za-z]*\d+")
"""A subject's number, with the word before it: `patient3` of `patient3_coro_1`."""


@dataclass(frozen=True)
class ImageSequence:
    """A run whose frames are images; frames without a mask have no truth.

    Attributes:
        name: The folder, seen from the one that was asked for.
        frames: In order of time.
        masks: By frame t.
    """

    name: str
    frames: tuple[Path, ...]
    masks: Mapping[int, Path]
    is_run: ClassVar[bool] = True

    @property
    def subject(self) -> str:
        """What the folder's name begins with up to its first number, or the whole name."""
        match = SUBJECT.match(self.name.rsplit("/", 1)[-1])
        return match[0] if match else self.name

    def open(self, table: LabelTable) -> tuple[Cine, Truth]:  # noqa: ARG002  # a mask has one label
        """Read all files; see `Case.open`."""
        first = grey(self.frames[0])
        frames = np.empty((len(self.frames), *first.shape), np.float32)
        for t, path in enumerate(self.frames):
            frames[t] = unit_range(self._fitting(grey(path), first.shape))
        return Cine(header_of(frames.shape), frames), Truth(self._vessel(frames.shape), None, (*self.masks,))

    def _vessel(self, shape: tuple[int, ...]) -> Mask:
        vessel = np.zeros(shape, bool)
        for t, path in self.masks.items():
            vessel[t] = bright(self._fitting(grey(path), shape[1:]))
        return vessel

    def _fitting(self, image: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        if image.shape != shape:
            raise TruthShapeError(self.name, image.shape, shape)
        return image


def image_sequences(folder: Path, files: Iterable[Path]) -> list[ImageSequence]:
    """Return the sequences among files of a folder; one without any mask is none."""
    frames, masks = defaultdict[Path, list[Path]](list), dict[tuple[Path, str], Path]()
    for path in files:
        if path.suffix.lower() not in ENDINGS:
            continue
        if path.parent.name == FRAMES:
            frames[path.parent.parent].append(path)
        elif path.parent.name == MASKS and path.stem.endswith(MASK_END):
            masks[path.parent.parent, path.stem.removesuffix(MASK_END)] = path
    sequences = []
    for run, unsorted in sorted(frames.items()):
        ordered = tuple(sorted(unsorted))
        known = {t: masks[run, path.stem] for t, path in enumerate(ordered) if (run, path.stem) in masks}
        if known:
            sequences.append(ImageSequence(str(run.relative_to(folder)), ordered, known))
    return sequences
