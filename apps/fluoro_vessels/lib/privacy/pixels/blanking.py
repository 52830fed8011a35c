"""Regions become black on every frame, in the values as they are stored."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from numpy.typing import NDArray

from lib.frames.layout import Layout
from lib.privacy.pixels.report import Region

MIDDLE_CHROMA: Final = 128


def black_of(layout: Layout) -> int:
    """Return the stored value that is shown black, as an unsigned bit pattern.

    MONOCHROME1 shows its highest value black. Signed values are extended to all bits allocated.

    DICOM:
        Photometric Interpretation, PS3.3 C.7.6.3.1.2.
    """
    if layout.samples == 3:
        return 0
    span = 1 << layout.bits_stored
    is_turned = layout.photometric == "MONOCHROME1"
    if layout.is_signed:
        black = (span // 2 - 1) if is_turned else -(span // 2)
    else:
        black = span - 1 if is_turned else 0
    if not layout.transfer_syntax_uid.is_encapsulated:
        black <<= layout.high_bit - layout.bits_stored + 1
    return black % (1 << layout.bits_allocated)


def blank_grey(codes: NDArray[Any], regions: Iterable[Region], layout: Layout) -> None:
    """Make regions of (T, H, W) codes black, in place."""
    for region in regions:
        codes[:, region.rows, region.columns] = black_of(layout)


def blank_color(samples: NDArray[Any], regions: Iterable[Region], photometric: str) -> None:
    """Make regions of (T, H, W, 3) samples black, in place; colour differences are 0 in their middle."""
    black = (0, MIDDLE_CHROMA, MIDDLE_CHROMA) if photometric.startswith("YBR_") else (0, 0, 0)
    for region in regions:
        samples[:, region.rows, region.columns] = black


def snapped(region: Region, side: int, shape: tuple[int, int]) -> Region:
    """Return the smallest region of whole blocks around one, inside the picture.

    Args:
        region: The region.
        side: Side of a block in pixels; 1 changes nothing.
        shape: (rows, columns) of the picture.
    """
    rows, columns = shape
    return replace(
        region,
        top=region.top // side * side,
        left=region.left // side * side,
        bottom=min(-(-region.bottom // side) * side, rows),
        right=min(-(-region.right // side) * side, columns),
    )
