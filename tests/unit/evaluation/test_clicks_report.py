from typing import Any

import pytest

from lib.evaluation.clicks import ClickEvaluation, Session
from lib.evaluation.clicks_report import clicks_summary
from lib.evaluation.each_case import Failure


def session(name: str, *iou: float, subject: str = "", **settings: Any) -> Session:
    """Return a session with one click for each figure behind the first, all of them reported."""
    times = {"opening_ms": 100.0, "click_ms": tuple(10.0 * n for n in range(1, len(iou)))} | settings
    return Session(name, subject or name, iou, tuple(value / 2 for value in iou), **times)


def summary(*sessions: Session, **settings: Any) -> dict[str, Any]:
    reported = tuple(range(len(sessions[0].iou))) if sessions else (0, 1)
    return clicks_summary(
        ClickEvaluation(list(sessions), **{"n_empty": 0, "failures": [], "reported": reported} | settings)
    )


def test_the_keys_are_those_that_were_agreed() -> None:
    said = summary(session("a", 0.1, 0.5, 0.9))

    assert {
        "n", "iou_at", "dice_at", "surface_dice_2px_at", "noc", "failures", "worse_share",
        "click_ms_p50", "click_ms_p95", "first_click_ms_p50",
    } <= set(said)  # fmt: skip
    assert list(said["noc"]) == list(said["failures"]) == ["0.70", "0.80", "0.85"]
    assert list(said["iou_at"]) == ["0", "1", "2"]


def test_means_are_over_the_sessions_by_number_of_clicks() -> None:
    said = summary(session("a", 0.2, 0.6), session("b", 0.4, 0.8))

    assert said["iou_at"] == {"0": pytest.approx(0.3), "1": pytest.approx(0.7)}
    assert said["dice_at"]["1"] == pytest.approx((1.2 / 1.6 + 1.6 / 1.8) / 2, abs=1e-4)
    assert said["surface_dice_2px_at"] == {"0": pytest.approx(0.15), "1": pytest.approx(0.35)}


def test_only_the_reported_numbers_of_clicks_are_shown() -> None:
    one = Session("a", "a", (0.1, 0.2, 0.3, 0.4), (0.5, 0.6), 1.0, (1.0, 1.0, 1.0))

    said = summary(one, reported=(0, 3))

    assert said["iou_at"] == {"0": 0.1, "3": 0.4}
    assert said["surface_dice_2px_at"] == {"0": 0.5, "3": 0.6}


def test_the_clicks_to_a_threshold_end_at_the_first_that_reaches_it() -> None:
    said = summary(session("a", 0.1, 0.75, 0.6, 0.81), session("b", 0.1, 0.2, 0.7, 0.7))

    assert said["noc"] == {"0.70": 1.5, "0.80": 3.0, "0.85": 3.0}
    assert said["failures"] == {"0.70": 0, "0.80": 1, "0.85": 2}


def test_a_start_that_is_good_enough_takes_no_click() -> None:
    said = summary(session("a", 0.82, 0.84))

    assert said["noc"] == {"0.70": 0.0, "0.80": 0.0, "0.85": 1.0}


def test_clicks_that_made_it_worse_are_a_share_of_those_that_were_made() -> None:
    done_early = session("a", 0.5, 1.0, 1.0, 1.0, click_ms=(10.0,))

    said = summary(done_early, session("b", 0.5, 0.4, 0.6, 0.6))

    assert said["worse_share"] == 0.25


def test_where_nobody_had_to_click_there_is_no_share_and_no_time() -> None:
    said = summary(session("a", 1.0, 1.0, click_ms=()))

    assert said["n"] == 1
    assert said["worse_share"] is said["click_ms_p50"] is said["first_click_ms_p50"] is None


def test_the_first_click_includes_the_opening_and_is_none_of_the_others() -> None:
    said = summary(session("a", *[0.5] * 22))

    assert said["first_click_ms_p50"] == 110.0
    assert said["click_ms_p50"] == 115.0
    assert said["click_ms_p95"] == pytest.approx(200.5)


def test_intervals_hold_their_means_and_draw_whole_subjects() -> None:
    alike = [session(str(n), 0.1, 0.2 + 0.6 * (n // 10), subject=str(n // 10)) for n in range(20)]
    apart = [session(str(n), 0.1, 0.2 + 0.6 * (n // 10)) for n in range(20)]

    by_subject, by_case = summary(*alike), summary(*apart)

    for said in (by_subject, by_case):
        low, high = said["iou_at_ci"]["1"]
        assert low < said["iou_at"]["1"] < high
    assert by_subject["iou_at_ci"]["1"] == [0.2, 0.8]
    assert by_case["iou_at_ci"]["1"][0] > 0.2
    assert {"dice_at_ci", "surface_dice_2px_at_ci", "noc_ci", "worse_share_ci"} <= set(by_case)


def test_clicks_of_one_subject_are_drawn_together() -> None:
    good = [session(f"good {n}", 0.1, 0.2, 0.3, subject="good") for n in range(10)]
    bad = [session(f"bad {n}", 0.3, 0.2, 0.1, subject="bad") for n in range(10)]

    said = summary(*good, *bad)

    assert (said["worse_share"], said["worse_share_ci"]) == (0.5, [0.0, 1.0])


def test_of_one_subject_single_frames_are_drawn() -> None:
    said = summary(*(session(str(n), 0.1, n / 10, subject="one") for n in range(10)))

    low, high = said["iou_at_ci"]["1"]
    assert low < 0.45 < high


def test_the_worst_ten_are_named_worst_first() -> None:
    said = summary(*(session(f"{n:02}", 0.1, n / 20) for n in reversed(range(15))))

    assert [one["name"] for one in said["worst"]] == [f"{n:02}" for n in range(10)]


def test_nothing_clicked_gives_figures_that_are_none() -> None:
    said = summary(n_empty=2, failures=[Failure("a", "It is broken.")])

    assert (said["n"], said["n_empty"], said["iou_at"], said["noc"]) == (0, 2, None, None)
    assert said["failed"] == [{"name": "a", "reason": "It is broken."}]
