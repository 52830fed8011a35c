from pathlib import Path

import numpy as np
import pytest

from lib.trainers.dataset import batch_at, batches, draw_example, whole_example
from lib.trainers.recipe import Recipe
from tests.training_shelf import SIDE, make_small_shelf

RECIPE = Recipe(batch=2, crop_px=32, steps=3)


def test_the_same_step_gives_the_same_batch(tmp_path: Path) -> None:
    shelf = make_small_shelf(tmp_path)

    first, again, other = (batch_at(shelf, RECIPE, step) for step in (5, 5, 6))

    np.testing.assert_array_equal(first.stack, again.stack)
    assert not np.array_equal(first.stack, other.stack)


def test_a_batch_has_stacks_and_their_truth(tmp_path: Path) -> None:
    batch = batch_at(make_small_shelf(tmp_path), RECIPE, 0)

    assert batch.stack.shape == (2, 5, 32, 32)
    assert batch.truth.shape == (2, 2, 32, 32)
    assert batch.centre_line.shape == (2, 32, 32)
    assert batch.asked.shape == batch.truth.shape
    assert batch.stack.dtype == np.float32


def test_the_batches_go_on_at_the_wanted_step(tmp_path: Path) -> None:
    shelf = make_small_shelf(tmp_path)

    whole, rest = list(batches(shelf, RECIPE)), list(batches(shelf, RECIPE, first_step=2))

    assert len(whole) == 3
    assert len(rest) == 1
    np.testing.assert_array_equal(rest[0].stack, whole[2].stack)


def test_truth_moves_with_the_picture(tmp_path: Path) -> None:
    shelf = make_small_shelf(tmp_path)
    recipe = Recipe(crop_px=64, single_share=0, vessel_crop_share=1)

    darker = []
    for seed in range(12):
        example = draw_example(shelf, recipe, np.random.default_rng(seed))
        vessel = example.truth[0] & ~example.truth[1] & example.asked[0]
        empty = ~example.truth.any(0) & example.asked[0]
        if min(vessel.sum(), empty.sum()) > 200:
            darker.append(float(example.stack[1][empty].mean() - example.stack[1][vessel].mean()))

    assert len(darker) > 6
    assert min(darker) > 0.3


def test_centre_lines_lie_in_vessels(tmp_path: Path) -> None:
    shelf = make_small_shelf(tmp_path)

    for seed in range(6):
        example = draw_example(shelf, RECIPE, np.random.default_rng(seed))
        assert not (example.centre_line & ~example.truth[0]).any()


def test_nothing_is_asked_beside_the_picture(tmp_path: Path) -> None:
    shelf = make_small_shelf(tmp_path)
    recipe = Recipe(crop_px=256)

    example = draw_example(shelf, recipe, np.random.default_rng(0))

    assert not example.asked.all()
    assert not example.stack[:, ~example.asked[0]].any()


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_frame_alone_has_itself_as_neighbours(tmp_path: Path, is_alone: bool) -> None:
    shelf = make_small_shelf(tmp_path)

    stack = whole_example(shelf, shelf.entries[0], 0, is_alone=is_alone).stack

    assert stack.shape == (5, SIDE, SIDE)
    assert np.array_equal(stack[3], stack[1]) == is_alone


def test_a_whole_frame_is_what_the_network_sees_outside_training(tmp_path: Path) -> None:
    shelf = make_small_shelf(tmp_path)
    entry = shelf.entries[0]

    stack = whole_example(shelf, entry, 0, is_alone=False).stack

    assert abs(float(np.median(stack[1][:, 8:]))) < 0.5
    assert not stack[:, :, :8].any()
