"""Pixel data are changed where regions lie, and stored again without touching any other pixel.

Uncompressed values are changed where they lie. RLE, JPEG-LS and JPEG 2000 are decoded and stored again
without loss. JPEG of the older kinds (baseline, extended, lossless) becomes JPEG-LS Lossless: to compress a
lossy picture again in its own way would change all of it, and nothing at hand changes single blocks of it.
Its regions grow to whole blocks, since writing leaves traces in the blocks that it lies in.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.encoders.base import get_encoder
from pydicom.pixels.utils import pixel_array
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from lib.errors import PixelDataError
from lib.frames.fragments import split_frames
from lib.frames.layout import Codes, Layout
from lib.frames.values import MALFORMED
from lib.privacy.pixels.blanking import blank_color, blank_grey, snapped
from lib.privacy.pixels.native import blank_native
from lib.privacy.pixels.report import Region

LOSSY_JPEG: Final = {JPEGBaseline8Bit, JPEGExtended12Bit}
STORED_AS: Final = {
    RLELossless: RLELossless,
    **dict.fromkeys((*LOSSY_JPEG, JPEGLossless, JPEGLosslessSV1), JPEGLSLossless),
    **dict.fromkeys((JPEGLSLossless, JPEGLSNearLossless), JPEGLSLossless),
}
"""Transfer syntax -> the one that pixels are stored again in; all others become JPEG 2000 Lossless."""

REFUSED: Final = (*MALFORMED, RuntimeError)
"""What encoders raise at values that the header does not allow."""

BLOCK_PX: Final = 8


def blank(dataset: Dataset, layout: Layout, codes: Codes, regions: Sequence[Region]) -> tuple[Region, ...]:
    """Make regions black on every frame, in place.

    Args:
        dataset: The object; its transfer syntax may become another.
        layout: How its pixels lie.
        codes: (T, H, W), its decoded grey values.
        regions: What to make black.

    Returns:
        The regions as they were made black.
    """
    syntax = layout.transfer_syntax_uid
    side = _block_side(layout)
    regions = tuple(dict.fromkeys(snapped(one, side, (layout.rows, layout.columns)) for one in regions))
    if not syntax.is_encapsulated:
        blank_native(dataset, layout, regions, len(codes))
    elif layout.samples == 1:
        changed = codes.copy()
        blank_grey(changed, regions, layout)
        _store(dataset, layout, changed, layout.photometric)
    else:
        _blank_color(dataset, layout, regions)
    if syntax in LOSSY_JPEG and "LossyImageCompression" not in dataset:
        dataset.LossyImageCompression = "01"
    return regions


def has_uncounted_frames(dataset: Dataset, layout: Layout, n_frames: int) -> bool:
    """Tell whether the pixel data hold more than the frames that the header counts."""
    data = dataset["PixelData"].value
    if layout.transfer_syntax_uid.is_encapsulated:
        return len(split_frames(data, n_frames)) > n_frames
    return len(data) > n_frames * layout.frame_bytes + 1


def _block_side(layout: Layout) -> int:
    """Return the side of the blocks that writing leaves traces in."""
    if layout.transfer_syntax_uid in LOSSY_JPEG:
        return BLOCK_PX * (2 if layout.samples == 3 else 1)
    return 2 if layout.is_subsampled else 1


def _blank_color(dataset: Dataset, layout: Layout, regions: Sequence[Region]) -> None:
    """Decode colour as a viewer does, and store it as RGB."""
    try:
        samples = pixel_array(dataset)
    except REFUSED as error:
        raise PixelDataError(str(dataset.get("SOPInstanceUID", "")), str(error)) from error
    samples = samples.reshape(-1, layout.rows, layout.columns, 3).copy()
    blank_color(samples, regions, "RGB")
    _store(dataset, layout, samples, "RGB")


def _store(dataset: Dataset, layout: Layout, pixels: NDArray[Any], photometric: str) -> None:
    """Store (T, H, W) codes or (T, H, W, 3) samples without loss; uncompressed where the encoder refuses."""
    syntax = STORED_AS.get(layout.transfer_syntax_uid, JPEG2000Lossless)
    try:
        dataset.PixelData = encapsulate(_encoded(pixels, layout, syntax, photometric))
    except REFUSED:
        syntax, content = ExplicitVRLittleEndian, pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
        dataset.PixelData = content + b"\0" * (len(content) % 2)
    _describe(dataset, syntax, pixels, photometric)


def _encoded(pixels: NDArray[Any], layout: Layout, syntax: UID, photometric: str) -> list[bytes]:
    """Return one codestream for each frame, one after the other: encoders crashed side by side."""
    encoder = get_encoder(syntax)
    options: dict[str, Any] = {
        "rows": layout.rows,
        "columns": layout.columns,
        "number_of_frames": 1,
        "samples_per_pixel": layout.samples,
        "photometric_interpretation": photometric,
        "bits_allocated": layout.bits_allocated,
        "bits_stored": layout.bits_stored,
        "pixel_representation": int(layout.is_signed),
    }
    if layout.samples == 3:
        options["planar_configuration"] = 0
    frames = pixels.view(f"i{pixels.dtype.itemsize}") if layout.is_signed else pixels
    return [encoder.encode(np.ascontiguousarray(frame), **options) for frame in frames]


def _describe(dataset: Dataset, syntax: UID, pixels: NDArray[Any], photometric: str) -> None:
    """Make the header say how the pixels lie now."""
    element = dataset["PixelData"]
    element.VR = "OB" if syntax.is_encapsulated or pixels.dtype.itemsize == 1 else "OW"
    element.is_undefined_length = syntax.is_encapsulated
    dataset.file_meta.TransferSyntaxUID = syntax
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            delattr(dataset, keyword)
    if pixels.ndim == 4:
        dataset.PhotometricInterpretation = photometric
        dataset.PlanarConfiguration = 1 if syntax == RLELossless else 0
