"""WADO-RS: one instance, from the wire to a file or to a Dataset."""

from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO, Final

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from requests import Response

from lib.frames.deflated import refuse_bomb
from lib.frames.values import MALFORMED
from lib.pacs.failures import BrokenAnswerError

ACCEPT_AS_STORED: Final = 'multipart/related; type="application/dicom"; transfer-syntax=*'
CHUNK_BYTES: Final = 1 << 20
TAIL_BYTES: Final = 1 << 10
"""Held back until the end comes: the closing boundary lies in it."""


def copy_instance(answer: Response, file: BinaryIO) -> None:
    """Write the instance in a streamed answer to a file, byte for byte.

    Raises:
        BrokenAnswerError: The answer holds no whole instance.
    """
    chunks = answer.iter_content(CHUNK_BYTES)
    kind = answer.headers.get("Content-Type", "")
    if kind.lower().startswith("application/dicom"):
        for chunk in chunks:
            file.write(chunk)
        return
    copy_part(chunks, _boundary_of(kind), file)


def copy_part(chunks: Iterable[bytes], boundary: bytes, file: BinaryIO) -> None:
    """Write the content of the only part of a multipart message to a file.

    Raises:
        BrokenAnswerError: The message ends before its closing boundary.
    """
    held = bytearray()
    is_inside = False
    for chunk in chunks:
        held += chunk
        if not is_inside:
            _, separator, content = held.partition(b"\r\n\r\n")
            is_inside = bool(separator)
            held = content if is_inside else held
        if is_inside and len(held) > TAIL_BYTES:
            file.write(held[:-TAIL_BYTES])
            del held[:-TAIL_BYTES]
    end = held.rfind(b"\r\n--" + boundary)
    if not is_inside or end < 0:
        raise BrokenAnswerError("its answer ends too early")
    file.write(held[:end])


def read_instance(answer: Response) -> Dataset:
    """Return the instance in a streamed answer, in the transfer syntax in which it came.

    Raises:
        BrokenAnswerError: The answer holds no whole DICOM instance.
        BombError: It would unpack to far more than it is.
    """
    file = BytesIO()
    copy_instance(answer, file)
    file.seek(0)
    refuse_bomb(file, "The instance")
    try:
        dataset = dcmread(file)
    except (*MALFORMED, InvalidDicomError, RecursionError) as error:
        raise BrokenAnswerError("what it sent is not DICOM") from error
    # The dataset has every value by now; with the buffer it would hold its pixels twice.
    dataset.buffer = None
    return dataset


def _boundary_of(content_type: str) -> bytes:
    """Return the boundary that a Content-Type names.

    DICOM:
        PS3.18 8.6.1.2.1, after RFC 2387.
    """
    kind, *parameters = (part.strip() for part in content_type.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if kind.lower() == "multipart/related" and name.lower() == "boundary":
            return value.strip('"').encode()
    raise BrokenAnswerError(f"it answers with {kind or 'nothing'} instead of DICOM")
