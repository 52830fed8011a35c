"""Files that are more than they look."""

import tracemalloc

import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from lib.errors.limits import BombError, RunTooLargeError
from lib.frames.files import read_dataset
from lib.frames.read import read_cine, read_header
from lib.frames.size import SizeLimits, require_size
from tests.builders import build_xa, to_bytes
from tests.hostile_files import deflated_bomb, giant_run

SMALL = SizeLimits(frames=10, frame_megapixels=0.01, run_megapixels=0.05)


@pytest.mark.parametrize(
    ("rows", "columns", "n_frames", "setting"),
    [
        (10, 10, 11, "FRAMES"),
        (101, 100, 1, "FRAME_MEGAPIXELS"),
        (100, 100, 6, "RUN_MEGAPIXELS"),
    ],
)
def test_a_run_beyond_a_limit_is_refused_by_the_name_of_the_setting(
    rows: int, columns: int, n_frames: int, setting: str
) -> None:
    with pytest.raises(RunTooLargeError, match=f"FLUORO_LIMITS__{setting}"):
        require_size("a.dcm", rows, columns, n_frames, SMALL)


def test_a_run_at_the_limits_is_taken() -> None:
    require_size("a.dcm", 100, 100, 5, SMALL)


def test_a_giant_frame_is_refused_by_its_header() -> None:
    with pytest.raises(RunTooLargeError, match="3,600 million pixels in a frame"):
        read_header(giant_run())


def test_more_frames_than_fit_are_refused_before_anything_is_reserved() -> None:
    with pytest.raises(RunTooLargeError, match="million pixels"):
        read_cine(giant_run(8000, 8000, 99_999))


def test_a_deflated_bomb_is_refused_without_being_unpacked_whole() -> None:
    bomb = deflated_bomb(256)
    tracemalloc.start()

    with pytest.raises(BombError):
        read_dataset(bomb)

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20 * 2**20


def test_a_deflated_run_is_read() -> None:
    run = build_xa(n_frames=3)
    run.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian

    assert read_cine(to_bytes(run)).header.n_frames == 3
