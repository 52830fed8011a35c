"""One training in several processes: one for each GPU, started by torch's own launcher.

`torchrun` tells each process its place by environment variables; where nobody started us so, there is one
process, and everything here does nothing. Only the first one writes.

Paper:
    Li et al. 2020, PyTorch Distributed, doi:10.14778/3415478.3415530.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, TypeVar

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

Value = TypeVar("Value")

LONGEST_WAIT: Final = timedelta(hours=12)
"""The others wait while the first one reads labels, films simulated runs and quantizes."""


def rank() -> int:
    """Return which process this is, from 0."""
    return int(os.environ.get("RANK", "0"))


def world_size() -> int:
    """Return how many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Return whether this process writes what all of them made."""
    return rank() == 0


@contextmanager
def together() -> Iterator[None]:
    """Join the processes of this training until the block ends; alone there is nothing to join."""
    if world_size() == 1:
        yield
        return
    has_gpu = torch.cuda.is_available()
    if has_gpu:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    distributed.init_process_group("cpu:gloo,cuda:nccl" if has_gpu else "gloo", timeout=LONGEST_WAIT)
    try:
        yield
    finally:
        distributed.destroy_process_group()


def wrap(net: nn.Module) -> nn.Module:
    """Return a network whose gradients are the means of all processes; the same one where it is alone.

    Its parameters and buffers begin as those of the first process. The means and variances of batch
    normalisation are those of the first process too.
    """
    if world_size() == 1:
        return net
    return DistributedDataParallel(net)


def any_says(claim: bool) -> bool:
    """Return whether any process says yes: all leave a loop at the same step, or wait for ever."""
    if world_size() == 1:
        return claim
    said = torch.tensor([int(claim)])
    distributed.all_reduce(said, op=distributed.ReduceOp.MAX)
    return bool(said.item())


def from_first(value: Value) -> Value:
    """Return what the first process holds; the others wait for it."""
    if world_size() == 1:
        return value
    held = [value]
    distributed.broadcast_object_list(held, src=0, device=torch.device("cpu"))
    return held[0]
