"""End-diastolic frames, by the simulated heart's own clock and by ECG."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors.measure_run import NoHeartbeatError
from lib.frames.ecg import Ecg
from lib.measure.centre_line import CentreLine
from lib.measure.phase import end_diastolic
from lib.phantom import draw_scenario
from lib.phantom.physiology.motion import Motion

MOTION = draw_scenario(9001, "coronary", is_dsa=False).motion
SITE_MM = np.stack([np.linspace(20, 35, 40), np.linspace(-30, -40, 40), np.linspace(10, -20, 40)], axis=1)
BLACK = np.zeros((60, 8, 8), np.float32)


def lines_of(motion: Motion, times_ms: NDArray[np.float64], noise_px: float = 0.3) -> list[CentreLine | None]:
    """Return a stretch on the heart in each frame, seen from the front with 3 pixels for a mm."""
    random = np.random.default_rng(3)
    moved = [motion.move(SITE_MM, "heart", time / 1000) for time in times_ms]
    seen = [200 + 3 * points[:, [2, 0]] * [-1, 1] + random.normal(0, noise_px, 2) for points in moved]
    return [CentreLine.of(yx) for yx in seen]


def off_beat(motion: Motion, times_ms: NDArray[np.float64], frames: tuple[int, ...]) -> NDArray[np.float64]:
    """Return how far frames lie from the end of diastole, in ms, negative before it."""
    turns = motion.heart_rate_hz * times_ms[list(frames)] / 1000 + motion.heart_phase
    return np.asarray((np.mod(turns + 0.5, 1) - 0.5) / motion.heart_rate_hz * 1000)


@pytest.mark.parametrize("frames_per_second", [7.5, 15.0, 30.0])
@pytest.mark.parametrize("rate_hz", [0.9, 1.6])
def test_the_motion_of_a_vessel_shows_the_end_of_every_diastole(
    frames_per_second: float, rate_hz: float
) -> None:
    times = np.arange(60) * 1000 / frames_per_second
    motion = replace(MOTION, heart_rate_hz=rate_hz)

    phase = end_diastolic(BLACK, times.tolist(), lines=lines_of(motion, times), contrast=[1.0] * 60)

    off = off_beat(motion, times, phase.frames)
    assert phase.method == "motion"
    assert np.median(off) <= 20
    assert np.abs(off).max() < 1000 / frames_per_second + 60
    assert len(phase.frames) == pytest.approx(times[-1] / 1000 * rate_hz, abs=1.1)


def test_breath_and_table_do_not_hide_the_beat() -> None:
    times = np.arange(60) * 66.7
    motion = replace(MOTION, breath_mm=6.0, breath_rate_hz=0.3, table_mm_s=(5.0, -4.0))

    phase = end_diastolic(BLACK, times.tolist(), lines=lines_of(motion, times), contrast=[1.0] * 60)

    assert np.abs(off_beat(motion, times, phase.frames)).max() < 110


def test_of_all_beats_the_fullest_is_chosen() -> None:
    times = np.arange(60) * 66.7
    contrast = np.exp(-0.5 * ((np.arange(60) - 40) / 5) ** 2).tolist()

    phase = end_diastolic(BLACK, times.tolist(), lines=lines_of(MOTION, times), contrast=contrast)

    assert abs(phase.t - 40) <= 6
    assert f"Frame {phase.t + 1} is end-diastolic" in phase.words


def test_beats_are_found_without_frame_times() -> None:
    times = np.arange(60) * 66.7

    phase = end_diastolic(BLACK, None, lines=lines_of(MOTION, times), contrast=[1.0] * 60)

    assert np.abs(off_beat(MOTION, times, phase.frames)).max() < 110
    assert "a minute" not in phase.words


def test_frames_where_the_vessel_was_not_seen_are_done_without() -> None:
    times = np.arange(60) * 66.7
    lines = lines_of(MOTION, times)
    lines[:12] = [None] * 12

    phase = end_diastolic(BLACK, times.tolist(), lines=lines, contrast=[1.0] * 60)

    assert np.abs(off_beat(MOTION, times, phase.frames)).max() < 110


def test_a_vessel_that_only_breathes_has_no_end_diastolic_frame() -> None:
    times = np.arange(60) * 66.7
    still = replace(MOTION, squeeze=0.0, descent_mm=0.0, twist_rad=0.0, breath_mm=5.0)

    with pytest.raises(NoHeartbeatError, match="rhythm of a heart"):
        end_diastolic(BLACK, times.tolist(), lines=lines_of(still, times), contrast=[1.0] * 60)


def test_less_than_two_beats_are_not_enough() -> None:
    times = np.arange(9) * 66.7

    with pytest.raises(NoHeartbeatError, match="ECG"):
        end_diastolic(BLACK[:9], times.tolist(), lines=lines_of(MOTION, times), contrast=[1.0] * 9)


def test_r_waves_of_the_header_are_believed_before_any_motion() -> None:
    ecg = Ecg((), None, (4, 19, 33))

    phase = end_diastolic(BLACK, None, ecg, contrast=[float(t == 20) + float(t == 19) for t in range(60)])

    assert (phase.t, phase.frames, phase.method) == (19, (4, 19, 33), "ECG")


def heart_trace(beats_s: list[float], hz: float, length_s: float, sign: float = 1.0) -> tuple[float, ...]:
    """Return an ECG with P, R and T waves on a baseline that wanders."""
    when = np.arange(0, length_s, 1 / hz)
    trace = 0.4 * np.sin(2 * np.pi * 0.3 * when)
    for beat in beats_s:
        for size, delay, width in ((0.15, -0.16, 0.03), (1.0, 0.0, 0.012), (0.3, 0.28, 0.06)):
            trace += sign * size * np.exp(-0.5 * ((when - beat - delay) / width) ** 2)
    return tuple(trace.tolist())


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("stated_hz", [400.0, None])
def test_r_waves_are_found_in_the_samples(sign: float, stated_hz: float | None) -> None:
    ecg = Ecg(heart_trace([0.5, 1.3, 2.2, 3.0], 400, 4.0, sign), stated_hz, ())
    times = [66.7 * t for t in range(60)]

    phase = end_diastolic(BLACK, times, ecg, contrast=[1.0] * 60)

    assert phase.method == "ECG"
    assert [times[t] / 1000 for t in phase.frames] == pytest.approx([0.5, 1.3, 2.2, 3.0], abs=0.07)


def test_a_flat_ecg_is_no_ecg() -> None:
    times = np.arange(60) * 66.7
    ecg = Ecg((0.0,) * 400, 100.0, ())

    phase = end_diastolic(BLACK, times.tolist(), ecg, lines_of(MOTION, times), [1.0] * 60)

    assert phase.method == "motion"


def test_without_a_line_the_pictures_show_the_beat() -> None:
    times = np.arange(45) * 66.7
    y, x = np.mgrid[:96, :96]
    frames = []
    for time in times:
        squeeze = 9 * MOTION.systole(time / 1000)
        wall = 30 * np.exp(-0.5 * ((y - 48) / 25.0) ** 2) - squeeze
        frames.append(1 - 0.6 * np.exp(-0.5 * ((x - 30 - wall) / 2.0) ** 2))

    phase = end_diastolic(np.stack(frames).astype(np.float32), times.tolist(), contrast=[1.0] * 45)

    assert np.abs(off_beat(MOTION, times, phase.frames)).max() < 110
