"""A run or its label as one file for clients: NIfTI and NRRD, axes X, Y, frame.

A projection has no place in the patient, so the geometry is the plainest that every reader
understands alike: origin 0, axes of NIfTI's RAS, spacing (sx, sy, 1). The order of the samples
counts and the orientation does not: a client that writes another affine still means column x,
row y, frame f.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, cast

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from numpy.typing import NDArray

from lib.arrays import shape_text
from lib.datastore.nifti_head import open_nifti
from lib.datastore.nrrd_file import MAX_BYTES, MAX_VOXELS, nrrd_shape, read_nrrd, write_nrrd
from lib.datastore.nrrd_file import SUFFIX as NRRD_SUFFIX
from lib.errors import LabelFileError
from lib.frames.spacing import Spacing

Volume: TypeAlias = NDArray[Any]
"""(X, Y, F): column, row, frame."""

Affine: TypeAlias = NDArray[np.float64]
"""(4, 4): sample to mm, axes of NIfTI's RAS."""

NIFTI_SUFFIXES: Final = (".nii.gz", ".nii")
RESULT_SUFFIXES: Final = (*NIFTI_SUFFIXES, NRRD_SUFFIX)
"""The file types that `write_label` writes and `read_volume` reads."""

GREY_LEVELS: Final = 4095
"""Float frames become 12-bit integers with a scale: what an X-ray detector gives, and quick to pack."""

_GZIP_LEVEL: Final = 1
_BROKEN_NIFTI: Final = (
    ImageFileError, HeaderDataError, OSError, EOFError, ValueError, OverflowError, zlib.error,
)  # fmt: skip
"""What bytes that are no NIfTI, or only half of one, raise."""
_SCANNER: Final = 1
"""NIfTI's code for 'the affine is meant'."""
_DATA_OFFSET: Final = 352


def affine_of(spacing: Spacing | None) -> Affine:
    """Return diag(sx, sy, 1, 1) in mm; spacing 1.0 where the run is uncalibrated."""
    sizes = (1.0, 1.0) if spacing is None else (spacing.column_mm, spacing.row_mm)
    return np.diag([*sizes, 1.0, 1.0])


def write_nifti(path: Path, volume: Volume, spacing: Spacing | None) -> None:
    """Write (X, Y, F) as NIfTI-1, packed when the name ends in .gz.

    Float values in [0, 1] are stored as 12-bit integers with a scale, so readers get floats again,
    within 1/8190 of what was written; integers and label maps are stored as they are.
    """
    _require_3d(volume)
    is_float = np.issubdtype(volume.dtype, np.floating)
    stored = np.dtype("<u2") if is_float else _stored_type(volume.dtype)
    header = _header(volume, stored, affine_of(spacing), 1.0 / GREY_LEVELS if is_float else 1.0)
    with path.open("wb") as file:
        target = gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) if path.name.endswith(".gz") else file
        with target:
            target.write(header.binaryblock.ljust(_DATA_OFFSET, b"\0"))
            _write_frames(cast("IO[bytes]", target), volume, stored)


def write_label(path: Path, label: Volume, spacing: Spacing | None) -> None:
    """Write a label map (X, Y, F), uint8, as NIfTI or NRRD, by the name's ending."""
    _require_3d(label)
    if path.name.endswith(NRRD_SUFFIX):
        write_nrrd(path, label.astype(np.uint8, copy=False), affine_of(spacing))
    else:
        write_nifti(path, label.astype(np.uint8, copy=False), spacing)


def read_volume(path: Path) -> tuple[Volume, Affine]:
    """Return what a NIfTI or NRRD file holds, with NIfTI's scale applied.

    Returns:
        The array in the file's own order, (X, Y, F), and its affine.

    Raises:
        LabelFileError: It is no such file, broken, or too large to be a run.
    """
    if path.name.endswith(NRRD_SUFFIX):
        return read_nrrd(path)
    if path.name.endswith(NIFTI_SUFFIXES):
        return _read_nifti(path)
    raise LabelFileError(
        f"{path.name} is neither NIfTI nor NRRD. Send a volume of X x Y x frames as one of: "
        f"{', '.join(RESULT_SUFFIXES)}."
    )


def read_label(path: Path) -> tuple[NDArray[np.uint8], Affine]:
    """Return a label map (X, Y, F), uint8; a single frame may come as (X, Y), trailing axes of 1 are dropped.

    Raises:
        LabelFileError: As for `read_volume`, or a value is no whole number from 0 to 255.
    """
    volume, affine = read_volume(path)
    while volume.ndim > 3 and volume.shape[-1] == 1:
        volume = volume[..., 0]
    if volume.ndim == 2:
        volume = volume[:, :, np.newaxis]
    if volume.ndim != 3:
        raise LabelFileError(
            f"The label has {volume.ndim} axes ({shape_text(volume)}). Send one volume of X x Y x frames; "
            "segments that overlap go into one value per sample."
        )
    return _whole_numbers(volume), affine


def _whole_numbers(volume: Volume) -> NDArray[np.uint8]:
    if volume.dtype == np.uint8:
        return cast("NDArray[np.uint8]", volume)
    low, high = (float(volume.min()), float(volume.max())) if volume.size else (0.0, 0.0)
    if not (low >= 0 and high <= 255):
        raise LabelFileError(
            f"The label has values from {low:g} to {high:g}. Send label indices, 0 to 255; 0 is background."
        )
    whole = volume.astype(np.uint8)
    if not np.array_equal(whole, volume):
        raise LabelFileError("The label has values that are no whole numbers. Send label indices, 0 to 255.")
    return whole


def _stored_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(np.uint8) if dtype == np.bool_ else dtype.newbyteorder("<")


def _header(
    volume: Volume, stored: np.dtype[Any], affine: Affine, slope: float
) -> "nibabel.nifti1.Nifti1Header":
    header = nibabel.nifti1.Nifti1Header(endianness="<")
    header.set_data_dtype(stored)
    header.set_data_shape(volume.shape)
    header.set_sform(affine, code=_SCANNER)
    header.set_qform(affine, code=_SCANNER)
    header.set_xyzt_units("mm")
    header.set_slope_inter(slope, 0.0)
    header["magic"], header["vox_offset"] = b"n+1", _DATA_OFFSET
    if slope != 1.0:
        header["cal_min"], header["cal_max"] = 0.0, 1.0
    return header


def _write_frames(file: IO[bytes], volume: Volume, stored: np.dtype[Any]) -> None:
    """Write frame after frame, x fastest, so that no second copy of the run is needed."""
    for frame in _frames(volume):
        values = np.rint(np.clip(frame, 0.0, 1.0) * GREY_LEVELS) if frame.dtype.kind == "f" else frame
        file.write(np.ascontiguousarray(values, dtype=stored).tobytes())


def _frames(volume: Volume) -> Iterator[Volume]:
    """Yield (Y, X) for each frame."""
    return (volume[:, :, f].T for f in range(volume.shape[2]))


def _read_nifti(path: Path) -> tuple[Volume, Affine]:
    try:
        image = open_nifti(path)
        _require_small(path.name, image.shape, image.get_data_dtype().itemsize)
        if image.get_data_dtype().kind not in "biuf":
            raise LabelFileError(f"{path.name} has samples that are no plain numbers. Write whole numbers.")
        return np.asanyarray(image.dataobj), np.asarray(image.affine, dtype=np.float64)
    except _BROKEN_NIFTI as error:
        raise LabelFileError(
            f"{path.name} cannot be read as NIfTI ({type(error).__name__}). Write it again and send it whole."
        ) from error


def declared_shape(path: Path) -> tuple[int, ...]:
    """Return the shape that a NIfTI or NRRD file states, two lengths or more, without reading its samples.

    Raises:
        LabelFileError: It is no such file, or claims to be too large to be a run.
    """
    if path.name.endswith(NRRD_SUFFIX):
        shape = nrrd_shape(path)
    else:
        try:
            image = open_nifti(path)
        except _BROKEN_NIFTI as error:
            raise LabelFileError(
                f"{path.name} cannot be read as NIfTI ({type(error).__name__}). Send it whole."
            ) from error
        shape = tuple(image.shape)
        _require_small(path.name, shape, image.get_data_dtype().itemsize)
    if len(shape) < 2:
        raise LabelFileError(f"{path.name} has {len(shape)} axes. Send a run as X x Y x frames.")
    return shape


def _require_small(name: str, shape: tuple[int, ...], sample_bytes: int) -> None:
    n_voxels = float(np.prod(shape, dtype=np.float64))
    if n_voxels > MAX_VOXELS or n_voxels * sample_bytes > MAX_BYTES:
        text = " x ".join(str(length) for length in shape)
        raise LabelFileError(f"{name} claims {text} samples of {sample_bytes} bytes, more than any run has.")


def _require_3d(volume: Volume) -> None:
    if volume.ndim != 3:
        raise LabelFileError(f"A volume has the axes X, Y and frame; this one has {shape_text(volume)}.")
