"""The vessel network: a U-Net of convolution, batch normalisation and ReLU whose trunk works at half size.

Nothing but layers that fold and quantize well: batch normalisation becomes part of its convolution, what
goes up is made narrow by a 1 x 1 convolution at the small size, repeated pixel by pixel and added. The first
convolution keeps as many values as it reads, and each head answers for the four pixels below its own, so
the logits have the size of the input although no layer but the first and the last touches it.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle

CLASSES: Final = ("vessel", "device")
"""Output channels; a pixel may be both, where a catheter lies in a vessel."""

PRIORS: Final = (0.06, 0.02)
"""About the share of pixels of each class, so that training need not learn it first."""

WIDTHS: Final = (32, 64, 128, 160, 160)
N_CHANNELS: Final = 5
SUPERVISED_SCALES: Final = 3
"""Full, half and quarter size have a head each while training."""


class VesselNet(nn.Module):
    """(N, C, H, W) stacks to (N, K, H, W) logits; H and W are multiples of `size_step`.

    Paper:
        Ronneberger et al. 2015, doi:10.1007/978-3-319-24574-4_28, for the shape; Isensee et al. 2021,
        doi:10.1038/s41592-020-01008-z, for deep supervision; Shi et al. 2016, doi:10.1109/CVPR.2016.207,
        for the heads.
    """

    def __init__(
        self,
        n_channels: int = N_CHANNELS,
        n_classes: int = len(CLASSES),
        widths: Sequence[int] = WIDTHS,
    ) -> None:
        super().__init__()
        self.n_channels, self.n_classes, self.widths = n_channels, n_classes, tuple(widths)
        self.encoders = nn.ModuleList(
            _block(before, width) for before, width in pairwise((n_channels, *widths))
        )
        self.narrows = nn.ModuleList(_unit(below, width, size=1) for width, below in pairwise(widths))
        self.decoders = nn.ModuleList(_level(width) for width in widths[:-1])
        self.heads = nn.ModuleList(
            _head(width, n_classes) for width in widths[: min(SUPERVISED_SCALES, len(widths) - 1)]
        )

    @property
    def size_step(self) -> int:
        """Height and width must be multiples of this: 32 with five scales."""
        return int(2 ** len(self.widths))

    def forward(self, stacks: Tensor) -> Tensor | tuple[Tensor, ...]:
        """Return logits; while training those of full, half and quarter size in a tuple."""
        skips: list[Tensor] = []
        x = stacks
        for encoder in self.encoders:
            x = encoder(x)
            skips.append(x)
        logits: list[Tensor] = []
        for scale in reversed(range(len(self.decoders))):
            up = interpolate(self.narrows[scale](x), scale_factor=2.0, mode="nearest")
            x = self.decoders[scale](up + skips[scale])
            if scale == 0 or (self.training and scale < len(self.heads)):
                logits.insert(0, pixel_shuffle(self.heads[scale](x), 2))
        return tuple(logits) if self.training else logits[0]


def _block(n_in: int, n_out: int) -> nn.Sequential:
    """Return two units; the first one halves the size."""
    return nn.Sequential(_unit(n_in, n_out, size=4, stride=2), _unit(n_out, n_out))


def _level(width: int) -> nn.Sequential:
    """Return two units that keep size and width."""
    return nn.Sequential(_unit(width, width), _unit(width, width))


def _unit(n_in: int, n_out: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    """Return convolution, batch normalisation, ReLU."""
    padding = (size - 1) // 2
    convolution = nn.Conv2d(n_in, n_out, size, stride=stride, padding=padding, bias=False)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    return nn.Sequential(convolution, nn.BatchNorm2d(n_out), nn.ReLU(inplace=True))


def _head(n_in: int, n_classes: int) -> nn.Conv2d:
    """Return the layer that makes logits of 2 x 2 pixels; untrained it answers with about the priors."""
    head = nn.Conv2d(n_in, 4 * n_classes, 1)
    nn.init.normal_(head.weight, std=0.01)
    priors = torch.tensor([PRIORS[min(channel, len(PRIORS) - 1)] for channel in range(n_classes)])
    with torch.no_grad():
        head.bias.copy_(torch.log(priors / (1 - priors)).repeat_interleave(4))  # type: ignore[union-attr]
    return head
