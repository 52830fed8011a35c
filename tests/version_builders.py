"""Versions of models for tests: files whose names fit their content, drafts, verdicts, a store."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lib.registry import UsedLabel, Verdict, VersionDraft, VersionStore
from tests.model_builders import build_model

WEIGHTS = "vessels.safetensors"


def version_of(content: bytes) -> str:
    """Return what weights with this content are called."""
    return hashlib.sha256(content).hexdigest()[:12]


def build_shipped(folder: Path, content: bytes = b"shipped") -> Path:
    """Write a folder as the one that ships."""
    build_files(folder, content)
    build_model(folder, {WEIGHTS: "weights"}, version=version_of(content))
    return folder


def build_files(folder: Path, content: bytes) -> Path:
    """Write weights."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    return folder


def build_draft(files: Path, **changes: Any) -> VersionDraft:
    """Return the draft of weights in a folder; name what matters."""
    content = (files / WEIGHTS).read_bytes()
    usual: dict[str, Any] = {
        "card": build_model(files, {WEIGHTS: "weights"}, version=version_of(content)),
        "parent": version_of(b"shipped"),
        "labels": (UsedLabel("0" * 32, "1.2.3", 2),),
        "n_patients": 12,
        "n_frames": 40,
        "recipe": {"steps": 600, "widths": [32, 64]},
        "metrics": {"dice": 0.81},
        "verdict": None,
    }
    return VersionDraft(**{**usual, **changes})


def build_store(folder: Path) -> VersionStore:
    """Return a store in a folder with a shipped version."""
    return VersionStore(folder / "data", build_shipped(folder / "shipped"))


def add_version(store: VersionStore, content: bytes, **changes: Any) -> str:
    """Keep weights of this content and return their version."""
    files = build_files(store.data / "trained" / version_of(content), content)
    return store.add(files, build_draft(files, **changes)).name


def build_verdict(**changes: Any) -> Verdict:
    """Return the verdict on a candidate that is better; name what matters."""
    usual: Mapping[str, Any] = {
        "passes": True,
        "reasons": ("It gains 0.030 Dice on 12 patients (95 % interval +0.010 to +0.050).",),
        "gain": 0.03,
        "gain_low": 0.01,
        "gain_high": 0.05,
        "slices": (),
        "n_patients": 12,
        "speed_ratio": 1.0,
    }
    return Verdict(**{**usual, **changes})
