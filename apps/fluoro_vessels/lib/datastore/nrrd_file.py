"""NRRD, the format of 3D Slicer: label maps in the same geometry as their run's NIfTI.

pynrrd reads the header. The samples are read here, because its reader follows a header to any
other file of this machine and unpacks without end.
"""

import zlib
from pathlib import Path
from typing import IO, Any, Final

import nrrd
import numpy as np
from numpy.typing import NDArray

from lib.errors import LabelFileError

SUFFIX: Final = ".nrrd"
MAX_VOXELS: Final = 2**31
"""More than any run has: 8192 frames of 512 x 512."""

MAX_BYTES: Final = 2**32
"""Of its samples, unpacked."""

LONGEST_HEADER: Final = 2**20
"""Of a file; pynrrd reads lines of any length."""

_GZIP_LEVEL: Final = 1
_RAS_FROM: Final = {
    "right-anterior-superior": (1.0, 1.0, 1.0),
    "left-anterior-superior": (-1.0, 1.0, 1.0),
    "left-posterior-superior": (-1.0, -1.0, 1.0),
    "ras": (1.0, 1.0, 1.0),
    "las": (-1.0, 1.0, 1.0),
    "lps": (-1.0, -1.0, 1.0),
}
"""Signs that turn a space into NIfTI's RAS."""

_TYPES: Final = {
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "f4": ("float",),
    "f8": ("double",),
}
"""numpy's word for a sample, and NRRD's."""

_BROKEN: Final = (nrrd.NRRDError, OSError, ValueError, TypeError, LookupError, StopIteration, zlib.error)
"""What bytes that are no NRRD, or only half of one, raise."""


def write_nrrd(path: Path, volume: NDArray[np.uint8], affine: NDArray[np.float64]) -> None:
    """Write (X, Y, F) in the space that 3D Slicer and ITK write, LPS.

    Args:
        path: Where to.
        volume: (X, Y, F), uint8.
        affine: (4, 4), sample to mm in NIfTI's RAS.
    """
    to_lps = np.diag([-1.0, -1.0, 1.0])
    header = {
        "space": "left-posterior-superior",
        "space directions": (to_lps @ affine[:3, :3]).T + 0.0,
        "space origin": to_lps @ affine[:3, 3] + 0.0,
        "kinds": ["domain", "domain", "domain"],
        "encoding": "gzip",
    }
    nrrd.write(str(path), volume, header, index_order="F", compression_level=_GZIP_LEVEL)


def read_nrrd(path: Path) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return (X, Y, F) in the file's order, and its affine in NIfTI's RAS.

    Raises:
        LabelFileError: It is no NRRD, is broken, points to another file, or is packed in a way
            other than raw or gzip.
    """
    try:
        with path.open("rb") as file:
            header = _header(path.name, file)
            volume = _samples(path.name, header, file)
        return volume, _affine(header)
    except _BROKEN as error:
        raise LabelFileError(
            f"{path.name} cannot be read as NRRD ({type(error).__name__}). Write it again and send it whole."
        ) from error


def nrrd_shape(path: Path) -> tuple[int, ...]:
    """Return the sizes that a header states, or raise LabelFileError."""
    try:
        with path.open("rb") as file:
            return tuple(int(size) for size in _header(path.name, file)["sizes"])
    except _BROKEN as error:
        raise LabelFileError(
            f"{path.name} cannot be read as NRRD ({type(error).__name__}). Write it again and send it whole."
        ) from error


def _header(name: str, file: IO[bytes]) -> dict[str, Any]:
    """Return a header that we can follow; the file stands at its samples then."""
    lines = file.read(LONGEST_HEADER)
    end = min((at for at in (lines.find(b"\n\n"), lines.find(b"\r\n\r\n")) if at >= 0), default=-1)
    if end < 0:
        raise nrrd.NRRDError("its header has no end")
    file.seek(0)
    header: dict[str, Any] = nrrd.read_header(file)
    _require_readable(name, header)
    return header


def _require_readable(name: str, header: dict[str, Any]) -> None:
    detached = {"data file", "datafile"} & header.keys()
    skips = int(header.get("byte skip", header.get("byteskip", 0))) or int(
        header.get("line skip", header.get("lineskip", 0))
    )
    if detached or skips:
        raise LabelFileError(
            f"{name} keeps its samples in another place. Write header and samples in one .nrrd file."
        )
    if header["encoding"] not in ("raw", "gzip", "gz"):
        raise LabelFileError(f"{name} is packed as {header['encoding']!r}. Write it as gzip or raw.")
    sizes = np.asarray(header["sizes"], np.float64)
    n_bytes = float(np.prod(sizes)) * _sample_type(name, header).itemsize
    if float(np.prod(sizes)) > MAX_VOXELS or n_bytes > MAX_BYTES or (sizes < 0).any():
        raise LabelFileError(f"{name} claims more samples than any run has.")


def _samples(name: str, header: dict[str, Any], file: IO[bytes]) -> NDArray[Any]:
    """Return the samples, x fastest; never more of them than the header says."""
    sizes = [int(size) for size in header["sizes"]]
    dtype = _sample_type(name, header)
    wanted = int(np.prod(sizes)) * dtype.itemsize
    raw = file.read(wanted) if header["encoding"] == "raw" else _unpack(file.read(), wanted)
    if len(raw) != wanted:
        raise LabelFileError(f"{name} has {len(raw)} bytes of samples; its header asks for {wanted}.")
    return np.frombuffer(raw, dtype).reshape(sizes, order="F")


def _sample_type(name: str, header: dict[str, Any]) -> np.dtype[Any]:
    for code, words in _TYPES.items():
        if header["type"] in words:
            return np.dtype((">" if header.get("endian") == "big" else "<") + code)
    raise LabelFileError(f"{name} has samples of type {header['type']!r}. Write it as unsigned char.")


def _unpack(packed: bytes, wanted: int) -> bytes:
    return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(packed, max(wanted, 1))


def _affine(header: dict[str, Any]) -> NDArray[np.float64]:
    """Return the affine; axes that are no place in space (lists) are left out."""
    signs = np.diag(_RAS_FROM.get(str(header.get("space", "")).lower(), (1.0, 1.0, 1.0)))
    affine = np.eye(4)
    directions = np.asarray(header.get("space directions", np.eye(3)), dtype=np.float64)
    in_space = directions[np.isfinite(directions).all(axis=1)]
    if in_space.shape == (3, 3):
        affine[:3, :3] = signs @ in_space.T
    origin = np.asarray(header.get("space origin", np.zeros(3)), dtype=np.float64)
    if origin.shape == (3,):
        affine[:3, 3] = signs @ origin
    return affine
