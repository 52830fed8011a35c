"""Sessions of prompts and masks of frames as the ledger keeps them; times are UTC, frames `t` from 0."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.interaction.clean_up import CleanUp
from lib.interaction.overlap import Overlap
from lib.interaction.prompts import Prompt
from lib.interaction.session import Drawing, Session

AUTOMATIC: Final = "automatic"
"""A session's frames start from the automatic result, which is a vessel."""

EMPTY: Final = "empty"
"""A session's frames start without a label."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """What somebody begins."""

    image_id: str
    owner: str
    start: str
    """`automatic`, `empty`, or the id of the saved label that the frames start from."""
    engine: str
    """Name and version of what answers the prompts (`name@version`)."""
    clean_up: CleanUp = field(default_factory=CleanUp)


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session that its owner may use."""

    id: str
    """32 hex digits, from a random UUID."""
    image_id: str
    owner: str
    start: str
    clean_up: CleanUp
    engine: str
    revision: int
    """Counts the changes: who changes a session says which one was seen."""
    created_at: datetime
    used_at: datetime
    """When it was changed last."""
    session: Session = field(default_factory=Session)


@dataclass(frozen=True, slots=True)
class NewStep:
    """A prompt or drawing that nobody stored yet."""

    t: int
    label: int
    """Index of the label table."""
    overlap: Overlap
    shown: Prompt | Drawing
    author: str


@dataclass(frozen=True, eq=False, slots=True)
class NewMask:
    """The mask of one label on one frame of a run, before it is kept."""

    owner: str
    image_id: str
    t: int
    label: int
    """Index of the label table."""
    color: str
    """#rrggbb."""
    points: tuple[Prompt, ...]
    """What it was made from."""
    mask: NDArray[np.bool_]
    """(H, W)."""


@dataclass(frozen=True, eq=False, slots=True)
class FrameMask:
    """A mask that is kept."""

    id: str
    """32 hex digits, from a random UUID."""
    owner: str
    image_id: str
    t: int
    label: int
    color: str
    points: tuple[Prompt, ...]
    mask: NDArray[np.bool_]
    created_at: datetime
    changed_at: datetime
