"""Opening DICOM files, also those that were cut off or have lost their preamble."""

import zlib
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from lib.errors import NotDicomError, PixelDataError
from lib.frames.deflated import refuse_bomb
from lib.frames.values import MALFORMED, Values

Source = Path | bytes | BinaryIO

UNDEFINED_LENGTH: Final = 0xFFFFFFFF
"""Length of an element that ends with a delimiter, PS3.5 7.1."""

UNREADABLE: Final = (*MALFORMED, InvalidDicomError, zlib.error, RecursionError, MemoryError)
"""What pydicom raises at bytes that are no DICOM file."""


def read_dataset(source: Source) -> Dataset:
    """Read a DICOM file whole; values are converted when they are asked for.

    Args:
        source: A file, its bytes, or an open binary file.

    Raises:
        NotDicomError: It is no DICOM file.
        PixelDataError: It was cut off, for instance inside its compressed pixel data.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _read(file, source.name)
    return _read(BytesIO(source) if isinstance(source, bytes) else source, "What was sent")


def read_without_pixels(source: Path | bytes) -> Dataset:
    """Read a header; the pixels are left out where Number of Frames makes them needless.

    Raises:
        NotDicomError: It is no DICOM file.
    """
    file: BinaryIO = BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    with file:
        name = source.name if isinstance(source, Path) else "What was sent"
        dataset = _parse(file, name, stop_before_pixels=True)
        if Values(dataset).integer("NumberOfFrames") is not None:
            return dataset
        file.seek(0)
        return _read(file, name)


def _read(file: BinaryIO, name: str) -> Dataset:
    """Read a file whole; pydicom returns no element at all from one that ends inside an open sequence."""
    dataset = _parse(file, name, stop_before_pixels=False)
    if len(dataset) == 0 or _ends_early(dataset):
        uid = Values(dataset).meta.text("MediaStorageSOPInstanceUID") or "without UID"
        raise PixelDataError(uid, "the file was cut off")
    return dataset


def _parse(file: BinaryIO, name: str, *, stop_before_pixels: bool) -> Dataset:
    """Parse a file that is no bomb; one without preamble is a DICOM file if it names its SOP class."""
    refuse_bomb(file, name)
    start = file.tell()
    for force in (False, True):
        file.seek(start)
        try:
            dataset = dcmread(file, stop_before_pixels=stop_before_pixels, force=force)
        except UNREADABLE:
            continue
        if _names_a_class(dataset):
            _state_transfer_syntax(dataset)
            return dataset
    raise NotDicomError(name)


def _ends_early(dataset: Dataset) -> bool:
    """The last element has fewer bytes than its header says; pydicom takes what there is."""
    last = dataset.get_item(max(dataset.keys()))
    if not isinstance(last, RawDataElement) or last.length == UNDEFINED_LENGTH:
        return False
    return len(last.value or b"") < last.length


def _names_a_class(dataset: Dataset) -> bool:
    values = Values(dataset)
    return bool(values.meta.text("MediaStorageSOPClassUID") or values.text("SOPClassUID"))


def _state_transfer_syntax(dataset: Dataset) -> None:
    """Fill in the transfer syntax that was found by reading, where the file does not state one."""
    if Values(dataset).meta.text("TransferSyntaxUID"):
        return
    is_implicit, is_little = dataset.original_encoding
    explicit = ExplicitVRLittleEndian if is_little else ExplicitVRBigEndian
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if is_implicit else explicit
