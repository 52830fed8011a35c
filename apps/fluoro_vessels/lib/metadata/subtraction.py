"""Digital subtraction: which frames are the mask, and how it is laid under the others."""

from dataclasses import dataclass

from lib.frames.values import Values
from lib.metadata.columns import column


@dataclass(frozen=True)
class RunSubtraction:
    """What the first item of the Mask Subtraction Sequence says."""

    viewing_mode: str | None = column("SUB: to be shown subtracted; NAT: as it is", dicom="(0028,1090)")
    mask_operation: str | None = column("NONE, AVG_SUB, TID or REV_TID", dicom="(0028,6101)")
    mask_frames: str | None = column("numbers of the frames that are the mask, from 1", dicom="(0028,6110)")
    mask_applies_to: str | None = column("first and last frame of each range", dicom="(0028,6102)")
    mask_shift_row_px: float | None = column("shift of the mask down the rows", "px", "(0028,6114)")
    mask_shift_column_px: float | None = column("shift along the columns", "px", "(0028,6114)")
    tid_offset: int | None = column("time interval difference", "frames", "(0028,6120)")


@dataclass(frozen=True)
class FrameSubtraction:
    """Whether a frame is a mask."""

    is_mask: bool | None = column("the frame is a mask of the subtraction", dicom="(0028,6110)")


def read_subtraction(values: Values, n_frames: int) -> tuple[RunSubtraction, list[FrameSubtraction]]:
    """Return how a run is subtracted; frame numbers beyond the run are left out.

    DICOM:
        Mask Module, PS3.3 C.7.6.10.
    """
    viewing_mode = values.text("RecommendedViewingMode")
    items = values.items("MaskSubtractionSequence")
    if not items:
        return RunSubtraction(viewing_mode=viewing_mode), [FrameSubtraction()] * n_frames
    mask = items[0]
    numbers = [int(number) for number in mask.numbers("MaskFrameNumbers") if 1 <= number <= n_frames]
    shift = mask.numbers("MaskSubPixelShift")
    row, column_px = shift if len(shift) == 2 else (None, None)
    run = RunSubtraction(
        viewing_mode=viewing_mode,
        mask_operation=mask.text("MaskOperation"),
        mask_frames=_joined(numbers),
        mask_applies_to=_joined(mask.numbers("ApplicableFrameRange")),
        mask_shift_row_px=row,
        mask_shift_column_px=column_px,
        tid_offset=mask.integer("TIDOffset"),
    )
    return run, [FrameSubtraction(t + 1 in numbers) for t in range(n_frames)]


def _joined(numbers: list[int] | tuple[float, ...]) -> str | None:
    return " ".join(f"{number:g}" for number in numbers) or None
