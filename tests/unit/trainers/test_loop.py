from pathlib import Path

import pytest
import torch

from lib.errors import CheckpointError
from lib.trainers.loop import CHECKPOINT, Shelves, begin, rate_at, train, update_mean
from lib.trainers.recipe import Recipe
from tests.training_shelf import make_small_shelf

RECIPE = Recipe(
    widths=(4, 6, 8), steps=6, batch=2, crop_px=32, validation_steps=3, checkpoint_s=0, log_steps=1
)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    shelf = make_small_shelf(tmp_path / "shelf")
    return Shelves(shelf, shelf)


def changed(recipe: Recipe, **changes: object) -> Recipe:
    return recipe.model_copy(update=changes)


def test_the_loss_falls(tmp_path: Path, shelves: Shelves, caplog: pytest.LogCaptureFixture) -> None:
    recipe = changed(RECIPE, steps=40, learning_rate=0.02, validation_steps=40, ema_decay=0.8)

    with caplog.at_level("INFO", logger="lib"):
        progress = train(recipe, shelves, tmp_path)

    losses = [float(line.split("loss ")[1].split(",")[0]) for line in caplog.messages if "loss" in line]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    assert progress.history[-1]["all"]["vessel"] > 0.5


def test_a_stopped_training_ends_as_one_that_was_not(tmp_path: Path, shelves: Shelves) -> None:
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    whole = train(RECIPE, shelves, tmp_path / "whole")

    # A stop in the middle: the schedule is that of six steps, the checkpoint that of three.
    _stop_after(3, shelves, tmp_path / "parts")
    parts = train(RECIPE, shelves, tmp_path / "parts", resume=True)

    assert parts.step == whole.step == 6
    for name, weight in whole.mean.state_dict().items():
        torch.testing.assert_close(parts.mean.state_dict()[name], weight)
    assert [scores["step"] for scores in parts.history] == [3, 6]


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path, shelves: Shelves) -> None:
    train(changed(RECIPE, steps=1), shelves, tmp_path)

    with pytest.raises(CheckpointError, match="another recipe made it"):
        train(changed(RECIPE, learning_rate=0.5), shelves, tmp_path, resume=True)


def test_a_damaged_checkpoint_is_refused(tmp_path: Path, shelves: Shelves) -> None:
    (tmp_path / CHECKPOINT).write_bytes(b"no checkpoint")

    with pytest.raises(CheckpointError, match="cannot be read"):
        train(RECIPE, shelves, tmp_path, resume=True)


def test_the_rate_rises_and_falls() -> None:
    recipe = Recipe(steps=100, warmup_share=0.1)
    rates = [rate_at(step, recipe) for step in range(100)]

    assert max(rates) == pytest.approx(1, abs=0.01)
    assert rates.index(max(rates)) == 10
    assert rates[0] < 0.1
    assert rates[99] < 0.02


def test_the_mean_follows_weights_and_normalisation() -> None:
    progress = begin(RECIPE, torch.device("cpu"))
    with torch.no_grad():
        for tensor in progress.net.state_dict().values():
            tensor.add_(1)

    update_mean(progress.mean, progress.net, decay=0.75, step=1_000_000)

    fresh = begin(RECIPE, torch.device("cpu")).net.state_dict()
    for name, tensor in progress.mean.state_dict().items():
        torch.testing.assert_close(tensor, fresh[name] + (0.25 if tensor.is_floating_point() else 1))


class _StoppedError(Exception):
    """Ends a training as a power cut would."""


def _stop_after(step: int, shelves: Shelves, folder: Path) -> None:
    from lib.trainers import loop

    save = loop.save_progress

    def save_and_stop(progress: object, recipe: Recipe, path: Path) -> None:
        save(progress, recipe, path)  # type: ignore[arg-type]
        if progress.step == step:  # type: ignore[attr-defined]
            raise _StoppedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "save_progress", save_and_stop)
        with pytest.raises(_StoppedError):
            train(RECIPE, shelves, folder)


def test_a_training_begins_with_the_weights_it_is_given(tmp_path: Path, shelves: Shelves) -> None:
    before = train(RECIPE, shelves, tmp_path).mean

    after = begin(RECIPE, torch.device("cpu"), before)

    assert after.step == 0
    for name, weight in before.state_dict().items():
        torch.testing.assert_close(after.net.state_dict()[name], weight)
        torch.testing.assert_close(after.mean.state_dict()[name], weight)
