import numpy as np
import pytest
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from lib.errors import BrokenFramesError
from lib.privacy.comments import without_comments
from tests.builders import build_xa, encode
from tests.privacy_objects import clean

COMMENT = b"Roe^Jane 4711"


def commented(run: FileDataset, marker: int) -> FileDataset:
    """Return the run with a comment behind the first marker, or for JPEG 2000 the size, of each frame."""
    segment = bytes((0xFF, marker)) + (len(COMMENT) + 2).to_bytes(2, "big") + COMMENT
    frames = []
    for frame in generate_frames(run.PixelData, number_of_frames=run.NumberOfFrames):
        at = 2 if frame[1] == 0xD8 else 4 + int.from_bytes(frame[4:6], "big")
        frames.append(frame[:at] + segment + frame[at:])
    run.PixelData = encapsulate(frames)
    return run


@pytest.mark.parametrize(
    ("syntax", "marker"),
    [(JPEGBaseline8Bit, 0xFE), (JPEGBaseline8Bit, 0xE1), (JPEGLSLossless, 0xFE), (JPEG2000Lossless, 0x64)],
)
def test_comments_go_and_the_picture_stays(syntax: str, marker: int) -> None:
    run = encode(build_xa(n_frames=2), syntax)
    before = run.pixel_array.copy()
    commented(run, marker)
    assert COMMENT in run.PixelData

    report = clean(run)

    assert COMMENT not in run.PixelData
    assert np.array_equal(run.pixel_array, before)
    assert ("(7fe0,0010)", "C") in {(change.where, change.action) for change in report.changes}


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, RLELossless])
def test_pictures_without_comments_stay_byte_for_byte(syntax: str) -> None:
    run = encode(build_xa(n_frames=2), syntax)
    before = run.PixelData

    clean(run)

    assert run.PixelData == before


def test_pictures_that_cannot_be_told_apart_are_refused() -> None:
    run = encode(build_xa(n_frames=2), JPEGBaseline8Bit)
    run.PixelData = b"no items at all"

    with pytest.raises(BrokenFramesError):
        clean(run)


@pytest.mark.parametrize(
    "frame", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xfe\xff\xffRoe", b"no picture"]
)
def test_a_broken_picture_does_no_harm(frame: bytes) -> None:
    assert len(without_comments(frame)) <= len(frame)
