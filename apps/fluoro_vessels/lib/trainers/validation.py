"""How good a network is on frames that it does not learn from."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from lib.networks.vessel_net import CLASSES
from lib.trainers.dataset import Example, Shelf, whole_example

SIZE_STEP: Final = 32
ALL: Final = "all"


@dataclass
class Counts:
    """Pixels that a group of frames adds up.

    Attributes:
        both: Per class, found and true.
        either: Per class, found plus true.
        line: Centre line pixels of vessels.
        line_found: Those of them that were found.
    """

    both: Tensor = field(default_factory=lambda: torch.zeros(len(CLASSES)))
    either: Tensor = field(default_factory=lambda: torch.zeros(len(CLASSES)))
    line: float = 0.0
    line_found: float = 0.0

    def scores(self) -> dict[str, float]:
        """Return the Dice of each class over all pixels, and the share of the centre lines that was found."""
        dice = (2 * self.both + 1) / (self.either + 1)
        scores = {name: round(float(dice[k]), 4) for k, name in enumerate(CLASSES)}
        return {**scores, "centre_line_recall": round((self.line_found + 1) / (self.line + 1), 4)}


def validate(
    net: nn.Module, shelf: Shelf, n_picks: int, device: torch.device | None = None
) -> dict[str, dict[str, float]]:
    """Return the scores of each territory, of native and subtracted runs, of single frames, and of all.

    Every other pick is shown without its run.
    """
    groups: defaultdict[str, Counts] = defaultdict(Counts)
    was_training = net.training
    net.eval()
    for entry in shelf.entries:
        for pick in range(min(n_picks, entry.n_picks)):
            is_alone = pick % 2 == 1
            example = whole_example(shelf, entry, pick, is_alone=is_alone)
            found = predict(net, example, device)
            names = (ALL, entry.territory, "dsa" if entry.is_dsa else "native")
            for name in filter(None, (*names, "alone" if is_alone else "")):
                _count(groups[name], found, example)
    net.train(was_training)
    return {name: groups[name].scores() for name in sorted(groups)}


def predict(net: nn.Module, example: Example, device: torch.device | None = None) -> Tensor:
    """Return (K, H, W) bool."""
    stack = torch.from_numpy(example.stack)[None]
    height, width = stack.shape[2:]
    padded = pad(stack, (0, -width % SIZE_STEP, 0, -height % SIZE_STEP))
    with torch.inference_mode():
        logits: Tensor = net(padded.to(device or "cpu", memory_format=torch.channels_last))
    return logits[0, :, :height, :width].cpu() > 0


def _count(counts: Counts, found: Tensor, example: Example) -> None:
    """Add one frame."""
    asked = torch.from_numpy(example.asked)
    true = torch.from_numpy(example.truth) & asked
    found = found & asked
    line = torch.from_numpy(example.centre_line) & asked[0]
    counts.both += (found & true).sum((1, 2))
    counts.either += found.sum((1, 2)) + true.sum((1, 2))
    counts.line += float(line.sum())
    counts.line_found += float((found[0] & line).sum())
