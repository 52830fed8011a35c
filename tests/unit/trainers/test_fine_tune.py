from pathlib import Path

import numpy as np
import pytest
import torch

from lib.networks.vessel_net import VesselNet
from lib.networks.weights import load_net, save_weights
from lib.trainers.dataset import Mixture
from lib.trainers.examples import write_examples
from lib.trainers.fine_tune import FineTunePlace, FineTuneRecipe, fine_tune
from lib.trainers.loop import Step, Watch
from tests.training_shelf import make_small_shelf
from tests.unit.trainers.test_examples import LabelledFrame, a_run, bar

RECIPE = FineTuneRecipe(runs=2, picks=2, steps=4, batch=2, crop_px=32, validation_steps=2, checkpoint_s=0)


@pytest.fixture
def place(tmp_path: Path) -> FineTunePlace:
    torch.set_num_threads(1)
    make_small_shelf(tmp_path / "rehearsal")
    for name, patient in (("examples", "P-1"), ("validation", "P-2")):
        write_examples([LabelledFrame(patient, "1.2", 0, a_run(1), bar(), None)], tmp_path / name)
    save_weights(VesselNet(widths=(4, 6, 8)), tmp_path / "before.safetensors")
    return FineTunePlace(
        tmp_path / "examples",
        tmp_path / "rehearsal",
        tmp_path / "out",
        tmp_path / "before.safetensors",
        tmp_path / "validation",
    )


def test_a_fine_tuning_goes_on_with_the_weights_before(place: FineTunePlace) -> None:
    weights = fine_tune(RECIPE.model_copy(update={"learning_rate": 1e-9}), place)

    before, after = load_net(place.after).state_dict(), load_net(weights).state_dict()
    kernels = [name for name in before if name.endswith("0.weight")]
    assert kernels
    for name in kernels:
        torch.testing.assert_close(after[name], before[name], atol=1e-5, rtol=0)


def test_every_step_is_told_and_some_have_scores(place: FineTunePlace) -> None:
    told: list[Step] = []

    fine_tune(RECIPE, place, watch=Watch(told.append))

    assert [(step.step, step.steps) for step in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [bool(step.scores) for step in told] == [False, True, False, True]
    assert 0 <= told[-1].scores["all"]["vessel"] <= 1


def test_a_cancelled_fine_tuning_goes_on_where_it_stopped(place: FineTunePlace) -> None:
    told: list[Step] = []
    fine_tune(RECIPE, place, watch=Watch(told.append, lambda: len(told) == 2))
    assert len(told) == 2

    fine_tune(RECIPE, place, watch=Watch(told.append))

    assert [step.step for step in told] == [1, 2, 3, 4]


def test_examples_are_drawn_from_both_shelves_in_the_wanted_share(tmp_path: Path) -> None:
    first, second = make_small_shelf(tmp_path / "one"), make_small_shelf(tmp_path / "two")
    mixture, random = Mixture(first, second, 0.3), np.random.default_rng(0)

    drawn = [mixture.draw(random)[0] is first for _ in range(400)]

    assert abs(sum(drawn) / 400 - 0.3) < 0.08
