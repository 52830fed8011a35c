"""Stored values come out as they went in, whatever the encoding."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate, generate_frames, itemize_fragment
from pydicom.uid import (
    JPEG2000,
    ExplicitVRBigEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from lib.errors import NoPixelsError, PixelDataError
from lib.frames.codecs import DECODERS
from lib.frames.layout import read_layout
from lib.frames.read import read_cine, read_header
from lib.frames.stored import read_codes
from lib.frames.values import Values
from tests.builders import build_rf, build_secondary_capture, build_xa, draw_run, encode, to_bytes

LOSSLESS = (RLELossless, JPEGLossless, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless)


def codes_of(dataset: FileDataset) -> NDArray[Any]:
    values = Values(dcmread(BytesIO(to_bytes(dataset))))
    return read_codes(values, read_layout(values, "1.2.3"), "1.2.3")


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("syntax", [None, *LOSSLESS])
def test_lossless_encodings_keep_every_bit(syntax: str | None, bits: int) -> None:
    dataset = build_xa(n_frames=3, bits_stored=bits)

    codes = codes_of(dataset if syntax is None else encode(dataset, syntax))

    np.testing.assert_array_equal(codes, draw_run(3, bits_stored=bits))


@pytest.mark.parametrize("syntax", [None, *LOSSLESS])
@pytest.mark.parametrize(("dtype", "bits"), [(np.int8, 8), (np.int16, 12), (np.int16, 16)])
def test_signed_values_keep_their_order(syntax: str | None, dtype: type, bits: int) -> None:
    signed = (draw_run(2, bits_stored=bits).astype(np.int32) - (1 << (bits - 1))).astype(dtype)
    dataset = build_xa(pixels=signed, bits_stored=bits)

    frames = read_cine(dataset if syntax is None else encode(dataset, syntax)).frames

    expected = read_cine(build_xa(pixels=draw_run(2, bits_stored=bits), bits_stored=bits)).frames
    np.testing.assert_allclose(frames, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("syntax", "bits", "tolerance"),
    [
        (JPEGBaseline8Bit, 8, 6),
        (JPEGExtended12Bit, 8, 10),
        (JPEGExtended12Bit, 12, 12),
        (JPEGLSNearLossless, 12, 2),
        (JPEG2000, 12, 3),
    ],
)
def test_lossy_encodings_come_close(syntax: str, bits: int, tolerance: int) -> None:
    codes = codes_of(encode(build_xa(bits_stored=bits), syntax))

    assert np.abs(codes.astype(int) - draw_run(bits_stored=bits)).max() <= tolerance


def test_a_frame_may_lie_in_several_fragments() -> None:
    dataset = encode(build_xa(n_frames=3), JPEGBaseline8Bit)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=3))
    whole = codes_of(dataset)

    dataset.PixelData = encapsulate(frames, fragments_per_frame=3, has_bot=False)

    np.testing.assert_array_equal(codes_of(dataset), whole)


def test_the_only_frame_may_lie_in_several_fragments_without_any_mark() -> None:
    dataset = encode(build_rf(NumberOfFrames=1), RLELossless)
    encoded = next(generate_frames(dataset.PixelData, number_of_frames=1))

    dataset.PixelData = encapsulate([encoded], fragments_per_frame=2, has_bot=False)

    np.testing.assert_array_equal(codes_of(dataset), draw_run(1))


def test_a_wrong_offset_table_does_no_harm() -> None:
    dataset = encode(build_xa(n_frames=2), JPEGBaseline8Bit)
    whole = codes_of(dataset)
    table = dataset.PixelData[8:16]

    dataset.PixelData = dataset.PixelData.replace(table, b"\x07\0\0\0\x03\0\0\0", 1)

    np.testing.assert_array_equal(codes_of(dataset), whole)


@pytest.mark.parametrize("allocated", [8, 16])
def test_big_endian_files_are_read(allocated: int) -> None:
    stored = draw_run(2, bits_stored=8 if allocated == 8 else 12)
    dataset = build_xa(pixels=stored)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dataset["PixelData"].VR = "OW"
    dataset.PixelData = stored.tobytes() if allocated == 8 else stored.astype(">u2").tobytes()
    if allocated == 8:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").byteswap().tobytes()

    values = Values(dataset)

    np.testing.assert_array_equal(read_codes(values, read_layout(values, "1.2.3"), "1.2.3"), stored)


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_a_grey_picture_saved_as_colour_comes_back(syntax: str | None) -> None:
    dataset = build_secondary_capture(is_color=True)

    codes = codes_of(dataset if syntax is None else encode(dataset, syntax))

    np.testing.assert_array_equal(codes, draw_run(1))


def test_a_colour_jpeg_comes_back_as_its_luminance() -> None:
    codes = codes_of(encode(build_secondary_capture(is_color=True), JPEGBaseline8Bit))

    assert np.abs(codes.astype(int) - draw_run(1)).max() <= 6


def test_colours_weigh_as_bt_601_says() -> None:
    colours = np.zeros((2, 2, 3), np.uint8)
    colours[0, 0, 0] = colours[0, 1, 1] = colours[1, 0, 2] = 200

    codes = codes_of(build_secondary_capture(pixels=colours, is_color=True))

    assert codes.tolist() == [[[60, 117], [23, 0]]]


def test_the_luminance_of_a_ybr_image_is_its_first_sample() -> None:
    colours = np.random.default_rng(2).integers(0, 256, (4, 4, 3)).astype(np.uint8)

    codes = codes_of(
        build_secondary_capture(pixels=colours, is_color=True, PhotometricInterpretation="YBR_FULL")
    )

    np.testing.assert_array_equal(codes[0], colours[..., 0])


def test_colour_planes_and_shared_colours_are_read() -> None:
    grey = draw_run(1)[0]
    planes, shared = (build_secondary_capture(is_color=True) for _ in range(2))

    planes.PlanarConfiguration = 1
    planes.PixelData = np.stack([grey] * 3).tobytes()
    shared.PhotometricInterpretation = "YBR_FULL_422"
    pairs = np.full((grey.size // 2, 4), 128, np.uint8)
    pairs[:, :2] = grey.reshape(-1, 2)
    shared.PixelData = pairs.tobytes()

    np.testing.assert_array_equal(codes_of(planes)[0], grey)
    np.testing.assert_array_equal(codes_of(shared)[0], grey)


@pytest.mark.parametrize("syntax", [None, JPEGBaseline8Bit, JPEGLosslessSV1, RLELossless])
def test_fewer_frames_than_stated_are_an_error(syntax: str | None) -> None:
    dataset = build_xa(n_frames=3)
    if syntax is not None:
        dataset = encode(dataset, syntax)

    dataset.NumberOfFrames = 5

    with pytest.raises(PixelDataError, match=r"3 of 5 frames|5 frame\(s\)"):
        read_cine(dataset)


@pytest.mark.parametrize("syntax", [None, JPEGBaseline8Bit, RLELossless])
def test_more_frames_than_stated_are_a_problem(syntax: str | None) -> None:
    dataset = build_xa(n_frames=3)
    if syntax is not None:
        dataset = encode(dataset, syntax)

    dataset.NumberOfFrames = 2
    cine = read_cine(dataset)

    assert len(cine.frames) == cine.header.n_frames == 2
    assert "hold 3 frames, NumberOfFrames (0028,0008) says 2" in cine.header.problems[-1]


@pytest.mark.parametrize("syntax", [None, JPEGBaseline8Bit])
def test_without_a_number_of_frames_all_that_is_there_is_read(syntax: str | None) -> None:
    dataset = build_xa(n_frames=3, NumberOfFrames=None)
    if syntax is not None:
        dataset.NumberOfFrames = 3
        dataset = encode(dataset, syntax)
        del dataset.NumberOfFrames

    cine = read_cine(dataset)

    assert len(cine.frames) == len(cine.header.timing.frame_times_ms) == 3
    assert cine.header.problems == ("NumberOfFrames (0028,0008) is missing; the pixel data hold 3 frames.",)
    assert read_header(to_bytes(dataset)).n_frames == 3


def test_an_absurd_number_of_frames_costs_no_memory() -> None:
    header = read_header(build_xa(NumberOfFrames=2_000_000_000))

    assert header.n_frames == 4


@pytest.mark.parametrize("builder", [build_xa, build_rf])
def test_an_instance_without_pixels_says_so(builder: Any) -> None:
    dataset = builder()
    del dataset.PixelData

    assert read_header(dataset).rows == 32
    with pytest.raises(NoPixelsError, match=dataset.SOPInstanceUID):
        read_cine(dataset)


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEGExtended12Bit, *LOSSLESS])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_frame_that_was_cut_off_is_named(syntax: str, share: float) -> None:
    dataset = encode(build_xa(n_frames=3), syntax)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=3))
    dataset.PixelData = b"".join(
        (
            itemize_fragment(b""),
            *(itemize_fragment(frame) for frame in (frames[0], cut(frames[1], share), frames[2])),
        )
    )

    with pytest.raises(PixelDataError, match=f"{dataset.SOPInstanceUID}.*frame 2: ") as caught:
        read_cine(dataset)

    assert "0x" not in str(caught.value), "addresses in memory help nobody"


def cut(frame: bytes, share: float) -> bytes:
    """Return the first part of a frame, of even length."""
    return frame[: int(len(frame) * share) // 2 * 2]


def test_frames_of_another_size_than_stated_are_refused() -> None:
    dataset = encode(build_xa(), JPEGBaseline8Bit)
    dataset.Rows = 64

    with pytest.raises(PixelDataError, match="the header says 64 x 48"):
        read_cine(dataset)


@pytest.mark.parametrize("syntax", [JPEGExtended12Bit, JPEGLosslessSV1])
@pytest.mark.parametrize("position", [-1, -2])
def test_each_fallback_decodes_alone(syntax: str, position: int) -> None:
    """Pillow knows no 12 bits, and pydicom's plugins fail on the Extended process of some encoders."""
    dataset = encode(build_xa(n_frames=1, bits_stored=12), syntax)
    encoded = next(generate_frames(dataset.PixelData, number_of_frames=1))

    pixels = DECODERS[syntax][position](encoded, read_layout(Values(dataset), "1.2.3"))

    assert np.abs(pixels.astype(int) - draw_run(1, bits_stored=12)[0]).max() <= 12
