"""When each frame begins."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Final

from pydicom.dataset import Dataset

from lib.frames.groups import FunctionalGroups
from lib.frames.values import Values, describe

UNKNOWN: Final = "unknown"
DATE_TIME: Final = re.compile(r"(\d{14})(?:\.(\d{1,6}))?(?:[+-]\d{4})?")


@dataclass(frozen=True)
class Timing:
    """Times of the frames of a run.

    Attributes:
        frame_times_ms: Start of each frame, the first 0.0; all 0.0 when nothing states times.
        source: The DICOM keyword that the times come from, or "unknown".
        frames_per_second: Mean rate; None for a single frame or unknown times.
    """

    frame_times_ms: tuple[float, ...]
    source: str
    frames_per_second: float | None


def frame_timing(header: Dataset | Values, n_frames: int) -> Timing:
    """Return the frame times from the most exact attribute that is usable.

    In this order: Frame Time Vector, the per-frame acquisition times of an enhanced object, Frame Time,
    Cine Rate, Recommended Display Frame Rate. A malformed one is reported and the next is tried.

    DICOM:
        Cine Module, PS3.3 C.7.6.5: (0018,1065), (0018,1063), (0018,0040), (0008,2144); Frame Content
        macro, PS3.3 C.7.6.16.2.2: (0018,9074), (0018,9151).
    """
    values = Values.of(header)
    for source, read in SOURCES:
        times = read(values, n_frames)
        if times is not None:
            return Timing(times, source, _rate(times))
    return Timing((0.0,) * n_frames, UNKNOWN, None)


def _rate(times_ms: tuple[float, ...]) -> float | None:
    if len(times_ms) < 2 or times_ms[-1] <= 0:
        return None
    return 1000.0 * (len(times_ms) - 1) / times_ms[-1]


def _from_vector(values: Values, n_frames: int) -> tuple[float, ...] | None:
    """Add the increments up; the first belongs to the first frame and is 0 by definition."""
    increments = values.numbers("FrameTimeVector")
    if not increments:
        return None
    if len(increments) != n_frames or min(increments) < 0:
        values.note(
            f"{describe('FrameTimeVector')} has {len(increments)} values for {n_frames} frames, the smallest "
            f"{min(increments):g} ms; it was ignored."
        )
        return None
    return tuple(accumulate((0.0, *increments[1:])))


def _from_frame_content(values: Values, n_frames: int) -> tuple[float, ...] | None:
    groups = FunctionalGroups(values)
    if not groups:
        return None
    for keyword in ("FrameAcquisitionDateTime", "FrameReferenceDateTime"):
        contents = [groups.item("FrameContentSequence", t) for t in range(n_frames)]
        moments = [_moment(None if item is None else item.text(keyword)) for item in contents]
        known = [moment for moment in moments if moment is not None]
        if len(known) == n_frames:
            times = tuple((moment - known[0]) / timedelta(milliseconds=1) for moment in known)
            if _ascends(times):
                return times
        if known:
            values.note(f"{describe(keyword)} does not give every frame a later time; it was ignored.")
    return None


def _moment(text: str | None) -> datetime | None:
    match = DATE_TIME.fullmatch(text or "")
    if match is None:
        return None
    try:
        whole = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return whole + timedelta(microseconds=int((match[2] or "0").ljust(6, "0")))


def _ascends(times: Iterable[float]) -> bool:
    return all(later > earlier for earlier, later in pairwise(times))


def _evenly(n_frames: int, step_ms: float | None) -> tuple[float, ...] | None:
    return None if step_ms is None else tuple(t * step_ms for t in range(n_frames))


def _from_frame_time(values: Values, n_frames: int) -> tuple[float, ...] | None:
    return _evenly(n_frames, values.positive("FrameTime"))


def _from_cine_rate(values: Values, n_frames: int) -> tuple[float, ...] | None:
    rate = values.positive("CineRate")
    return _evenly(n_frames, None if rate is None else 1000.0 / rate)


def _from_display_rate(values: Values, n_frames: int) -> tuple[float, ...] | None:
    rate = values.positive("RecommendedDisplayFrameRate")
    return _evenly(n_frames, None if rate is None else 1000.0 / rate)


Reader = Callable[[Values, int], tuple[float, ...] | None]
SOURCES: Final[tuple[tuple[str, Reader], ...]] = (
    ("FrameTimeVector", _from_vector),
    ("FrameAcquisitionDateTime", _from_frame_content),
    ("FrameTime", _from_frame_time),
    ("CineRate", _from_cine_rate),
    ("RecommendedDisplayFrameRate", _from_display_rate),
)
