"""Movies that every browser plays: H.264 in MP4, even sides, its index in front of the pictures."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np

from lib.arrays import Picture

CODEC: Final = "libx264"
QUALITY: Final = {"crf": "18", "preset": "veryfast"}
"""Constant rate factor 18 is hard to tell from the original."""

USUAL_RATE: Final = 15.0
"""Frames per second of a run that does not say how fast it was taken."""

RATE_LIMITS: Final = (0.1, 240.0)


def write_mp4(path: Path, pictures: Iterable[Picture], frames_per_second: float | None) -> None:
    """Write pictures as a movie.

    Args:
        path: The file to write; an existing one is replaced.
        pictures: (H, W, 3) RGB each, all of one size; odd sides get one more row or column.
        frames_per_second: The run's own rate; None for one that is not known.

    Raises:
        ValueError: There is no picture.
    """
    rate = min(max(frames_per_second or USUAL_RATE, RATE_LIMITS[0]), RATE_LIMITS[1])
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as file:
        stream = None
        for picture in pictures:
            even = _even(picture)
            if stream is None:
                stream = file.add_stream(CODEC, rate=Fraction(rate).limit_denominator(1000), options=QUALITY)
                stream.height, stream.width, stream.pix_fmt = even.shape[0], even.shape[1], "yuv420p"
            file.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        if stream is None:
            raise ValueError("A movie needs at least one picture.")
        file.mux(stream.encode())


def _even(picture: Picture) -> Picture:
    """Return the picture with even sides, which yuv420p needs, by repeating the last row and column."""
    height, width = picture.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return picture
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
