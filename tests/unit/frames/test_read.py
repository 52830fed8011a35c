"""What the door promises to everyone."""

import logging

import numpy as np
import pytest
from pydicom.uid import JPEGBaseline8Bit

from lib.frames.read import read_cine, read_header
from tests.builders import build_xa, encode, to_bytes


def test_no_log_line_names_the_patient(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    dataset = encode(build_xa(patient_name="CANARY^Bird", PatientID="CANARY-7"), JPEGBaseline8Bit)

    cine = read_cine(to_bytes(dataset))

    assert dataset.SOPInstanceUID in caplog.text
    assert "CANARY" not in caplog.text
    assert "CANARY" not in repr(cine.header)


def test_the_header_is_the_same_with_and_without_pixels() -> None:
    dataset = build_xa()
    whole = read_cine(dataset).header

    del dataset.PixelData

    assert read_header(dataset) == whole


def test_the_callers_dataset_keeps_its_pixels() -> None:
    dataset = build_xa()
    before = dataset.PixelData

    frames = read_cine(dataset).frames
    frames[:] = 0

    assert dataset.PixelData == before


def test_frames_are_the_callers_own() -> None:
    content = to_bytes(build_xa())

    first, second = read_cine(content).frames, read_cine(content).frames

    assert first.flags.writeable
    assert not np.shares_memory(first, second)
