"""When the frames were taken, and the ECG beside them."""

from dataclasses import dataclass

from lib.frames.ecg import Ecg
from lib.frames.timing import Timing
from lib.frames.values import Values
from lib.metadata.columns import column


@dataclass(frozen=True)
class RunCourse:
    """Timing of a run and its ECG."""

    frames_per_second: float | None = column("mean rate", "1/s")
    duration_ms: float | None = column("start of the first to start of the last frame", "ms")
    timing_source: str | None = column("the DICOM keyword that times come from, or unknown")
    heart_rate: int | None = column("heart rate as stated", "1/min", "(0018,1088)")
    r_wave_frames: str | None = column("numbers of frames with an R wave, from 1", dicom="(0028,6040)")
    ecg_samples: int | None = column("samples of the ECG", dicom="(5400,0100); (50xx,3000)")
    ecg_hz: float | None = column("rate of the ECG, where stated", "Hz", "(003A,001A)")


@dataclass(frozen=True)
class FrameCourse:
    """Timing of a frame."""

    time_ms: float | None = column(
        "start of the frame since the first", "ms", "(0018,1065); (0018,9074); (0018,1063); (0018,0040)"
    )
    is_r_wave: bool | None = column("the frame has an R wave", dicom="(0028,6040)")


def read_course(values: Values, timing: Timing, ecg: Ecg | None) -> tuple[RunCourse, list[FrameCourse]]:
    """Return timing and ECG of a run and of its frames; unknown times are None."""
    is_known = timing.frames_per_second is not None
    r_waves = () if ecg is None else ecg.r_wave_frames
    run = RunCourse(
        frames_per_second=timing.frames_per_second,
        duration_ms=timing.frame_times_ms[-1] if is_known else None,
        timing_source=timing.source,
        heart_rate=values.integer("HeartRate"),
        r_wave_frames=" ".join(str(t + 1) for t in r_waves) or None,
        ecg_samples=len(ecg.samples) if ecg is not None and ecg.samples else None,
        ecg_hz=None if ecg is None else ecg.sampling_hz,
    )
    frames = [
        FrameCourse(ms if is_known else None, (t in r_waves) if r_waves else None)
        for t, ms in enumerate(timing.frame_times_ms)
    ]
    return run, frames
