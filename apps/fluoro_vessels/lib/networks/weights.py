"""Weights on disk: safetensors in half precision, with the network's shape in the header."""

import hashlib
import json
import os
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from lib.errors import WeightsChecksumError, WeightsMissingError, WeightsUnreadableError
from lib.networks.vessel_net import VesselNet

SHAPE_KEY: Final = "vessel_net"
CHUNK_BYTES: Final = 1 << 20


def save_weights(net: VesselNet, path: Path) -> str:
    """Write a network, whole or not at all, and return the SHA-256 of the file."""
    tensors = {
        name: tensor.detach().to("cpu", torch.float16 if tensor.is_floating_point() else tensor.dtype)
        for name, tensor in net.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    shape = {"n_channels": net.n_channels, "n_classes": net.n_classes, "widths": net.widths}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        save_file(
            {name: tensor.contiguous() for name, tensor in tensors.items()},
            unfinished,
            metadata={SHAPE_KEY: json.dumps(shape)},
        )
        unfinished.chmod(0o644)  # safetensors leaves its files to their owner alone
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return checksum(path)


def load_net(path: Path, sha256: str | None = None) -> VesselNet:
    """Read a network, float32, in evaluation mode.

    Args:
        path: A file of `save_weights`.
        sha256: What its checksum must be; not looked at where it is None.

    Raises:
        WeightsMissingError: There is no such file.
        WeightsChecksumError: The file is another one.
        WeightsUnreadableError: The file holds no vessel network.
    """
    if not path.is_file():
        raise WeightsMissingError(str(path))
    found = checksum(path) if sha256 is not None else None
    if found is not None and found != sha256:
        raise WeightsChecksumError(str(path), found, str(sha256))
    try:
        with safe_open(path, framework="pt") as file:
            shape = json.loads((file.metadata() or {})[SHAPE_KEY])
        net = VesselNet(shape["n_channels"], shape["n_classes"], shape["widths"])
        tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
        counters = {name: count for name, count in net.state_dict().items() if name not in tensors}
        net.load_state_dict({**_only_counters(counters), **tensors})
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsUnreadableError(str(path)) from error
    return net.eval()


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _only_counters(missing: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return what a file need not hold: how many batches a normalisation has seen."""
    return {name: count for name, count in missing.items() if name.endswith("num_batches_tracked")}
