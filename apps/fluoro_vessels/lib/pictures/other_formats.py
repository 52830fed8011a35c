"""The same picture or movie for programs that open neither PNG nor MP4: JPEG, and Motion JPEG in AVI."""

import io
from fractions import Fraction
from typing import Final

import av
import cv2
import numpy as np

JPEG_QUALITY: Final = 92
AVI_CODEC: Final = "mjpeg"
AVI_QUALITY: Final = {"q:v": "3"}
"""Quantiser scale 3 of 2 to 31: every frame is a JPEG of its own, which players without codecs show too."""


def jpeg_of(png: bytes) -> bytes:
    """Return a PNG as JPEG."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(data)


def avi_of(mp4: bytes) -> bytes:
    """Return a movie in MP4 as one in AVI: as many pictures, as fast."""
    target = io.BytesIO()
    with av.open(io.BytesIO(mp4), "r") as source, av.open(target, "w", format="avi") as file:
        shown = source.streams.video[0]
        stream = file.add_stream(AVI_CODEC, rate=shown.average_rate or Fraction(15), options=AVI_QUALITY)
        stream.height, stream.width, stream.pix_fmt = shown.height, shown.width, "yuvj420p"
        for number, frame in enumerate(source.decode(shown)):
            picture = frame.reformat(format="yuvj420p")
            picture.pts, picture.time_base = number, 1 / (shown.average_rate or Fraction(15))
            file.mux(stream.encode(picture))
        file.mux(stream.encode())
    return target.getvalue()
