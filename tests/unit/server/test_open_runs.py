"""Decoded runs, and what of them becomes float32."""

from pathlib import Path

import numpy as np
import pytest

from lib.server.open_runs import OpenRuns, UnitFrames
from tests.builders import build_xa, to_bytes

RUN = "1.2.3"


@pytest.fixture
def dicom(tmp_path: Path) -> Path:
    path = tmp_path / "run.dcm"
    path.write_bytes(to_bytes(build_xa(n_frames=20)))
    return path


def test_a_source_gives_the_frames_that_are_asked_for(dicom: Path) -> None:
    opened = OpenRuns()
    frames, source = opened.frames(RUN, dicom), opened.source(RUN, dicom)

    assert (source.shape, len(source)) == (frames.shape, len(frames))
    for key in (3, slice(2, 5), [0, 7, 19]):
        assert np.array_equal(source[key], frames[key])
        assert source[key].dtype == np.float32


def test_only_what_is_asked_for_becomes_float32() -> None:
    grey = np.zeros((1000, 64, 64), np.uint8)

    some = UnitFrames(grey)[[0, 999]]

    assert some.nbytes == 2 * 64 * 64 * 4
