"""The JSON of a measurement: each number with unit and error, and nothing that JSON has not."""

import json
from typing import Any

import numpy as np

from lib.measure.out.document import document
from tests.measured_site import MM, a_measurement


def told(**changes: Any) -> dict[str, Any]:
    return json.loads(json.dumps(document(a_measurement(**changes)), allow_nan=False))


def by_key(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {value["key"]: value for value in document["values"]}


def test_a_measurement_says_its_frame_from_one() -> None:
    assert told()["frame_number"] == 2


def test_the_narrowing_in_percent_leads_and_needs_no_scale() -> None:
    first = told(scale=None)["values"][0]

    assert (first["key"], first["value"], first["unit"]) == ("percent_diameter", 60.0, "%")
    assert first["expected_error_percent"] is None


def test_lengths_carry_the_scale_s_error_and_areas_twice_of_it() -> None:
    values = by_key(told())

    assert (values["mld"]["value"], values["mld"]["unit"]) == (1.0, "mm")
    assert values["mld"]["expected_error_percent"] == MM.expected_error_percent
    assert values["minimal_area"]["unit"] == "mm2"
    assert values["minimal_area"]["expected_error_percent"] == 2 * MM.expected_error_percent


def test_without_a_scale_no_value_is_in_millimetres() -> None:
    document = told(scale=None)

    assert document["scale"] is None
    assert document["unit"] == "px"
    assert not [value for value in document["values"] if "mm" in value["unit"]]


def test_what_was_not_measured_is_null() -> None:
    course = told()["course"]

    assert course["diameter"][2] is None
    assert course["calipers"][2] is None
    assert course["losses"] == [None, None, "no contrast", None]


def test_places_are_x_then_y() -> None:
    (x1, y1), (x2, y2) = told()["caliper"]["points"]

    assert (x1, x2) == (32.0, 32.0)
    assert sorted((y1, y2)) == [28.0, 32.0]


def test_the_quality_and_the_scale_speak_in_sentences() -> None:
    document = told()

    assert document["quality"]["verdict"] == "measured"
    assert document["quality"]["sentence"]
    assert document["scale"]["words"] == MM.words


def test_an_even_vessel_has_a_diameter_and_no_narrowing() -> None:
    values = by_key(told(lesion=None))

    assert "diameter" in values
    assert "percent_diameter" not in values


def test_numbers_that_are_none_never_reach_the_json() -> None:
    found = a_measurement(reference_px=np.full(97, np.nan))

    assert json.dumps(document(found), allow_nan=False)
    assert set(document(found)["profile"]["reference_diameter"]) == {None}
