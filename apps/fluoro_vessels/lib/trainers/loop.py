"""The training itself: examples in, better weights out."""

import copy
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW

from lib.networks.vessel_net import VesselNet
from lib.trainers.checkpoint import Progress, restore_progress, save_progress
from lib.trainers.dataset import Batch, Shelf, Source, batches
from lib.trainers.losses import LossWeights, Targets, deep_loss
from lib.trainers.processes import any_says, is_first, rank, wrap
from lib.trainers.recipe import Recipe
from lib.trainers.validation import validate

logger = logging.getLogger(__name__)

CHECKPOINT: Final = "training.ckpt"
LAST_RATE: Final = 0.01
"""The learning rate at the end, as a share of the highest."""

Scores: TypeAlias = Mapping[str, Mapping[str, float]]
"""By group of frames and class."""

EMA_RAMP: Final = 10
"""The mean forgets its first weights fast: after n steps it keeps at most n / (n + 10)."""


@dataclass(frozen=True)
class Shelves:
    """Runs to learn from, and runs to check with, if there are any."""

    training: Source
    validation: Shelf | None


@dataclass(frozen=True)
class Step:
    """What a training tells of each step.

    Attributes:
        step: Counted from 1.
        steps: Of the whole training.
        loss: Of this step.
        seconds: Spent on all steps so far.
        scores: What the validation after this step found, by group and class; mostly empty.
    """

    step: int
    steps: int
    loss: float
    seconds: float
    scores: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Watch:
    """Who follows a training: told of every step, and asked after it whether to stop."""

    on_step: Callable[[Step], None] = lambda _: None
    is_cancelled: Callable[[], bool] = lambda: False


def train(
    recipe: Recipe,
    shelves: Shelves,
    folder: Path,
    *,
    resume: bool = False,
    after: VesselNet | None = None,
    watch: Watch | None = None,
) -> Progress:
    """Train a network by a recipe.

    Args:
        recipe: What to do.
        shelves: Examples.
        folder: Gets the checkpoint.
        resume: Go on with the folder's checkpoint, if there is one.
        after: Begin with the weights of this network, which was trained before.
        watch: Follows it, and may stop it after any step; the checkpoint is written then. Of several
            processes each learns from examples of its own, and the first one validates and writes.

    Returns:
        The trained network; `mean` is the one to ship.
    """
    watch = watch or Watch()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    progress = begin(recipe, device, after)
    checkpoint = folder / CHECKPOINT
    if resume and checkpoint.exists():
        restore_progress(progress, recipe, checkpoint)
        logger.info("goes on after step %d", progress.step)
    saved_at = time.monotonic()
    runner = wrap(progress.net)
    for batch, seconds in _timed(batches(shelves.training, recipe, progress.step, rank())):
        loss = learn(progress, recipe, batch, runner)
        progress.seconds += seconds()
        _log(progress, recipe, loss)
        is_last = progress.step == recipe.steps
        scores: Scores = {}
        is_validated = is_last or progress.step % recipe.validation_steps == 0
        if shelves.validation and is_validated and is_first():
            scores = _validate(progress, recipe, shelves.validation, device)
        watch.on_step(Step(progress.step, recipe.steps, float(loss), progress.seconds, scores))
        is_cancelled = any_says(watch.is_cancelled())
        is_due = is_last or is_cancelled or time.monotonic() - saved_at >= recipe.checkpoint_s
        if is_due and is_first():
            save_progress(progress, recipe, checkpoint)
            saved_at = time.monotonic()
        if is_cancelled:
            break
    return progress


def begin(recipe: Recipe, device: torch.device, after: VesselNet | None = None) -> Progress:
    """Return a network that has learned nothing, or what `after` has, its mean, and its optimiser."""
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    first = VesselNet(widths=recipe.widths)
    if after is not None:
        first.load_state_dict(after.state_dict())
    net = first.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    matrices = [weight for weight in net.parameters() if weight.ndim > 1]
    vectors = [weight for weight in net.parameters() if weight.ndim <= 1]
    groups = [
        {"params": matrices, "weight_decay": recipe.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    optimizer = AdamW(groups, lr=recipe.learning_rate)
    return Progress(net, copy.deepcopy(net), optimizer, step=0, seconds=0.0, history=[])


def learn(progress: Progress, recipe: Recipe, batch: Batch, runner: nn.Module) -> Tensor:
    """Do one step and return its loss; `runner` is the network, or what runs it in several processes."""
    device = next(progress.net.parameters()).device
    for group in progress.optimizer.param_groups:
        group["lr"] = recipe.learning_rate * rate_at(progress.step, recipe)
    progress.net.train()
    stack = torch.from_numpy(batch.stack).to(device, memory_format=torch.channels_last)
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        logits = runner(stack)
    weights = LossWeights((1.0, recipe.device_weight), recipe.centre_line_weight)
    loss = deep_loss(tuple(scale.float() for scale in logits), _targets(batch, device), weights)
    progress.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    clip_grad_norm_(progress.net.parameters(), recipe.clip_norm)
    progress.optimizer.step()
    progress.step += 1
    update_mean(progress.mean, progress.net, recipe.ema_decay, progress.step)
    return loss.detach()


def rate_at(step: int, recipe: Recipe) -> float:
    """Return the learning rate at a step as a share of the highest: up in a line, down as a cosine."""
    warmup = max(recipe.warmup_share * recipe.steps, 1)
    if step < warmup:
        return (step + 1) / (warmup + 1)
    done = (step - warmup) / max(recipe.steps - warmup, 1)
    return LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * min(done, 1))) / 2


@torch.no_grad()
def update_mean(mean: nn.Module, net: nn.Module, decay: float, step: int) -> None:
    """Move the mean towards the network; the means and variances of batch normalisation with it."""
    share = 1 - min(decay, step / (step + EMA_RAMP))
    new = net.state_dict()
    for name, old in mean.state_dict().items():
        if old.is_floating_point():
            old.lerp_(new[name], share)
        else:
            old.copy_(new[name])


def _targets(batch: Batch, device: torch.device) -> Targets:
    """Return what the network should answer, as numbers."""
    truth, line, asked = (
        torch.from_numpy(array).to(device).float()
        for array in (batch.truth, batch.centre_line[:, None], batch.asked)
    )
    return Targets(truth, line, asked)


def _timed(source: Iterator[Batch]) -> Iterator[tuple[Batch, Any]]:
    """Yield each batch with a clock that tells the seconds since it was asked for."""
    while True:
        begun = time.monotonic()
        batch = next(source, None)
        if batch is None:
            return
        yield batch, lambda begun=begun: time.monotonic() - begun


def _log(progress: Progress, recipe: Recipe, loss: Tensor) -> None:
    if progress.step % recipe.log_steps == 0 or progress.step == 1:
        pace = progress.seconds / progress.step
        logger.info("step %d of %d: loss %.4f, %.2f s a step", progress.step, recipe.steps, float(loss), pace)


def _validate(progress: Progress, recipe: Recipe, shelf: Shelf, device: torch.device) -> Scores:
    """Score the mean network, remember it and say it."""
    scores = validate(progress.mean, shelf, recipe.validation_picks, device)
    progress.history.append({"step": progress.step, **scores})
    for group, values in scores.items():
        text = ", ".join(f"{name} {value:.3f}" for name, value in values.items())
        logger.info("step %d on %s: %s", progress.step, group, text)
    return scores
