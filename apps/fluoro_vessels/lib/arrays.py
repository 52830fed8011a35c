"""Names for the arrays that cross a room's border; a name carries its axes and range.

Inside the house the order is always t, y, x. MONAI Label's clients want x, y, t; the two
functions below are the only place where axes are turned.
"""

from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Frame: TypeAlias = NDArray[np.float32]
"""(H, W), float32 in [0, 1]; vessels filled with contrast are dark."""

Frames: TypeAlias = NDArray[np.float32]
"""(T, H, W), float32 in [0, 1]; vessels are dark. T frames in time order."""


class FrameSource(Protocol):
    """Frames of a run, (T, H, W) as `Frames`, that may be made float32 only when they are asked for."""

    @property
    def shape(self) -> tuple[int, ...]:
        """T, H and W."""
        ...

    def __len__(self) -> int:
        """Return T."""
        ...

    def __getitem__(self, key: Any, /) -> Any:
        """Return frames or one frame, as indexing an array along T does."""
        ...


Mask: TypeAlias = NDArray[np.bool_]
"""(T, H, W), bool; one segment through a run."""

LabelMap: TypeAlias = NDArray[np.uint8]
"""(T, H, W), uint8; 0 is background, other values are indices of the label table."""

Picture: TypeAlias = NDArray[np.uint8]
"""(H, W, 3), uint8 RGB; for people, never for measuring."""

ScalarT = TypeVar("ScalarT", bound=np.generic)


def to_volume(frames: NDArray[ScalarT]) -> NDArray[ScalarT]:
    """Turn (T, H, W) into the (X, Y, F) of NIfTI and of MONAI Label's clients (a view)."""
    return frames.transpose(2, 1, 0)


def from_volume(volume: NDArray[ScalarT]) -> NDArray[ScalarT]:
    """Turn (X, Y, F) into (T, H, W) (a view)."""
    return volume.transpose(2, 1, 0)


def shape_text(array: NDArray[Any]) -> str:
    """Return a shape as people read it: 96 x 512 x 512."""
    return " x ".join(str(n) for n in array.shape)
