"""Frame times."""

import pytest

from lib.frames.read import read_header
from lib.frames.timing import frame_timing
from tests.builders import build_enhanced_xa, build_rf, build_xa


def test_frame_time_gives_equal_steps() -> None:
    timing = frame_timing(build_xa(frame_time_ms=40), 4)

    assert timing.frame_times_ms == (0, 40, 80, 120)
    assert (timing.source, timing.frames_per_second) == ("FrameTime", 25)


def test_a_frame_time_vector_is_added_up_and_wins_over_frame_time() -> None:
    timing = frame_timing(build_xa(frame_time_ms=40, FrameTimeVector=[5, 10, 20, 30]), 4)

    assert timing.frame_times_ms == (0, 10, 30, 60)
    assert (timing.source, timing.frames_per_second) == ("FrameTimeVector", 50)


@pytest.mark.parametrize("vector", [[0, 10, 20], [0, 10, -20, 30]])
def test_a_wrong_frame_time_vector_is_reported_and_the_next_source_is_taken(vector: list[int]) -> None:
    header = read_header(build_xa(frame_time_ms=40, FrameTimeVector=vector))

    assert header.timing.source == "FrameTime"
    assert "FrameTimeVector (0018,1065)" in header.problems[0]


@pytest.mark.parametrize("keyword", ["CineRate", "RecommendedDisplayFrameRate"])
def test_a_rate_stands_in_for_frame_times(keyword: str) -> None:
    timing = frame_timing(build_xa(frame_time_ms=None, **{keyword: 20}), 3)

    assert timing.frame_times_ms == (0, 50, 100)
    assert (timing.source, timing.frames_per_second) == (keyword, 20)


def test_a_frame_time_of_zero_is_a_problem() -> None:
    header = read_header(build_xa(frame_time_ms=0))

    assert header.timing.frames_per_second is None
    assert header.timing.frame_times_ms == (0, 0, 0, 0)
    assert "not above zero; it was ignored." in header.problems[0]


def test_enhanced_objects_say_when_each_frame_was_taken() -> None:
    timing = frame_timing(build_enhanced_xa(frame_time_ms=62.5), 4)

    assert timing.frame_times_ms == (0, 62.5, 125, 187.5)
    assert (timing.source, timing.frames_per_second) == ("FrameAcquisitionDateTime", 16)


def test_frames_taken_out_of_order_are_reported() -> None:
    dataset = build_enhanced_xa(CineRate=10)
    dataset.PerFrameFunctionalGroupsSequence[2].FrameContentSequence[
        0
    ].FrameAcquisitionDateTime = "20240517092900"
    dataset.PerFrameFunctionalGroupsSequence[2].FrameContentSequence[
        0
    ].FrameReferenceDateTime = "20240000000000"

    header = read_header(dataset)

    assert header.timing.source == "CineRate"
    assert len(header.problems) == 2


def test_a_single_frame_has_no_rate() -> None:
    timing = frame_timing(build_rf(), 1)

    assert (timing.frame_times_ms, timing.source, timing.frames_per_second) == ((0.0,), "unknown", None)
