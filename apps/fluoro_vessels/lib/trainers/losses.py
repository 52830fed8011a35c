"""What the training makes small: wrong pixels, little overlap, and missed centre lines."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits

SMOOTH_PX: Final = 10.0
"""Added above and below in the Dice: a batch with few pixels of a class is no catastrophe."""


@dataclass(frozen=True)
class Targets:
    """What the network should answer.

    Attributes:
        truth: (N, K, H, W) in [0, 1]; a pixel of a smaller scale may be of a class in part.
        centre_line: (N, 1, H, W), of the vessels.
        asked: (N, K, H, W), or (N, 1, H, W) for all classes; where it is 0 the answer does not count.
    """

    truth: Tensor
    centre_line: Tensor
    asked: Tensor

    def halved(self) -> "Targets":
        """Return the same at half the size."""
        halves = (avg_pool2d(tensor, 2) for tensor in (self.truth, self.centre_line, self.asked))
        return Targets(*halves)


@dataclass(frozen=True)
class LossWeights:
    """How much the parts count.

    Attributes:
        classes: Per class.
        centre_line: Of the missed centre lines, beside 1 for the overlap and 1 for the pixels.
    """

    classes: tuple[float, ...] = (1.0, 0.5)
    centre_line: float = 0.5


def deep_loss(logits: tuple[Tensor, ...], targets: Targets, weights: LossWeights) -> Tensor:
    """Return the loss of all scales; each counts half of the one above.

    Args:
        logits: Full size, half size and so on, each (N, K, H, W).
        targets: At full size.
        weights: Of the parts.
    """
    total = overlap_and_pixels(logits[0], targets, weights)
    if weights.centre_line:
        missed = missed_centre_lines(logits[0][:, :1], targets)
        total = total + weights.centre_line * missed
    share, shares = 1.0, 1.0
    for smaller in logits[1:]:
        targets, share = targets.halved(), share / 2
        total = total + share * overlap_and_pixels(smaller, targets, weights)
        shares += share
    return total / shares


def overlap_and_pixels(logits: Tensor, targets: Targets, weights: LossWeights) -> Tensor:
    """Return binary cross entropy plus one minus soft Dice over the batch, weighted over the classes."""
    of_classes = logits.new_tensor(weights.classes) / sum(weights.classes)
    asked = targets.asked
    pixels = binary_cross_entropy_with_logits(logits, targets.truth, reduction="none") * asked
    entropy = pixels.sum((0, 2, 3)) / asked.sum((0, 2, 3)).clamp(min=1)
    likely = torch.sigmoid(logits) * asked
    true = targets.truth * asked
    both = 2 * (likely * true).sum((0, 2, 3)) + SMOOTH_PX
    dice = both / ((likely + true).sum((0, 2, 3)) + SMOOTH_PX)
    return ((entropy + 1 - dice) * of_classes).sum()


def missed_centre_lines(logits: Tensor, targets: Targets) -> Tensor:
    """Return which share of the true centre lines is missed, softly: thin vessels count as much as wide ones.

    Paper:
        Kirchhoff et al. 2024, Skeleton Recall Loss, doi:10.1007/978-3-031-72980-5_13.
    """
    lines = targets.centre_line * targets.asked[:, :1]
    found = (torch.sigmoid(logits) * lines).sum()
    return 1 - (found + 1) / (lines.sum() + 1)
