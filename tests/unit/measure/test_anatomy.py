from functools import lru_cache

import numpy as np
import pytest

from lib.labels import Label, load_label_table
from lib.measure.anatomy import NameSuggestion, suggest_names
from lib.measure.anatomy_heart import SEGMENTS, Side, drawing
from lib.measure.graph import VesselGraph, vessel_graph
from lib.settings import PROJECT_FOLDER
from tests.vessel_shapes import tubes

AP_CRANIAL = (0.0, 30.0)
LAO = (45.0, 0.0)
SCALE = 2.0


def coronary() -> tuple[Label, ...]:
    """Return the labels of the SYNTAX segments."""
    return load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml").set("coronary")


@lru_cache
def drawn(side: Side, view: tuple[float, float]) -> VesselGraph:
    """Return the graph of the drawing itself, at another size and place than it is drawn."""
    picture = drawing(side, view)
    yx = SCALE * picture.yx_mm
    yx = yx - yx.min(axis=0) + 20
    lines = []
    for number in np.unique(picture.segment):
        on = picture.segment == number
        lines.append((yx[on].tolist(), SCALE * 0.7 * SEGMENTS[number].radius_mm))
    shape = tuple(np.ceil(yx.max(axis=0) + 20).astype(int))
    return vessel_graph(tubes(*lines, shape=(int(shape[0]), int(shape[1]))))


def middle_x(side: Side, view: tuple[float, float], number: str) -> float:
    """Return how far right in the picture the middle of a segment is drawn."""
    picture = drawing(side, view)
    on = [SEGMENTS[segment].number == number for segment in picture.segment]
    return float(picture.yx_mm[on, 1].mean())


def names(found: list[NameSuggestion]) -> set[str]:
    """Return the names that were suggested."""
    return {suggestion.name for suggestion in found}


@pytest.mark.parametrize(
    ("side", "view", "expected"),
    [
        ("left", AP_CRANIAL, {"left main", "LAD proximal", "LAD mid", "LAD apical"}),
        ("left", LAO, {"LAD mid", "LAD apical", "first diagonal"}),
        ("right", LAO, {"posterolateral from RCA", "posterior descending from RCA"}),
        ("right", AP_CRANIAL, {"posterolateral from RCA", "posterior descending from RCA"}),
    ],
)
def test_arteries_that_run_as_drawn_get_their_names(
    side: Side, view: tuple[float, float], expected: set[str]
) -> None:
    found = suggest_names(drawn(side, view), view, coronary())

    assert expected <= names(found)
    assert all(0.4 <= suggestion.confidence <= 0.85 for suggestion in found)


def test_no_branch_has_two_names_and_the_surest_stands_first() -> None:
    found = suggest_names(drawn("left", AP_CRANIAL), AP_CRANIAL, coronary())

    branches = [suggestion.branch_id for suggestion in found]
    assert len(set(branches)) == len(branches)
    assert [s.confidence for s in found] == sorted((s.confidence for s in found), reverse=True)


def test_a_reason_tells_the_artery_and_the_view() -> None:
    (first, *_) = suggest_names(drawn("right", LAO), LAO, coronary())

    assert first.reason == "Its place and direction are those of a right coronary artery in LAO 45 / CRA 0."


def test_names_come_from_the_label_table() -> None:
    labels = tuple(label for label in coronary() if label.number == "7")

    assert names(suggest_names(drawn("left", AP_CRANIAL), AP_CRANIAL, labels)) == {"LAD mid"}


def test_without_a_view_nothing_is_suggested() -> None:
    assert suggest_names(drawn("left", LAO), None, coronary()) == []


def test_labels_without_segments_suggest_nothing() -> None:
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")

    assert suggest_names(drawn("left", LAO), LAO, table.set("peripheral")) == []


def test_a_frame_without_vessels_has_no_names() -> None:
    assert suggest_names(vessel_graph(np.zeros((64, 64), bool)), LAO, coronary()) == []


@pytest.mark.parametrize("corner", [(10.0, 60.0), (60.0, 10.0)])
def test_two_pieces_far_apart_are_no_coronary_artery(corner: tuple[float, float]) -> None:
    first, last = [(10.0, 10.0), corner], [(190.0, 190.0), (200 - corner[0], 200 - corner[1])]

    graph = vessel_graph(tubes((first, 3.0), (last, 3.0)))

    assert suggest_names(graph, LAO, coronary()) == []


def test_in_a_lao_view_the_lad_runs_left_of_the_circumflex() -> None:
    assert middle_x("left", LAO, "7") < middle_x("left", LAO, "13")


def test_from_the_front_the_patients_right_is_on_the_left() -> None:
    assert middle_x("right", (0.0, 0.0), "2") < middle_x("left", (0.0, 0.0), "13")
