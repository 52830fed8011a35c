"""How the pixels lie in the file, and how many frames there are."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import UID, ExplicitVRLittleEndian

from lib.errors import UnsupportedImageError
from lib.frames.size import require_size
from lib.frames.values import Values

Codes = NDArray[np.uint8] | NDArray[np.uint16]
"""(T, H, W) or (H, W), stored values as unsigned bit patterns; signed ones too, see `intensity`."""

VIDEO_SYNTAXES: Final = "1.2.840.10008.1.2.4.10"
"""Prefix of the MPEG-2, MPEG-4 and HEVC transfer syntaxes."""

MOST_FRAMES: Final = 100_000
"""Nearly an hour at 30 frames per second; a header that states more is wrong."""


@dataclass(frozen=True)
class Layout:
    """The image pixel module of one instance.

    Attributes:
        rows: Height in pixels.
        columns: Width in pixels.
        samples: 1 for grey, 3 for colour.
        photometric: Photometric Interpretation.
        bits_allocated: 8 or 16.
        bits_stored: Bits in use.
        high_bit: Number of the highest bit in use.
        is_signed: Stored values are two's complement.
        is_planar: The samples of a colour image lie in separate planes.
        transfer_syntax_uid: How the pixels are encoded.
        stated_frames: Number of Frames; None when missing or malformed.

    DICOM:
        Image Pixel Module, PS3.3 C.7.6.3.
    """

    rows: int
    columns: int
    samples: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    is_planar: bool
    transfer_syntax_uid: UID
    stated_frames: int | None

    @property
    def is_subsampled(self) -> bool:
        """Tell whether uncompressed pixels share their colour: Y Y Cb Cr for every two pixels."""
        return self.samples == 3 and self.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422")

    @property
    def frame_bytes(self) -> int:
        """Return the size of one uncompressed frame in bytes."""
        samples = 2 if self.is_subsampled else self.samples
        return self.rows * self.columns * samples * self.bits_allocated // 8

    @property
    def shape_text(self) -> str:
        """Return '512 x 512', rows first."""
        return f"{self.rows} x {self.columns}"


def read_layout(values: Values, sop_instance_uid: str) -> Layout:
    """Read the image pixel module.

    Raises:
        UnsupportedImageError: The size is missing, or the pixels are of a kind that no run has.
        RunTooLargeError: It states more pixels than are ever decoded.
    """
    rows, columns = values.integer("Rows") or 0, values.integer("Columns") or 0
    allocated, samples = values.integer("BitsAllocated") or 0, values.integer("SamplesPerPixel") or 1
    if rows < 1 or columns < 1:
        raise UnsupportedImageError(sop_instance_uid, "it states no Rows (0028,0010) and Columns (0028,0011)")
    if allocated not in (8, 16) or samples not in (1, 3):
        reason = f"it has {samples} sample(s) of {allocated} bits per pixel, where 1 or 3 of 8 or 16 are read"
        raise UnsupportedImageError(sop_instance_uid, reason)
    stored, stated_frames = _bits_stored(values, allocated), _stated_frames(values)
    require_size(f"Instance {sop_instance_uid}", rows, columns, stated_frames or 1)
    return Layout(
        rows=rows,
        columns=columns,
        samples=samples,
        photometric=_photometric(values, samples, sop_instance_uid),
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=_high_bit(values, allocated, stored),
        is_signed=values.integer("PixelRepresentation") == 1,
        is_planar=values.integer("PlanarConfiguration") == 1,
        transfer_syntax_uid=_transfer_syntax(values, sop_instance_uid),
        stated_frames=stated_frames,
    )


def _bits_stored(values: Values, allocated: int) -> int:
    stored = values.integer("BitsStored")
    if stored is not None and 1 <= stored <= allocated:
        return stored
    values.note(f"BitsStored (0028,0101) is missing or wrong; all {allocated} bits were read.")
    return allocated


def _high_bit(values: Values, allocated: int, stored: int) -> int:
    high = values.integer("HighBit")
    if high is not None and stored - 1 <= high < allocated:
        return high
    values.note(f"HighBit (0028,0102) is missing or wrong; {stored - 1} was taken.")
    return stored - 1


def _photometric(values: Values, samples: int, sop_instance_uid: str) -> str:
    """Return a grey or a colour interpretation, whichever the number of samples allows."""
    photometric = values.text("PhotometricInterpretation") or "missing"
    if photometric == "PALETTE COLOR":
        raise UnsupportedImageError(sop_instance_uid, "its colours come from a palette")
    is_grey = photometric in ("MONOCHROME1", "MONOCHROME2")
    is_color = photometric == "RGB" or photometric.startswith("YBR_")
    if is_grey if samples == 1 else is_color:
        return photometric
    taken = "MONOCHROME2" if samples == 1 else "RGB"
    values.note(
        f"PhotometricInterpretation (0028,0004) is {photometric[:16]} for {samples} sample(s) per pixel; "
        f"{taken} was taken."
    )
    return taken


def _transfer_syntax(values: Values, sop_instance_uid: str) -> UID:
    uid = UID(values.meta.text("TransferSyntaxUID") or "")
    if not uid:
        values.note("TransferSyntaxUID (0002,0010) is missing; uncompressed little endian was taken.")
        return ExplicitVRLittleEndian
    if uid.startswith(VIDEO_SYNTAXES):
        raise UnsupportedImageError(sop_instance_uid, f"its pixels are a video stream ({uid.name})")
    if not uid.is_transfer_syntax:
        raise UnsupportedImageError(sop_instance_uid, f"its transfer syntax {uid[:64]!r} is not known")
    return uid


def _stated_frames(values: Values) -> int | None:
    n_frames = values.integer("NumberOfFrames")
    if n_frames is None or 1 <= n_frames <= MOST_FRAMES:
        return n_frames
    values.note(
        f"NumberOfFrames (0028,0008) is {n_frames}, where 1 to {MOST_FRAMES} are read; it was ignored."
    )
    return None
