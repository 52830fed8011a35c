"""What a person can have shown on a frame, and what nobody can."""

import pytest

from lib.errors import PointOutOfFrameError, PromptError
from lib.interaction.prompts import MOST_POINTS, Prompt, PromptKind, check_inside


@pytest.mark.parametrize(
    ("kind", "n_points"),
    [
        (PromptKind.POINT, 0),
        (PromptKind.POINT, 2),
        (PromptKind.BOX, 1),
        (PromptKind.BOX, 3),
        (PromptKind.SCRIBBLE, 1),
        (PromptKind.SCRIBBLE, MOST_POINTS + 1),
    ],
)
def test_a_prompt_has_the_points_of_its_kind(kind: PromptKind, n_points: int) -> None:
    with pytest.raises(PromptError, match=rf"A {kind} has .* points?, not {n_points:,}\."):
        Prompt(kind, ((1.0, 2.0),) * n_points)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_coordinate_is_a_finite_number(value: float) -> None:
    with pytest.raises(PromptError, match="no finite number"):
        Prompt(PromptKind.POINT, ((1.0, value),))


def test_a_scribble_may_have_as_many_points_as_a_stroke_has() -> None:
    assert len(Prompt(PromptKind.SCRIBBLE, ((1.0, 2.0),) * MOST_POINTS).points) == MOST_POINTS


@pytest.mark.parametrize("point", [(-0.5, -0.5), (0.0, 0.0), (9.49, 19.49)])
def test_a_pixel_reaches_half_a_pixel_around_its_centre(point: tuple[float, float]) -> None:
    check_inside(Prompt(PromptKind.POINT, (point,)), (10, 20))


@pytest.mark.parametrize("point", [(-0.6, 0.0), (0.0, -0.6), (9.5, 0.0), (0.0, 19.5), (19.0, 9.0)])
def test_a_point_outside_the_frame_is_refused_with_the_frame_in_the_sentence(
    point: tuple[float, float],
) -> None:
    with pytest.raises(PointOutOfFrameError, match="x=0 to 19 and y=0 to 9"):
        check_inside(Prompt(PromptKind.BOX, ((1.0, 1.0), point)), (10, 20))
