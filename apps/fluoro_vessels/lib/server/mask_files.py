"""Masks and label maps of one frame as files: PNG, .npy and NRRD out, PNG and .npy in."""

import io
import struct
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from starlette.responses import Response

from lib.arrays import to_volume
from lib.datastore.volumes import write_label
from lib.errors import MaskShapeError, MaskUnreadableError
from lib.interaction.session import FrameLabels

PNG: Final = b"\x89PNG\r\n\x1a\n"
NPY: Final = b"\x93NUMPY"
_PNG_SIZE: Final = struct.Struct(">II")
_PNG_HEADER_BYTES: Final = 24


class MaskFormat(StrEnum):
    """How a frame's label map goes out."""

    PNG = "png"
    """8 bit grey, a pixel's value is its label's index."""
    NPY = "npy"
    """(rows, columns), uint8."""
    NRRD = "nrrd"
    """(column, row, 1), uint8, as 3D Slicer writes it."""


_MEDIA_TYPES: Final = {
    MaskFormat.PNG: "image/png",
    MaskFormat.NPY: "application/octet-stream",
    MaskFormat.NRRD: "application/octet-stream",
}


def mask_response(label_map: FrameLabels, kind: MaskFormat) -> Response:
    """Return an answer that is a file; it must be asked for again, as the next prompt changes it."""
    headers = {"Cache-Control": "no-store"}
    return Response(_ENCODERS[kind](label_map), media_type=_MEDIA_TYPES[kind], headers=headers)


def png_of(label_map: FrameLabels) -> bytes:
    """Return (H, W) label indices as an 8-bit grey PNG."""
    _, data = cv2.imencode(".png", label_map, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return bytes(data)


def npy_of(label_map: FrameLabels) -> bytes:
    """Return (H, W) label indices as .npy."""
    buffer = io.BytesIO()
    np.save(buffer, label_map, allow_pickle=False)
    return buffer.getvalue()


def nrrd_of(label_map: FrameLabels) -> bytes:
    """Return (H, W) label indices as NRRD with one frame."""
    with tempfile.TemporaryDirectory(prefix="mask-") as folder:
        path = Path(folder) / "mask.nrrd"
        write_label(path, to_volume(label_map[np.newaxis]), None)
        return path.read_bytes()


def read_mask(data: bytes, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the mask, (H, W), that somebody sent as PNG or .npy; what is not 0 is inside.

    The shape is compared before anything is unpacked.

    Raises:
        MaskUnreadableError: It is neither, is cut off, or has values that are no whole numbers.
        MaskShapeError: It does not have the shape of the frame.
    """
    if data.startswith(PNG):
        return _from_png(data, shape)
    if data.startswith(NPY):
        return _from_npy(data, shape)
    raise MaskUnreadableError("it is neither PNG nor .npy")


def _from_png(data: bytes, shape: tuple[int, int]) -> NDArray[np.bool_]:
    if len(data) < _PNG_HEADER_BYTES:
        raise MaskUnreadableError("the PNG is cut off")
    columns, rows = _PNG_SIZE.unpack_from(data, _PNG_HEADER_BYTES - _PNG_SIZE.size)
    _require_shape((rows, columns), shape)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise MaskUnreadableError("the PNG is broken")
    if image.ndim != 2:
        raise MaskUnreadableError(f"the PNG has {image.shape[2]} channels")
    return np.asarray(image != 0)


def _from_npy(data: bytes, shape: tuple[int, int]) -> NDArray[np.bool_]:
    file = io.BytesIO(data)
    found, is_fortran, dtype = _npy_header(file)
    _require_shape(found, shape)
    if dtype.kind not in "biu":
        raise MaskUnreadableError(f"its values are {dtype}")
    values = file.read()
    if len(values) != dtype.itemsize * shape[0] * shape[1]:
        raise MaskUnreadableError("the .npy is cut off")
    array = np.frombuffer(values, dtype).reshape(shape, order="F" if is_fortran else "C")
    return np.ascontiguousarray(array != 0)


def _npy_header(file: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, whether it is in Fortran's order, and type; the file stands at the samples then."""
    try:
        if np.lib.format.read_magic(file) == (1, 0):  # type: ignore[no-untyped-call]
            return np.lib.format.read_array_header_1_0(file)  # type: ignore[no-untyped-call, no-any-return]
        return np.lib.format.read_array_header_2_0(file)  # type: ignore[no-untyped-call, no-any-return]
    except (ValueError, OSError) as error:
        raise MaskUnreadableError("the header of the .npy is broken") from error


def _require_shape(found: tuple[int, ...], shape: tuple[int, int]) -> None:
    if tuple(found) != shape:
        raise MaskShapeError(tuple(found), shape)


_ENCODERS: Final = {MaskFormat.PNG: png_of, MaskFormat.NPY: npy_of, MaskFormat.NRRD: nrrd_of}
