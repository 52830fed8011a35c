import pytest
import torch
from torch import Tensor

from lib.trainers.losses import LossWeights, Targets, deep_loss, missed_centre_lines, overlap_and_pixels

SURE = 12.0


def targets() -> Targets:
    """Return a vessel of four rows with its centre line, everything asked."""
    truth = torch.zeros(1, 2, 32, 32)
    truth[:, 0, 8:12] = 1
    truth[:, 1, :, 20:22] = 1
    line = torch.zeros(1, 1, 32, 32)
    line[:, :, 9:12] = 1
    return Targets(truth, line, torch.ones(1, 1, 32, 32))


def sure(truth: Tensor) -> Tensor:
    return SURE * (2 * truth - 1)


def test_the_right_answer_costs_nothing() -> None:
    right = targets()

    loss = deep_loss((sure(right.truth),), right, LossWeights())

    assert float(loss) == pytest.approx(0, abs=1e-3)


def test_a_missed_vessel_costs_more_than_a_found_one() -> None:
    right = targets()
    missed = right.truth.clone()
    missed[:, 0] = 0

    losses = [float(deep_loss((sure(answer),), right, LossWeights())) for answer in (missed, right.truth)]

    assert losses[0] > losses[1] + 0.5


def test_nothing_is_asked_outside_the_field() -> None:
    right = targets()
    right.asked[..., 16:] = 0
    wrong = right.truth.clone()
    wrong[..., 16:] = 1

    loss = deep_loss((sure(wrong),), right, LossWeights())

    assert float(loss) == pytest.approx(0, abs=1e-3)


def test_a_missed_half_of_the_centre_line_costs_a_half() -> None:
    right = targets()
    half = right.truth[:, :1].clone()
    half[..., 16:] = 0

    assert float(missed_centre_lines(sure(half), right)) == pytest.approx(0.5, abs=0.01)


def test_a_device_counts_as_much_as_its_weight() -> None:
    right = targets()
    only_vessel, only_device = right.truth.clone(), right.truth.clone()
    only_vessel[:, 1], only_device[:, 0] = 0, 0

    no_device = overlap_and_pixels(sure(only_vessel), right, LossWeights((1.0, 0.0)))

    assert float(no_device) == pytest.approx(0, abs=1e-3)
    assert float(overlap_and_pixels(sure(only_device), right, LossWeights((1.0, 0.0)))) > 0.5


def test_smaller_scales_are_asked_for_shares_of_pixels() -> None:
    halved = targets().halved().halved()

    assert halved.truth.shape == (1, 2, 8, 8)
    assert float(halved.truth[0, 0, 2].mean()) == 1.0
    assert float(halved.truth[0, 1, :, 5].mean()) == 0.5


def test_a_wrong_answer_at_a_smaller_scale_costs_less_than_at_full_size() -> None:
    right = targets()
    small = right.halved()
    good, good_small = sure(right.truth), sure(small.truth)
    weights = LossWeights(centre_line=0.0)

    wrong_small = deep_loss((good, -good_small), right, weights)
    wrong_full = deep_loss((-good, good_small), right, weights)

    assert float(wrong_small) < float(wrong_full)
