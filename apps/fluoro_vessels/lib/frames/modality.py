"""From stored bit patterns to the modality's values: sign, Modality LUT, rescale."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.frames.groups import FunctionalGroups
from lib.frames.layout import Layout
from lib.frames.values import MALFORMED, Values

Table = NDArray[np.float32]
"""One value for every bit pattern a pixel can have: 256 or 65536."""

OVERLAY_BIT_POSITION: Final = (0x6000, 0x0102)
OVERLAY_DATA: Final = (0x6000, 0x3000)


def stored_values(values: Values, layout: Layout, n_codes: int) -> Table:
    """Return the number that each bit pattern means.

    Bits above Bits Stored are cut off only where an old overlay lies in them; a file that understates its
    Bits Stored keeps its bright pixels.
    """
    codes = np.arange(n_codes, dtype=np.int64)
    if not layout.transfer_syntax_uid.is_encapsulated:
        codes >>= layout.high_bit - layout.bits_stored + 1
    span = 1 << layout.bits_stored
    if layout.is_signed:
        codes = (codes + span // 2) % span - span // 2
    elif OVERLAY_BIT_POSITION in values.dataset and OVERLAY_DATA not in values.dataset:
        codes %= span
    return codes.astype(np.float32)


def modality_values(values: Values, layout: Layout, n_codes: int) -> Table:
    """Return the value of each bit pattern after the Modality LUT, or the rescale where there is none.

    DICOM:
        Modality LUT Module, PS3.3 C.11.1; for enhanced objects the Pixel Value Transformation macro of the
        first frame, PS3.3 C.7.6.16.2.9b.
    """
    stored = stored_values(values, layout, n_codes)
    for item in values.items("ModalityLUTSequence")[:1]:
        lut = lookup(item, layout)
        if lut is not None:
            return lut(stored)
    holder = FunctionalGroups(values).item("PixelValueTransformationSequence") or values
    slope, intercept = holder.number("RescaleSlope"), holder.number("RescaleIntercept")
    if slope == 0:
        values.note("RescaleSlope (0028,1053) is 0; the rescale was ignored.")
        return stored
    return stored * np.float32(1 if slope is None else slope) + np.float32(intercept or 0)


class Lookup:
    """A LUT of DICOM: values below its first input get the first entry, values above the last one."""

    def __init__(self, first: int, entries: NDArray[Any], bits: int) -> None:
        self._first = first
        self._entries = entries.astype(np.float32)
        self._top = np.float32((1 << bits) - 1)

    def __call__(self, table: Table) -> Table:
        """Return the entries for the values of a table."""
        index = np.clip(np.rint(table) - self._first, 0, len(self._entries) - 1)
        return self._entries[index.astype(np.int64)]

    def greys(self, table: Table) -> Table:
        """Return the entries as a share of the largest that their bits allow."""
        return np.clip(self(table) / self._top, 0, 1)


def lookup(item: Values, layout: Layout) -> Lookup | None:
    """Read LUT Descriptor and LUT Data; a malformed LUT is reported and None.

    DICOM:
        (0028,3002), (0028,3006), PS3.3 C.11.1.1.1.
    """
    descriptor = item.numbers("LUTDescriptor")
    if len(descriptor) != 3:
        item.note("LUTDescriptor (0028,3002) has not three values; the LUT was ignored.")
        return None
    n_entries, bits = int(descriptor[0]) % 65536 or 65536, int(descriptor[2])
    first = int(descriptor[1])
    if layout.is_signed and first > 32767:
        first -= 65536
    entries = _entries(item, n_entries, bits, layout.transfer_syntax_uid.is_little_endian)
    if entries is None or len(entries) < n_entries or not 1 <= bits <= 16:
        item.note(f"LUTData (0028,3006) does not hold {n_entries} entries; the LUT was ignored.")
        return None
    return Lookup(first, entries[:n_entries], bits)


def _entries(item: Values, n_entries: int, bits: int, is_little_endian: bool) -> NDArray[Any] | None:
    """Return LUT Data, which lies in words; some files pack entries of 8 bits into bytes."""
    try:
        data = item.dataset["LUTData"].value
        if not isinstance(data, bytes):
            return np.asarray(data, dtype=np.int64).reshape(-1)
    except MALFORMED:
        return None
    wide = bits > 8 or len(data) >= 2 * n_entries
    dtype = ("<u2" if is_little_endian else ">u2") if wide else "u1"
    return np.frombuffer(data, dtype, len(data) // (2 if wide else 1))
