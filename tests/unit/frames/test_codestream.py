"""What a compressed frame says of its own size."""

import io

import numpy as np
import pytest
from PIL import Image
from pydicom.encaps import generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, RLELossless

from lib.errors import PixelDataError
from lib.frames.codestream import stated_size
from lib.frames.read import read_cine
from tests.builders import build_xa, encode


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEG2000Lossless])
def test_the_size_of_a_frame_stands_in_its_stream(syntax: str) -> None:
    run = encode(build_xa(n_frames=1, rows=40, columns=56), syntax)

    assert stated_size(next(generate_frames(run.PixelData, number_of_frames=1))) == (40, 56)


def test_a_jp2_file_and_a_progressive_jpeg_say_it_too() -> None:
    sizes = []
    for kind, options in (("JPEG2000", {}), ("JPEG", {"progressive": True, "comment": b"\xff\xc0" * 9})):
        buffer = io.BytesIO()
        Image.fromarray(np.zeros((21, 34), np.uint8)).save(buffer, kind, **options)
        sizes.append(stated_size(buffer.getvalue()))

    assert sizes == [(21, 34), (21, 34)]


@pytest.mark.parametrize(
    "encoded", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\2", b"\xff\x4f\xff\x51\0", b"x" * 99]
)
def test_what_is_no_whole_stream_says_nothing(encoded: bytes) -> None:
    assert stated_size(encoded) is None


def test_tables_before_the_frame_are_passed_over() -> None:
    table = b"\xff\xc4\0\x0a\1\2\3\4\5\6\7\x08"
    frame = b"\xff\xc1\0\x0b\x0c\0\x20\0\x30\1\1\x11\0"

    assert stated_size(b"\xff\xd8" + table + b"\xff" + frame) == (32, 48)


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEG2000Lossless])
def test_a_frame_that_would_be_larger_than_the_header_says_is_not_decoded(
    syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = encode(build_xa(n_frames=1, rows=40, columns=56), syntax)
    run.Rows, run.Columns = 4, 4
    monkeypatch.setattr("lib.frames.codecs.DECODERS", {syntax: (never,)})

    with pytest.raises(PixelDataError, match="the header says 4 x 4"):
        read_cine(run)


def test_run_lengths_that_unpack_to_more_than_a_frame_are_not_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = encode(build_xa(n_frames=1, rows=40, columns=56), RLELossless)
    run.Rows, run.Columns = 2, 2
    monkeypatch.setattr("lib.frames.codecs.DECODERS", {RLELossless: (never,)})

    with pytest.raises(PixelDataError, match="longer than any frame"):
        read_cine(run)


def never(*_: object) -> None:
    """A decoder that must not be asked."""
    raise AssertionError
