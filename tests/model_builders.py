"""Models for tests: cards, folders with files that fit them, and an engine that needs no network."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.registry import Manifest, ModelCard, write_manifest


def build_card(**changes: Any) -> ModelCard:
    """Return a card; name what matters."""
    usual: dict[str, Any] = {
        "id": "vessels",
        "task": "vessels",
        "kind": "vessel-net",
        "version": "1",
        "files": [{"name": "vessels.safetensors", "role": "weights", "sha256": "0" * 64}],
        "input": ("before", "frame", "after", "background", "local"),
        "classes": ("vessel", "device"),
        "training_data": {"phantom_version": "1", "description": "simulated runs, seeds 0 to 9"},
        "license": "Apache-2.0",
        "recipe": "configs/train.yaml",
    }
    return ModelCard.model_validate({**usual, **changes})


def build_model(folder: Path, files: Mapping[str, str], **changes: Any) -> ModelCard:
    """Write models.json for files that lie in a folder; `files` gives the role of each name."""
    listed = [
        {"name": name, "role": role, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}
        for name, role in files.items()
    ]
    card = build_card(files=listed, **changes)
    write_manifest(folder, Manifest(models=(card,)))
    return card


class DarkEngine:
    """Calls dark pixels of the frame vessel: probability 0.99 below the picture's middle, else 0.1."""

    batch = 3

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        self.shapes.append(stacks.shape)
        vessel = np.where(stacks[:, 1] < -1.0, 0.99, 0.1)
        return np.stack([vessel, np.full_like(vessel, 0.05)], axis=1).astype(np.float32)
