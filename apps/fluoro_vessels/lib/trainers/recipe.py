"""What a training does, all of it: `configs/train.yaml`, checked."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lib.errors import RecipeError
from lib.settings import ONLINE, TRAIN_FILE

RECIPE_FILE: Final = TRAIN_FILE
UNKNOWN: Final = "there is no such key"


class Recipe(BaseModel):
    """A training; the same recipe and phantom version give the same examples in the same order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = Field(0, ge=0, le=2**31)
    """Of the network's first weights and of what is drawn from the shelf."""
    runs: int = Field(500, ge=1, le=100_000)
    """Simulated runs to learn from: seeds 0, 1, 2 and so on."""
    picks: int = Field(4, ge=1, le=64)
    """Frames that are kept of each run."""
    validation_runs: int = Field(24, ge=1, le=10_000)
    validation_picks: int = Field(2, ge=1, le=64)
    widths: tuple[int, ...] = Field((32, 64, 128, 160, 160), min_length=2, max_length=8)
    """Channels of the network at half size, quarter size and so on."""
    steps: int = Field(3000, ge=1, le=10_000_000)
    batch: int = Field(8, ge=1, le=512)
    crop_px: int = Field(256, ge=32, le=1024, multiple_of=32)
    learning_rate: float = Field(2e-3, gt=0, le=1)
    """At its highest."""
    warmup_share: float = Field(0.05, ge=0, le=0.5)
    """Part of the steps in which the learning rate rises; then it falls as a cosine."""
    weight_decay: float = Field(1e-2, ge=0, le=1)
    clip_norm: float = Field(5.0, gt=0, le=1000)
    """Longest gradient."""
    ema_decay: float = Field(0.997, ge=0, lt=1)
    """How much of the mean weights stays at each step; the mean is what ships."""
    single_share: float = Field(0.4, ge=0, le=1)
    """Part of the examples that are shown without neighbours and background."""
    vessel_crop_share: float = Field(0.8, ge=0, le=1)
    """Part of the crops with a vessel or device in the middle."""
    centre_line_weight: float = Field(0.5, ge=0, le=10)
    device_weight: float = Field(0.5, ge=0, le=10)
    log_steps: int = Field(50, ge=1)
    validation_steps: int = Field(500, ge=1)
    checkpoint_s: float = Field(120.0, ge=0)

    def fingerprint(self) -> str:
        """Return what tells whether a checkpoint was made by this recipe; it may be prolonged."""
        kept = self.model_dump(exclude={"steps", "log_steps", "validation_steps", "checkpoint_s"})
        return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def read_recipe(path: Path = RECIPE_FILE, **changes: Any) -> Recipe:
    """Read a recipe; `changes` that are not None win over the file.

    Raises:
        RecipeError: The file cannot be read, has an unknown key, or a value out of its limits.
    """
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeError(str(path), "", f"it cannot be read ({type(error).__name__})") from error
    if not isinstance(written, dict):
        raise RecipeError(str(path), "", "expected keys with values, as in 'steps: 3200'")
    written.pop(ONLINE, None)
    wanted = {**written, **{key: value for key, value in changes.items() if value is not None}}
    try:
        return Recipe.model_validate(wanted)
    except ValidationError as error:
        first = error.errors()[0]
        problem = UNKNOWN if first["type"] == "extra_forbidden" else first["msg"].lower()
        raise RecipeError(str(path), ".".join(map(str, first["loc"])), problem) from error
