"""The first bytes of a NIfTI file, looked at before nibabel follows what they say."""

import gzip
import struct
import zlib
from pathlib import Path
from typing import Any, Final

import nibabel
from nibabel.filebasedimages import ImageFileError

from lib.errors import LabelFileError

LONGEST_HEAD: Final = 2**20
"""Header and extensions; ours have no extensions, and 3D Slicer's few."""

_HEAD: Final = 540
_OFFSET_AT: Final = {348: (108, "f"), 540: (168, "q")}
"""Size of the header, as its first number says it -> where the offset of the samples stands, and its type."""


def open_nifti(path: Path) -> Any:
    """Return a NIfTI-1 or NIfTI-2 image whose samples are still on the disk.

    nibabel itself would choose among more formats by what the header says (CIFTI brings XML), and reads
    extensions of any length.

    Raises:
        LabelFileError: It claims a header longer than any has.
        ImageFileError: It is neither.
    """
    head = _first_bytes(path)
    for order in "<>":
        size = int.from_bytes(head[:4], "little" if order == "<" else "big")
        if size in _OFFSET_AT and len(head) >= size:
            at, kind = _OFFSET_AT[size]
            _require_short(path.name, struct.unpack_from(order + kind, head, at)[0])
            opened = nibabel.nifti2.Nifti2Image if size == _HEAD else nibabel.nifti1.Nifti1Image
            return opened.from_filename(path)
    raise ImageFileError("it has no header of NIfTI-1 or NIfTI-2")


def _first_bytes(path: Path) -> bytes:
    """Return the header, unpacked; a broken one is too short."""
    with path.open("rb") as file:
        if not path.name.endswith(".gz"):
            return file.read(_HEAD)
        try:
            with gzip.GzipFile(fileobj=file) as packed:
                return packed.read(_HEAD)
        except (OSError, EOFError, zlib.error):
            return b""


def _require_short(name: str, offset: float) -> None:
    if not offset <= LONGEST_HEAD:
        raise LabelFileError(f"{name} claims a header of {offset:g} bytes. Write it without extensions.")
