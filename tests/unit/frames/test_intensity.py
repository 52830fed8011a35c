"""One window per run, and vessels dark."""

from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset

from lib.arrays import Frames
from lib.frames.read import read_cine
from tests.builders import build_dx, build_enhanced_xa, build_xa, draw_run

WIDE = draw_run(bits_stored=12)
"""(4, 32, 48) 12-bit values from about 600 to 3900."""


def frames_of(pixels: Any = WIDE, **elements: Any) -> Frames:
    return read_cine(build_xa(pixels=pixels, bits_stored=12, **elements)).frames


def lut(entries: Any, first: int = 0, bits: int = 16) -> Dataset:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(entries) % 65536, first, bits])
    item.add_new("LUTData", "OW", np.asarray(entries, "<u2").tobytes())
    return item


def is_dark(frames: Frames) -> bool:
    """Tell whether the vessel in the last frame is darker than its surroundings."""
    return bool(frames[-1, 15:17].mean() < frames[-1, :8].mean() - 0.2)


def test_the_headers_window_is_used_if_it_shows_the_run_well() -> None:
    frames = frames_of(WindowCenter=2048, WindowWidth=4096)

    np.testing.assert_allclose(frames, np.clip((WIDE - 2047.5) / 4095 + 0.5, 0, 1), atol=1e-6)


def test_linear_exact_and_sigmoid_windows_are_known() -> None:
    exact = frames_of(WindowCenter=2000, WindowWidth=4000, VOILUTFunction="LINEAR_EXACT")
    sigmoid = frames_of(WindowCenter=2000, WindowWidth=3000, VOILUTFunction="SIGMOID")

    np.testing.assert_allclose(exact, np.clip(WIDE / 4000, 0, 1), atol=1e-6)
    np.testing.assert_allclose(sigmoid, 1 / (1 + np.exp(-4 * (WIDE - 2000.0) / 3000)), atol=1e-6)


@pytest.mark.parametrize(
    ("center", "width"), [(128, 256), (20000, 40000), (2048, 0), (2048, 1), (-500, 100), (3000, "1e-9")]
)
def test_a_window_that_hides_the_run_gives_way_to_percentiles(center: float, width: Any) -> None:
    frames = frames_of(WindowCenter=center, WindowWidth=width)

    np.testing.assert_array_equal(frames, frames_of())
    assert frames.min() == 0
    assert frames.max() == 1


def test_without_a_window_the_middle_of_all_values_is_stretched() -> None:
    frames = frames_of()

    low, high = np.percentile(WIDE, (0.5, 99.5))
    np.testing.assert_allclose(frames, np.clip((WIDE - low) / (high - low), 0, 1), atol=5e-3)


def test_equal_stored_values_are_equal_in_every_frame() -> None:
    pixels = np.random.default_rng(7).integers(100, 4000, (12, 32, 48)).astype(np.uint16)
    pixels[:, 0, 0] = 1234

    frames = frames_of(pixels)

    assert len(np.unique(frames[:, 0, 0])) == 1


def test_windows_that_differ_between_frames_are_not_used() -> None:
    flicker = build_enhanced_xa()
    for t, groups in enumerate(flicker.PerFrameFunctionalGroupsSequence):
        window = Dataset()
        window.WindowCenter, window.WindowWidth = 100 + 20 * t, 200
        groups.FrameVOILUTSequence = [window]
    plain = build_enhanced_xa()
    del plain.SharedFunctionalGroupsSequence[0].FrameVOILUTSequence

    np.testing.assert_array_equal(read_cine(flicker).frames, read_cine(plain).frames)


def test_rescale_comes_before_the_window() -> None:
    frames = frames_of(RescaleSlope=2, RescaleIntercept=-1000, WindowCenter=3096, WindowWidth=8192)

    np.testing.assert_allclose(frames, np.clip((WIDE * 2.0 - 1000 - 3095.5) / 8191 + 0.5, 0, 1), atol=1e-6)


def test_a_modality_lut_comes_before_the_rescale() -> None:
    curve = np.rint(65535 * np.sqrt(np.arange(4096) / 4095)).astype(int)
    sequence = [lut(curve)]

    frames = frames_of(ModalityLUTSequence=sequence, RescaleSlope=7, WindowCenter=32768, WindowWidth=65536)

    np.testing.assert_allclose(frames, np.sqrt(WIDE / 4095), atol=1e-3)


def test_a_lut_keeps_its_ends_beyond_its_entries() -> None:
    sequence = [lut(np.linspace(0, 65535, 1000), first=1500)]

    frames = frames_of(ModalityLUTSequence=sequence, WindowCenter=32768, WindowWidth=65536)

    assert frames[WIDE < 1500].max() == 0
    assert frames[WIDE > 2500].min() == 1


def test_a_malformed_lut_is_reported_and_left_out() -> None:
    broken = lut(range(4096))
    broken.LUTDescriptor = [4000, 0, 99]

    cine = read_cine(build_xa(pixels=WIDE, bits_stored=12, ModalityLUTSequence=[broken]))

    np.testing.assert_array_equal(cine.frames, frames_of())
    assert "LUTData (0028,3006)" in cine.header.problems[0]


def test_a_lut_with_fewer_entries_than_it_states_is_left_out() -> None:
    short = lut(range(4096))
    short.LUTDescriptor = [5000, 0, 12]

    cine = read_cine(build_xa(pixels=WIDE, bits_stored=12, ModalityLUTSequence=[short]))

    assert "does not hold 5000 entries" in cine.header.problems[0]


def test_a_lut_of_65536_entries_states_zero() -> None:
    frames = frames_of(
        ModalityLUTSequence=[lut(np.arange(65536) * 16 % 65536)], WindowCenter=32768, WindowWidth=65536
    )

    np.testing.assert_allclose(frames, WIDE * 16 / 65535, atol=1e-3)


def test_a_lut_of_signed_values_may_begin_below_zero() -> None:
    signed = (WIDE.astype(np.int32) - 2048).astype(np.int16)
    sequence = [lut(np.arange(4096), first=65536 - 2048, bits=12)]

    frames = frames_of(signed, ModalityLUTSequence=sequence, WindowCenter=2048, WindowWidth=4096)

    np.testing.assert_allclose(frames, WIDE / 4095, atol=1e-3)


def test_a_rescale_to_nothing_is_reported() -> None:
    cine = read_cine(build_xa(pixels=WIDE, bits_stored=12, RescaleSlope=0, RescaleIntercept=5))

    np.testing.assert_array_equal(cine.frames, frames_of())
    assert "RescaleSlope (0028,1053) is 0" in cine.header.problems[0]


def test_entries_of_8_bits_may_be_packed() -> None:
    packed = lut(range(4096), bits=8)
    packed.LUTData = (np.arange(4096) // 16).astype(np.uint8).tobytes()

    frames = frames_of(ModalityLUTSequence=[packed], WindowCenter=128, WindowWidth=256)

    np.testing.assert_allclose(frames, WIDE / 4095, atol=5e-3)


def test_a_voi_lut_is_used_where_no_window_serves() -> None:
    curve = np.rint(255 * (np.arange(4096) / 4095) ** 0.5).astype(int)

    frames = frames_of(VOILUTSequence=[lut(curve, bits=8)])

    np.testing.assert_allclose(frames, np.sqrt(WIDE / 4095), atol=3e-3)


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"PresentationLUTShape": "INVERSE"},
        {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"},
        {"PixelIntensityRelationshipSign": -1},
        {"PixelIntensityRelationshipSign": -1, "PhotometricInterpretation": "MONOCHROME1"},
        {"RescaleSlope": -1, "RescaleIntercept": 4095},
    ],
    ids=str,
)
def test_vessels_come_out_dark_however_they_are_stored(elements: dict[str, Any]) -> None:
    stored = 4095 - WIDE if elements else WIDE

    frames = frames_of(stored, **elements)

    assert is_dark(frames)
    np.testing.assert_allclose(frames, frames_of(), atol=1e-3)


def test_the_sign_is_believed_against_the_photometric_interpretation() -> None:
    frames = frames_of(PhotometricInterpretation="MONOCHROME1", PixelIntensityRelationshipSign=1)

    assert is_dark(frames)


def test_enhanced_objects_keep_the_sign_in_a_functional_group() -> None:
    turned = build_enhanced_xa(pixels=255 - draw_run())
    turned.SharedFunctionalGroupsSequence[0].FramePixelDataPropertiesSequence[
        0
    ].PixelIntensityRelationshipSign = -1

    np.testing.assert_allclose(read_cine(turned).frames, read_cine(build_enhanced_xa()).frames, atol=0.01)


def test_a_falling_modality_lut_does_not_turn_a_run_whose_sign_is_known() -> None:
    falling = [lut(np.linspace(65535, 0, 4096))]

    assert is_dark(frames_of(ModalityLUTSequence=falling, PixelIntensityRelationshipSign=1))


def test_bones_of_a_dx_image_are_dark_too() -> None:
    assert is_dark(read_cine(build_dx()).frames)


def test_log_pixels_with_their_lut_come_out_in_order() -> None:
    log = np.rint(4095 * np.log1p(WIDE / 100) / np.log1p(40.95)).astype(np.uint16)
    linear = [lut(np.rint(100 * np.expm1(np.arange(4096) / 4095 * np.log1p(40.95))).astype(int), bits=12)]

    frames = frames_of(log, PixelIntensityRelationship="LOG", ModalityLUTSequence=linear)

    np.testing.assert_allclose(frames, frames_of(), atol=5e-3)


def test_high_bits_are_shifted_down() -> None:
    frames = frames_of((WIDE << 4).astype(np.uint16), HighBit=15)

    np.testing.assert_array_equal(frames, frames_of())


def test_an_old_overlay_in_the_high_bits_is_cut_off() -> None:
    overlaid = WIDE.copy()
    overlaid[:, ::2] |= 0x8000
    dataset = build_xa(pixels=overlaid, bits_stored=12)
    dataset.add_new(0x60000102, "US", 15)

    np.testing.assert_array_equal(read_cine(dataset).frames, frames_of())


def test_a_file_that_understates_its_bits_keeps_its_bright_pixels() -> None:
    frames = frames_of(BitsStored=10, HighBit=9)

    np.testing.assert_array_equal(frames, frames_of())


def bordered(level: int) -> FileDataset:
    pixels = draw_run(4, 64, 64, 12)
    pixels = (1500 + pixels // 8).astype(np.uint16)
    pixels[:, :12], pixels[:, :, :12] = level, level
    return build_xa(pixels=pixels, bits_stored=12)


@pytest.mark.parametrize("level", [0, 4095])
def test_a_constant_border_does_not_take_the_contrast(level: int) -> None:
    frames = read_cine(bordered(level)).frames

    inside = frames[:, 12:, 12:]
    assert inside.min() == 0
    assert inside.max() == 1


def test_a_padding_value_does_not_take_the_contrast() -> None:
    pixels = (1500 + WIDE // 8).astype(np.uint16)
    pixels[:, 10:14, 10:40] = 0

    padded, plain = frames_of(pixels, PixelPaddingValue=0), frames_of(pixels)

    assert padded[:, 20:].std() > 2 * plain[:, 20:].std()


@pytest.mark.parametrize("level", [0, 77, 4095])
def test_an_empty_picture_does_not_divide_by_zero(level: int) -> None:
    frames = frames_of(np.full((2, 8, 8), level, np.uint16))

    assert np.isfinite(frames).all()
    assert (frames.min(), frames.max()) >= (0, 0)


def test_frames_are_float32_between_zero_and_one() -> None:
    frames = frames_of()

    assert frames.dtype == np.float32
    assert frames.flags.c_contiguous
    assert (frames.min(), frames.max()) == (0, 1)
