"""A simulated run as a classic XA object, and as files with its truth beside it."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    XRayAngiographicImageStorage,
    generate_uid,
)

from lib.phantom.render import PhantomRun
from lib.phantom.truth_files import facts_file, masks_file
from lib.phantom.xa_header import (
    Nobody,
    describe_acquisition,
    describe_field,
    describe_geometry,
    describe_pixels,
    describe_study,
    nobody_of,
    uid_of,
)

Writer = Callable[[Path, bytes], object]


def write_run(run: PhantomRun, folder: Path, name: str, write: Writer = Path.write_bytes) -> dict[str, Path]:
    """Write a run and its truth.

    Args:
        run: What was filmed.
        folder: Where to; it must exist.
        name: Begins the names of the files.
        write: Writes one file; give one that writes files whole or not at all where a crash matters.

    Returns:
        The files: `dicom` NAME.dcm, `masks` NAME_truth.npz and `facts` NAME_truth.json. The run is
        written last, so where it is, its truth is too.
    """
    files = {
        "masks": folder / f"{name}_truth.npz",
        "facts": folder / f"{name}_truth.json",
        "dicom": folder / f"{name}.dcm",
    }
    write(files["masks"], masks_file(run))
    write(files["facts"], facts_file(run))
    write(files["dicom"], run_file(run))
    return files


def run_file(run: PhantomRun) -> bytes:
    """Return the content of the DICOM file."""
    file = DicomBytesIO()
    dcmwrite(file, run_object(run), enforce_file_format=True)
    return bytes(file.getvalue())


def run_object(run: PhantomRun, nobody: Nobody | None = None) -> Dataset:
    """Return a run as a valid XA object with file meta information.

    Args:
        run: What was filmed.
        nobody: Whose run it is said to be; a patient of the scenario's own where it is None.

    Returns:
        The object; the same run gives the same bytes.

    DICOM:
        X-Ray Angiographic Image IOD, PS3.3 A.14.
    """
    scenario = run.scenario
    whose = nobody or nobody_of(scenario)
    header = Dataset()
    describe_study(header, run, whose)
    describe_acquisition(header, scenario)
    describe_geometry(header, scenario.view)
    describe_field(header, scenario.field, scenario.view)
    describe_pixels(header, run)
    quality = scenario.processing.jpeg_quality
    syntax = ExplicitVRLittleEndian if quality is None else JPEGBaseline8Bit
    header.file_meta = _file_meta(uid_of(run, whose, "instance"), syntax)
    stored = _stored(run)
    if quality is None:
        _put_plain(header, stored)
    else:
        _put_jpeg(header, stored, quality)
    return header


def _file_meta(instance: UID, syntax: UID) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = XRayAngiographicImageStorage
    meta.MediaStorageSOPInstanceUID = instance
    meta.ImplementationClassUID = generate_uid(entropy_srcs=["fluoro-vessels", "implementation"])
    return meta


def _stored(run: PhantomRun) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Return the values as the file holds them: turned round where it is inverted."""
    if not run.is_inverted:
        return run.frames
    white = run.frames.dtype.type(2**run.bits_stored - 1)
    return np.subtract(white, run.frames)


def _put_plain(header: Dataset, stored: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    """Store the values as they are, padded to an even length."""
    content = stored.astype(stored.dtype.newbyteorder("<"), copy=False).tobytes()
    header.PixelData = content + b"\0" * (len(content) % 2)
    header["PixelData"].VR = "OB" if stored.dtype.itemsize == 1 else "OW"


def _put_jpeg(header: Dataset, stored: NDArray[np.uint8] | NDArray[np.uint16], quality: int) -> None:
    """Store the values as one JPEG picture a frame, and say what that cost.

    DICOM:
        Lossy Image Compression, PS3.3 C.7.6.1.1.5.
    """
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality]
    pictures = [cv2.imencode(".jpg", frame, settings)[1].tobytes() for frame in stored]
    header.PixelData = encapsulate(pictures)
    header["PixelData"].VR = "OB"
    header["PixelData"].is_undefined_length = True
    header.LossyImageCompression = "01"
    header.LossyImageCompressionMethod = "ISO_10918_1"
    header.LossyImageCompressionRatio = f"{stored.nbytes / sum(map(len, pictures)):.2f}"
