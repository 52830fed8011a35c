"""The state of a training on disk, so that it can go on where it was stopped."""

import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from lib.errors import CheckpointError
from lib.trainers.recipe import Recipe


@dataclass
class Progress:
    """What changes while a network learns.

    Attributes:
        net: The network that learns.
        mean: The mean of its recent weights, which is validated and shipped.
        optimizer: Changes the net.
        step: Steps done.
        seconds: Spent on them.
        history: What each validation found.
    """

    net: nn.Module
    mean: nn.Module
    optimizer: Optimizer
    step: int
    seconds: float
    history: list[dict[str, Any]]


def save_progress(progress: Progress, recipe: Recipe, path: Path) -> None:
    """Write a checkpoint, whole or not at all.

    No random state is kept: every example is drawn from the recipe's seed and its step.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    state = {
        "recipe": recipe.fingerprint(),
        "net": progress.net.state_dict(),
        "mean": progress.mean.state_dict(),
        "optimizer": progress.optimizer.state_dict(),
        "step": progress.step,
        "seconds": progress.seconds,
        "history": progress.history,
    }
    try:
        torch.save(state, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def restore_progress(progress: Progress, recipe: Recipe, path: Path) -> None:
    """Go on where the checkpoint was made.

    Raises:
        CheckpointError: It cannot be read, or another recipe made it.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise CheckpointError(str(path), f"it cannot be read ({type(error).__name__})") from error
    if not isinstance(state, dict) or state.get("recipe") != recipe.fingerprint():
        raise CheckpointError(str(path), "another recipe made it")
    progress.net.load_state_dict(state["net"])
    progress.mean.load_state_dict(state["mean"])
    progress.optimizer.load_state_dict(state["optimizer"])
    progress.step, progress.seconds = state["step"], state["seconds"]
    progress.history = state["history"]
