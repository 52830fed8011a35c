"""Files that try to be more than they are, for tests of what comes in."""

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests.builders import build_xa, to_bytes

MEGA = 2**20


def deflated_bomb(unpacked_mb: int = 512) -> bytes:
    """Return a small DICOM file that deflates to so many MB of zeros."""
    run = build_xa(n_frames=1)
    run.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = to_bytes(run)
    meta_end = 132 + 12 + struct.unpack_from("<I", data, 140)[0]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    pieces = [packer.compress(zlib.decompress(data[meta_end:], -zlib.MAX_WBITS))]
    pieces += [packer.compress(bytes(MEGA)) for _ in range(unpacked_mb)]
    return data[:meta_end] + b"".join(pieces) + packer.flush()


def giant_run(rows: int = 60_000, columns: int = 60_000, n_frames: int = 1) -> bytes:
    """Return a small file whose header declares a huge frame."""
    run = build_xa(n_frames=1)
    run.Rows, run.Columns, run.NumberOfFrames = rows, columns, n_frames
    return to_bytes(run)


def nifti(shape: tuple[int, ...], *, is_packed: bool = True, offset: float = 352.0) -> bytes:
    """Return a NIfTI header that claims a shape, without the samples."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, len(shape), *shape, *([1] * (7 - len(shape))))
    struct.pack_into("<hh", header, 70, 2, 8)
    struct.pack_into("<f", header, 108, offset)
    header[344:348] = b"n+1\0"
    return gzip.compress(bytes(header)) if is_packed else bytes(header)


def zip_that_climbs() -> bytes:
    """Return an archive with a file that lies above the folder where it is unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../climbed.txt", "out")
    return buffer.getvalue()


def pickled_array() -> bytes:
    """Return an .npy whose samples are a pickle."""
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return buffer.getvalue()


def detached_nrrd(target: Path) -> bytes:
    """Return an NRRD header that takes its samples from another file of the machine."""
    return (
        b"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 4 4\nencoding: raw\ndata file: "
        + str(target).encode()
        + b"\n\n"
    )
