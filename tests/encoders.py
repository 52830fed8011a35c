"""Compressed variants of test objects, by whatever encoder this machine has."""

import shutil
import subprocess
import tempfile
from copy import deepcopy
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

DCMTK = {
    JPEGLossless: ("dcmcjpeg", "+el"),
    JPEGLosslessSV1: ("dcmcjpeg", "+e1"),
    JPEGExtended12Bit: ("dcmcjpeg", "+ee", "+sr"),
    JPEGLSLossless: ("dcmcjpls", "+el"),
    JPEGLSNearLossless: ("dcmcjpls", "+en"),
}
"""Transfer syntax -> Debian's dcmtk program and its switches; +sr keeps the range of the values."""

LOSSY = {JPEGBaseline8Bit, JPEGExtended12Bit, JPEG2000, JPEGLSNearLossless}


def encode(dataset: FileDataset, transfer_syntax_uid: str) -> FileDataset:
    """Return a compressed copy of an uncompressed dataset with the same identity.

    The test that asks is skipped, with the reason, where no encoder for it is installed.
    """
    copy = deepcopy(dataset)
    if transfer_syntax_uid in (RLELossless, JPEG2000Lossless):
        copy.compress(transfer_syntax_uid, generate_instance_uid=False)
    elif transfer_syntax_uid == JPEG2000:
        copy.compress(JPEG2000, j2k_cr=[4.0], generate_instance_uid=False)
    elif transfer_syntax_uid == JPEGBaseline8Bit:
        _put_encoded(copy, [_jpeg(frame) for frame in _frames(copy)])
        copy.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    else:
        _by_dcmtk(copy, transfer_syntax_uid)
    if transfer_syntax_uid in LOSSY:
        copy.LossyImageCompression = "01"
    return copy


def _frames(dataset: FileDataset) -> np.ndarray:
    """Return the stored values as (T, H, W) or (T, H, W, 3)."""
    pixels = dataset.pixel_array
    return pixels if int(dataset.get("NumberOfFrames") or 1) > 1 else pixels.reshape(1, *pixels.shape[-3:])


def _jpeg(frame: np.ndarray) -> bytes:
    buffer = BytesIO()
    Image.fromarray(frame).save(buffer, format="JPEG", quality=95, subsampling=0)
    return buffer.getvalue()


def _put_encoded(dataset: FileDataset, frames: list[bytes]) -> None:
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].VR = "OB"
    if dataset.SamplesPerPixel == 3:
        dataset.PhotometricInterpretation = "YBR_FULL_422"


def _by_dcmtk(dataset: FileDataset, transfer_syntax_uid: str) -> None:
    """Compress with a program; only the pixels are taken over, since it rewrites other elements too."""
    program, *switches = DCMTK[transfer_syntax_uid]
    if shutil.which(program) is None:
        pytest.skip(f"{program} of Debian's dcmtk, which encodes {transfer_syntax_uid}, is not installed")
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = Path(folder, "plain.dcm"), Path(folder, "packed.dcm")
        dataset.save_as(plain, enforce_file_format=True)
        subprocess.run([program, *switches, plain, packed], check=True, capture_output=True, timeout=60)
        encoded = dcmread(packed)
    dataset["PixelData"] = encoded["PixelData"]
    dataset.PhotometricInterpretation = encoded.PhotometricInterpretation
    if "PlanarConfiguration" in encoded:
        dataset.PlanarConfiguration = encoded.PlanarConfiguration
    dataset.file_meta.TransferSyntaxUID = transfer_syntax_uid
