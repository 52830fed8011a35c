from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.pixels.utils import pixel_array
from pydicom.uid import (
    JPEG2000,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from lib.frames.layout import read_layout
from lib.frames.stored import read_codes
from lib.frames.values import Values
from lib.privacy.pixels import recoding
from lib.privacy.pixels.recoding import blank
from lib.privacy.pixels.report import Region
from tests.builders import build_secondary_capture, build_xa, encode, to_bytes

REGION = Region(3, 5, 13, 21)


def blanked(dataset: FileDataset) -> tuple[Region, ...]:
    layout = read_layout(Values(dataset), "1.2")
    return blank(dataset, layout, read_codes(Values(dataset), layout, "1.2"), (REGION,))


def codes_of(dataset: FileDataset) -> np.ndarray:
    return read_codes(Values(dataset), read_layout(Values(dataset), "1.2"), "1.2")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ExplicitVRLittleEndian, ExplicitVRLittleEndian),
        (RLELossless, RLELossless),
        (JPEGLossless, JPEGLSLossless),
        (JPEGLosslessSV1, JPEGLSLossless),
        (JPEGLSLossless, JPEGLSLossless),
        (JPEGLSNearLossless, JPEGLSLossless),
        (JPEG2000Lossless, JPEG2000Lossless),
        (JPEG2000, JPEG2000Lossless),
    ],
)
@pytest.mark.parametrize("bits", [8, 12])
def test_all_other_pixels_stay_as_they_were(before: str, after: str, bits: int) -> None:
    run = build_xa(bits_stored=bits)
    run = run if before == ExplicitVRLittleEndian else encode(run, before)
    wanted = codes_of(run).copy()
    wanted[:, REGION.rows, REGION.columns] = 0

    regions = blanked(run)

    read = dcmread(BytesIO(to_bytes(run)))
    assert read.file_meta.TransferSyntaxUID == after
    assert regions == (REGION,)
    assert (codes_of(read) == wanted).all()


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEGExtended12Bit])
def test_lossy_jpeg_is_stored_without_loss_and_its_whole_blocks_are_blanked(syntax: str) -> None:
    run = encode(build_xa(bits_stored=8 if syntax == JPEGBaseline8Bit else 12), syntax)
    del run.LossyImageCompression
    wanted = codes_of(run).copy()
    wanted[:, 0:16, 0:24] = 0

    regions = blanked(run)

    assert regions == (Region(0, 0, 16, 24),)
    assert run.file_meta.TransferSyntaxUID == JPEGLSLossless
    assert run.LossyImageCompression == "01"
    assert (codes_of(run) == wanted).all()


def test_signed_values_keep_their_signs() -> None:
    values = np.linspace(-2000, 2000, 4 * 32 * 48).astype(np.int16).reshape(4, 32, 48)
    run = encode(build_xa(pixels=values, bits_stored=12), JPEG2000Lossless)

    blanked(run)

    values[:, REGION.rows, REGION.columns] = -2048
    assert run.file_meta.TransferSyntaxUID == JPEG2000Lossless
    assert (run.pixel_array == values).all()


def test_what_an_encoder_refuses_is_stored_uncompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("values outside Bits Stored")

    run = encode(build_xa(bits_stored=12), RLELossless)
    wanted = codes_of(run).copy()
    wanted[:, REGION.rows, REGION.columns] = 0
    monkeypatch.setattr(recoding, "get_encoder", refuse)

    blanked(run)

    assert run.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert (codes_of(run) == wanted).all()


@pytest.mark.parametrize("is_planar", [False, True])
def test_uncompressed_color_is_blanked_in_place(is_planar: bool) -> None:
    pixels = np.random.default_rng(2).integers(9, 255, (32, 48, 3), np.uint8)
    capture = build_secondary_capture(pixels=pixels, is_color=True)
    if is_planar:
        capture.PixelData, capture.PlanarConfiguration = np.moveaxis(pixels, -1, 0).tobytes(), 1

    blanked(capture)

    pixels[REGION.rows, REGION.columns] = 0
    assert (capture.pixel_array == pixels).all()


def test_shared_color_is_blanked_by_whole_pairs() -> None:
    capture = build_secondary_capture(is_color=True)
    capture.PixelData = np.full((32, 24, 4), (90, 91, 50, 60), np.uint8).tobytes()
    capture.PhotometricInterpretation = "YBR_FULL_422"

    regions = blanked(capture)

    pairs = np.frombuffer(capture.PixelData, np.uint8).reshape(32, 24, 4)
    assert regions == (Region(2, 4, 14, 22),)
    assert (pairs[2:14, 2:11] == (0, 0, 128, 128)).all()
    assert (pairs[:, 11:] == (90, 91, 50, 60)).all()


def test_compressed_color_becomes_rgb_without_loss() -> None:
    pixels = np.random.default_rng(2).integers(9, 255, (32, 48, 3), np.uint8)
    capture = encode(build_secondary_capture(pixels=pixels, is_color=True), RLELossless)

    blanked(capture)

    pixels[REGION.rows, REGION.columns] = 0
    assert capture.file_meta.TransferSyntaxUID == RLELossless
    assert capture.PlanarConfiguration == 1
    assert (pixel_array(capture) == pixels).all()


def test_big_endian_values_are_changed_in_place() -> None:
    run = build_xa(bits_stored=12, PhotometricInterpretation="MONOCHROME1")
    wanted = run.pixel_array.copy()
    wanted[:, REGION.rows, REGION.columns] = 4095
    run.PixelData = np.frombuffer(run.PixelData, "<u2").byteswap().tobytes()
    run.file_meta.TransferSyntaxUID = ExplicitVRBigEndian

    blanked(run)

    assert (np.frombuffer(run.PixelData, ">u2").reshape(wanted.shape) == wanted).all()


def test_frames_that_nobody_counted_are_cut_off() -> None:
    run = build_xa(n_frames=4)
    run.NumberOfFrames = 3

    blanked(run)

    assert len(run.PixelData) == 3 * 32 * 48
