"""The tables hold what was measured, in the unit that the scale allows, and nothing where nothing was."""

import csv
import io
from typing import Any

import pytest

from lib.measure.measurement import Measurement
from lib.measure.out.tables import LINE_COLUMNS, RUN_COLUMNS, line_csv, run_csv
from tests.measured_site import NARROW_PX, WIDTH_PX, a_measurement


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def run_rows(found: Measurement) -> list[dict[str, str]]:
    return rows(run_csv(found))


def numbers(row: dict[str, str], *names: str) -> list[float]:
    return [float(row[name]) for name in names]


def test_the_run_s_table_begins_with_the_columns_that_others_read() -> None:
    assert RUN_COLUMNS[:1] == ("frame_number",)
    assert {"x1_px", "y1_px", "x2_px", "y2_px", "diameter", "unit", "smooth_diameter", "confidence"} <= set(
        RUN_COLUMNS
    )
    assert run_csv(a_measurement()).splitlines()[0] == ",".join(RUN_COLUMNS)


def test_each_frame_has_a_row_and_frames_count_from_one() -> None:
    assert [row["frame_number"] for row in run_rows(a_measurement(5))] == ["1", "2", "3", "4", "5"]


def test_the_ends_of_the_caliper_are_as_far_apart_as_the_diameter() -> None:
    row = run_rows(a_measurement(scale=None))[0]
    x1, y1, x2, y2, diameter = numbers(row, "x1_px", "y1_px", "x2_px", "y2_px", "diameter")

    assert ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 == pytest.approx(diameter, abs=1e-3)
    assert row["unit"] == "px"
    assert diameter == NARROW_PX


def test_with_a_scale_the_diameters_are_in_millimetres_and_the_places_in_pixels() -> None:
    row = run_rows(a_measurement())[0]

    assert (row["diameter"], row["unit"]) == ("1.0", "mm")
    assert abs(float(row["y1_px"]) - float(row["y2_px"])) == NARROW_PX


def test_a_frame_without_the_site_has_no_number() -> None:
    row = run_rows(a_measurement())[2]

    assert [row[name] for name in ("x1_px", "diameter", "confidence", "is_outlier")] == [""] * 4


@pytest.mark.parametrize("changes", [{"course": None}, {"course": None, "times_ms": None}])
def test_without_a_course_only_the_measured_frame_has_values(changes: dict[str, Any]) -> None:
    told = run_rows(a_measurement(**changes))

    assert [row["frame_number"] for row in told if row["diameter"]] == ["2"]


def test_times_are_empty_where_the_header_states_none() -> None:
    assert {row["time_ms"] for row in run_rows(a_measurement(times_ms=None))} == {""}


def test_the_line_s_table_has_a_row_for_each_point_and_marks_the_lesion() -> None:
    found = a_measurement(scale=None)
    told = rows(line_csv(found))

    assert tuple(told[0]) == LINE_COLUMNS
    assert len(told) == len(found.profile.line)
    lesion = [n for n, row in enumerate(told) if row["is_lesion"] == "1"]
    assert (lesion[0], lesion[-1]) == (found.at - 10, found.at + 10)
    assert numbers(told[0], "diameter", "reference_diameter") == pytest.approx([WIDTH_PX, WIDTH_PX], abs=0.01)
