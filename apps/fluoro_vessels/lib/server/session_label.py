"""A session becomes a label of its run, by the path of all labels: the desk."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lib.arrays import LabelMap, to_volume
from lib.datastore.desk import SUFFIX, LabelDesk
from lib.datastore.records import BasedOn, LabelVersion
from lib.datastore.session_records import SessionRecord
from lib.datastore.volumes import write_label
from lib.errors import FrameNotFoundError, NothingToSaveError
from lib.frames.read import read_header
from lib.server.session_masks import SessionMasks


@dataclass(frozen=True)
class SaveWish:
    """What somebody wants of a session.

    Attributes:
        tag: The label's tag; `final` submits it.
        frames: The frames (t) to save. All others stay as in the label that the session started from;
            they are empty where it started from none.
        finished: The frames (t) that a person finished; None: nobody said.
        based_on: What must still be the newest label of the tag, unless it is the author's own; None:
            save in any case.
        effort: How long it took and how many actions, as far as somebody said; kept in the label's info.
    """

    tag: str
    frames: Sequence[int]
    finished: Sequence[int] | None = None
    based_on: BasedOn | None = None
    effort: Mapping[str, int] = field(default_factory=dict)


def save_session(record: SessionRecord, masks: SessionMasks, desk: LabelDesk, wish: SaveWish) -> LabelVersion:
    """Save the masks of a session as a new version of a label.

    Args:
        record: The session.
        masks: What it shows.
        desk: Where labels are saved.
        wish: What to save, and as what.

    Raises:
        NothingToSaveError: There are no frames to save.
        FrameNotFoundError: The run has no such frame.
        LabelOvertakenError: Somebody else saved a label meanwhile; nothing is stored.
    """
    if not wish.frames:
        raise NothingToSaveError(record.id)
    run = desk.shelf.run(record.image_id)
    label_map = _label_map(record, masks, desk, wish.frames)
    with tempfile.TemporaryDirectory(prefix="session-") as folder:
        path = Path(folder) / f"session{SUFFIX}"
        write_label(path, to_volume(label_map), None)
        info = {**_info(record, desk, label_map, wish.finished), **wish.effort}
        return desk.save(run, path, wish.tag, info, wish.based_on)


def _label_map(
    record: SessionRecord, masks: SessionMasks, desk: LabelDesk, frames: Sequence[int]
) -> LabelMap:
    """Return the run's label map, (T, H, W)."""
    start = masks.start_label(record)
    if start is None:
        header = read_header(desk.shelf.dicom(record.image_id))
        label_map = np.zeros((header.n_frames, header.rows, header.columns), np.uint8)
    else:
        label_map = start.copy()
    for t in frames:
        if t >= len(label_map):
            raise FrameNotFoundError(record.image_id, t + 1, len(label_map))
        label_map[t] = masks.label_map(record, t)
    return label_map


def _info(
    record: SessionRecord, desk: LabelDesk, label_map: LabelMap, finished: Sequence[int] | None
) -> dict[str, Any]:
    """Return what is noted beside the label: who made it, with what, which values mean which label."""
    present = [label for label in desk.table if (label_map == label.index).any()]
    info = {
        "client_id": record.owner,
        "model": record.engine,
        "session_id": record.id,
        "label_info": [{"name": label.name, "idx": label.index} for label in present],
    }
    return info if finished is None else {**info, "finished_frame_numbers": [t + 1 for t in finished]}
