"""Decoding one compressed frame; every codec is tried in the order that proved quickest and right."""

import re
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import SimpleITK
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import (
    UID,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    RLELossless,
    SecondaryCaptureImageStorage,
    generate_uid,
)

from lib.frames.codestream import stated_size
from lib.frames.color import to_grey
from lib.frames.fragments import CODESTREAM_STARTS
from lib.frames.layout import Layout
from lib.frames.values import MALFORMED

Pixels = NDArray[Any]
Decoder = Callable[[bytes, Layout], Pixels]
FAILURES: Final = (
    *MALFORMED,
    RuntimeError,
    OSError,
    SyntaxError,
    MemoryError,
    Image.DecompressionBombError,
)
"""What decoders raise at broken bytes."""

ADDRESS: Final = re.compile(r"<[^<>]*0x[0-9a-f]+>|\(0x[0-9a-f]+\)")
END_MARKER: Final = b"\xff\xd9"
LONGEST_RLE: Final = 3
"""Times the pixels; at its worst, run length encoding makes a frame a little larger (PS3.5 G.3.1)."""

LONGEST_PADDING: Final = 1024
"""Bytes at the end of a frame in which its end marker is looked for."""


class CodecError(ValueError):
    """No decoder could read the frame."""


def decode_frame(encoded: bytes, layout: Layout) -> Pixels:
    """Return the stored values of one frame, (H, W) unsigned bit patterns; colour becomes grey.

    Raises:
        CodecError: No decoder can read it, or it has another size than the header says.
    """
    if not encoded:
        raise CodecError("it is empty")
    _require_size(encoded, layout)
    reasons: list[str] = []
    for decoder in DECODERS.get(layout.transfer_syntax_uid, (_by_pydicom, _by_gdcm)):
        try:
            pixels = decoder(encoded, layout)
        except FAILURES as error:
            reasons.append(_reason(error))
            continue
        if pixels.shape != (layout.rows, layout.columns):
            raise CodecError(f"it has {pixels.shape} pixels, the header says {layout.shape_text}")
        return pixels
    raise CodecError("; ".join(dict.fromkeys(reasons)))


def _require_size(encoded: bytes, layout: Layout) -> None:
    """Refuse a frame that would unpack to more than the header says, before a decoder reserves memory."""
    stated = stated_size(encoded)
    if stated not in (None, (layout.rows, layout.columns)):
        raise CodecError(f"it has {stated} pixels, the header says {layout.shape_text}")
    if layout.transfer_syntax_uid == RLELossless and len(encoded) > LONGEST_RLE * layout.frame_bytes + 64:
        raise CodecError(f"it is longer than any frame of {layout.shape_text} pixels")


def _reason(error: BaseException) -> str:
    """Return the last line of a decoder's message, which says most, without addresses in memory."""
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return ADDRESS.sub("", lines[-1]).strip()


def _refuse_cut_off(encoded: bytes) -> None:
    """Raise if a JPEG or JPEG 2000 stream has no end: some decoders fill what is missing with noise.

    The end marker cannot occur inside compressed data, so it is looked for near the end only because
    padding may follow it.
    """
    if encoded.startswith(CODESTREAM_STARTS) and END_MARKER not in encoded[-LONGEST_PADDING:]:
        raise CodecError("it was cut off before its end marker")


def _by_pillow(encoded: bytes, layout: Layout) -> Pixels:
    """Decode 8-bit JPEG by libjpeg-turbo; of a colour image only the luminance is decoded."""
    with Image.open(BytesIO(encoded), formats=("JPEG",)) as image:
        if image.size != (layout.columns, layout.rows):
            return np.empty(image.size[::-1], np.uint8)
        image.draft("L", None)
        return np.asarray(image.convert("L"))


def _by_pydicom(encoded: bytes, layout: Layout) -> Pixels:
    """Decode by the plugins that pydicom finds."""
    _refuse_cut_off(encoded)
    options: dict[str, Any] = {
        "rows": layout.rows,
        "columns": layout.columns,
        "number_of_frames": 1,
        "samples_per_pixel": layout.samples,
        "photometric_interpretation": layout.photometric,
        "planar_configuration": int(layout.is_planar),
        "bits_allocated": layout.bits_allocated,
        "bits_stored": layout.bits_stored,
        "pixel_representation": int(layout.is_signed),
        "pixel_keyword": "PixelData",
    }
    decoder = get_decoder(layout.transfer_syntax_uid)
    pixels, meta = decoder.as_array(encapsulate([encoded], has_bot=False), raw=True, **options)
    if layout.samples == 3:
        return to_grey(pixels, str(meta["photometric_interpretation"]))
    return pixels.view(f"u{pixels.dtype.itemsize}")


def _by_gdcm(encoded: bytes, layout: Layout) -> Pixels:
    """Decode a grey frame by GDCM, which reads files only; it knows JPEG processes that others do not."""
    _refuse_cut_off(encoded)
    if layout.samples != 1:
        raise CodecError("colour frames are not read by GDCM here")
    with tempfile.TemporaryDirectory(prefix="frame-") as folder:
        path = Path(folder, "frame.dcm")
        dcmwrite(path, _one_frame_file(encoded, layout), enforce_file_format=True)
        volume: Pixels = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path), imageIO="GDCMImageIO"))
    return volume.reshape(volume.shape[-2:]).astype(f"u{layout.bits_allocated // 8}")


def _one_frame_file(encoded: bytes, layout: Layout) -> Dataset:
    """Return the smallest file that holds the frame, without anything about the patient."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, generate_uid()
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = layout.rows, layout.columns
    dataset.BitsAllocated, dataset.BitsStored = layout.bits_allocated, layout.bits_stored
    dataset.HighBit, dataset.PixelRepresentation = layout.bits_stored - 1, int(layout.is_signed)
    dataset.PixelData = encapsulate([encoded])
    dataset["PixelData"].VR = "OB"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = layout.transfer_syntax_uid
    return dataset


DECODERS: Final[dict[UID, tuple[Decoder, ...]]] = {
    JPEGBaseline8Bit: (_by_pillow, _by_pydicom, _by_gdcm),
    JPEGExtended12Bit: (_by_pillow, _by_pydicom, _by_gdcm),
    JPEGLossless: (_by_gdcm, _by_pydicom),
    JPEGLosslessSV1: (_by_gdcm, _by_pydicom),
}
"""Transfer syntax -> decoders; all others are left to pydicom's plugins, then to GDCM."""
