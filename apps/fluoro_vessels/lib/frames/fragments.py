"""Finding the frames in encapsulated pixel data."""

from collections.abc import Sequence
from typing import Final

from pydicom.encaps import generate_fragments

from lib.frames.values import MALFORMED

CODESTREAM_STARTS: Final = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")
"""Start of a JPEG or JPEG-LS image, and of a JPEG 2000 codestream."""


class FragmentError(ValueError):
    """The encapsulated pixel data cannot be cut into frames."""


def split_frames(pixel_data: bytes, n_frames: int | None) -> list[bytes]:
    """Cut encapsulated pixel data into one bytes object per frame, in order.

    A frame may lie in several fragments. The offset tables of real files are often empty or wrong, so a
    frame begins where a codestream begins; only where none is seen (RLE) is every fragment one frame.

    Args:
        pixel_data: Value of Pixel Data, basic offset table included.
        n_frames: How many frames the header states, if it does.

    Raises:
        FragmentError: The item structure is broken.

    DICOM:
        PS3.5 A.4.
    """
    try:
        fragments = list(generate_fragments(pixel_data))[1:]
    except MALFORMED as error:
        raise FragmentError(str(error)) from error
    starts = [i for i, fragment in enumerate(fragments) if fragment.startswith(CODESTREAM_STARTS)]
    if not starts or starts[0] != 0:
        return [_joined(fragments)] if n_frames == 1 and fragments else fragments
    return [_joined(fragments[begin:end]) for begin, end in zip(starts, [*starts[1:], None], strict=True)]


def _joined(fragments: Sequence[bytes]) -> bytes:
    return fragments[0] if len(fragments) == 1 else b"".join(fragments)
