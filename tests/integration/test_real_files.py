"""The real files of ../shared/data through the front door."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread

from lib.arrays import Frames
from lib.frames.cine import Cine
from lib.frames.fullest import fullest_frame
from lib.frames.layout import read_layout
from lib.frames.read import read_cine, read_header
from lib.frames.stored import read_codes
from lib.frames.values import Values

BASELINE = "xa_cine_96f_jpeg_baseline.dcm"
LOSSLESS = "xa_cine_12f_jpeg_lossless_malformed.dcm"
RF = "rf_single_464x512.dcm"
J2K, JPLL = "xa_secondary_capture_1024_10bit_j2k.dcm", "xa_secondary_capture_1024_10bit_jpll.dcm"

SHAPES = {
    BASELINE: (96, 512, 512),
    LOSSLESS: (12, 512, 512),
    RF: (1, 464, 512),
    J2K: (1, 1024, 1024),
    JPLL: (1, 1024, 1024),
}


@pytest.fixture(scope="module")
def dicom(shared_data: Path) -> Path:
    return shared_data / "dicom"


@pytest.fixture(scope="module")
def long_run(dicom: Path) -> Cine:
    return read_cine(dicom / BASELINE)


@pytest.mark.parametrize(("name", "shape"), SHAPES.items())
def test_every_file_becomes_a_run(name: str, shape: tuple[int, int, int], dicom: Path) -> None:
    cine = read_cine(dicom / name)

    assert cine.frames.shape == shape
    assert cine.frames.dtype == np.float32
    assert (cine.frames.min(), cine.frames.max()) == (0, 1)
    assert cine.header == read_header(dicom / name) == read_header((dicom / name).read_bytes())


@pytest.mark.parametrize("name", SHAPES)
def test_none_of_them_is_calibrated(name: str, dicom: Path) -> None:
    assert read_header(dicom / name).spacing is None


@pytest.mark.parametrize(("name", "tolerance"), [(LOSSLESS, 0), (J2K, 0), (JPLL, 0), (RF, 0), (BASELINE, 1)])
def test_stored_values_are_those_of_another_decoder(name: str, tolerance: int, dicom: Path) -> None:
    dataset = dcmread(dicom / name)
    theirs = dataset.pixel_array.reshape(SHAPES[name])

    values = Values(dataset)
    ours = read_codes(values, read_layout(values, name), name)

    assert np.abs(ours.astype(int) - theirs).max() <= tolerance


def test_two_encodings_of_one_picture_are_the_same_frames(dicom: Path) -> None:
    np.testing.assert_array_equal(read_cine(dicom / J2K).frames, read_cine(dicom / JPLL).frames)


def test_malformed_uids_are_reported_and_kept(dicom: Path) -> None:
    header = read_header(dicom / LOSSLESS)

    assert header.sop_instance_uid == "999.999.1.19941016.083000.5.104"
    assert len(header.problems) == 3
    assert header.carm.view == "LAO 77 / CAU 45"


def test_the_long_run_has_its_times_angles_and_ecg(long_run: Cine) -> None:
    header = long_run.header

    assert header.timing.frame_times_ms[:3] == (0, 33, 66)
    assert header.carm.view == "RAO 32 / CRA 2"
    assert header.carm.ecg is not None
    assert len(header.carm.ecg.samples) == 3840
    assert header.carm.ecg.r_wave_frames == (19, 52, 76)
    assert header.problems == ()


def test_the_vessel_of_the_long_run_is_dark(long_run: Cine) -> None:
    row = long_run.frames[53, 260, 60:180]

    vessel, left, right = row[38:48].min(), row[10:28].mean(), row[60:78].mean()

    assert vessel < min(left, right) - 0.1


def test_a_stored_value_has_one_grey_in_the_whole_run(long_run: Cine, dicom: Path) -> None:
    values = Values(dcmread(dicom / BASELINE))
    codes = read_codes(values, read_layout(values, BASELINE), BASELINE)

    greys = {t: [np.unique(long_run.frames[t][codes[t] == code]) for code in (60, 100)] for t in (0, 53, 95)}

    for code in range(2):
        assert len(np.unique(np.concatenate([grey[code] for grey in greys.values()]))) == 1


def test_the_fullest_frame_of_the_long_run_shows_the_whole_artery(long_run: Cine) -> None:
    assert 45 <= fullest_frame(long_run.frames) <= 75


@pytest.mark.parametrize("name", ["patient1_coro_1", "patient2_coro_3", "patient3_coro_3", "patient4_coro_5"])
def test_the_fullest_frame_of_a_sequence_is_nearly_as_full_as_any(name: str, shared_data: Path) -> None:
    folder = shared_data / "angio_sequences" / name
    areas = (pictures(folder / "segmentedFrames") > 127).mean(axis=(1, 2))
    frames: Frames = pictures(folder / "frames").astype(np.float32) / 255

    assert areas[fullest_frame(frames)] > 0.9 * areas.max()


def pictures(folder: Path) -> NDArray[np.uint8]:
    """Return (T, H, W) of the JPEG files of a folder, in order of their names."""
    return np.stack([cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(folder.glob("*.jpg"))])
