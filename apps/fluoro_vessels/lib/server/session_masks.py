"""The masks of sessions: those of live ones in memory, others in the ledger beside their prompts.

So a model that is installed later changes no frame that somebody corrected.
"""

import threading
from collections import OrderedDict
from functools import lru_cache, partial
from typing import Final, TypeAlias

import numpy as np

from lib.arrays import LabelMap, from_volume
from lib.datastore.desk import LabelDesk
from lib.datastore.ledger import Ledger
from lib.datastore.session_records import AUTOMATIC, EMPTY, NewStep, SessionRecord
from lib.datastore.volumes import read_label
from lib.errors import FrameNotFoundError, MaskShapeError
from lib.interaction.prompts import Prompt, check_inside
from lib.interaction.session import FrameLabels, Step, replay
from lib.server.clicked_frames import ClickedFrames

LIMIT_BYTES: Final = 256 * 2**20
"""1024 label maps of 512 x 512: the last prompts of many sessions."""

AUTOMATIC_LABEL: Final = "vessel"
"""What the automatic result shows."""

_Key: TypeAlias = tuple[str, int, int]
"""Session, frame t, number of the last step on the frame, 0 before the first.

A step's number decides about all before it on its frame: a session grows and shrinks at its end only.
"""


class SessionMasks:
    """Label maps of the frames of sessions; safe for several threads."""

    def __init__(
        self, clicks: ClickedFrames, ledger: Ledger, desk: LabelDesk, limit_bytes: int = LIMIT_BYTES
    ) -> None:
        self._clicks = clicks
        self._ledger = ledger
        self._desk = desk
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[_Key, FrameLabels] = OrderedDict()
        self._lock = threading.Lock()
        self._label_map = lru_cache(maxsize=2)(self._read_label)

    def label_map(self, record: SessionRecord, t: int) -> FrameLabels:
        """Return a frame's label map after the steps that count, (H, W).

        Raises:
            FrameNotFoundError: The run has no such frame.
        """
        steps = record.session.on_frame(t)
        n_done, label_map = self._newest_kept(record, t, steps)
        for n in range(n_done + 1, len(steps) + 1):
            after = self._replay(record, t, label_map, steps[:n])
            label_map = self._keep(_key(record, t, steps[:n]), after)
        return label_map

    def after(self, record: SessionRecord, new: NewStep) -> FrameLabels:
        """Return a frame's label map after one more step, which nobody stored yet.

        Raises:
            FrameNotFoundError: The run has no such frame.
            PointOutOfFrameError: A point lies outside the frame.
            MaskShapeError: What was drawn does not have the shape of the frame.
        """
        self._require_fit(record, new)
        before, steps = self.label_map(record, new.t), record.session.on_frame(new.t)
        step = Step(0, new.t, new.label, new.overlap, new.shown, new.author, record.used_at)
        return self._replay(record, new.t, before, (*steps, step))

    def keep_last(self, record: SessionRecord, label_map: FrameLabels) -> None:
        """Keep the label map of the frame of a session's last step, once the step is stored."""
        last = record.session.active[-1]
        self._keep((record.id, last.t, last.number), label_map)

    def start_label(self, record: SessionRecord) -> LabelMap | None:
        """Return the label that a session starts from, (T, H, W), None where it starts from none."""
        return None if record.start in (AUTOMATIC, EMPTY) else self._label_map(record.start)

    def _newest_kept(self, record: SessionRecord, t: int, steps: tuple[Step, ...]) -> tuple[int, FrameLabels]:
        """Return how many of a frame's steps the newest map that is kept has, and the map; or the start."""
        for n in range(len(steps), 0, -1):
            if (kept := self._kept_after(record, steps[:n])) is not None:
                return n, kept
        if (kept := self._get(_key(record, t, ()))) is not None:
            return 0, kept
        return 0, self._keep(_key(record, t, ()), self._start(record, t))

    def _kept_after(self, record: SessionRecord, steps: tuple[Step, ...]) -> FrameLabels | None:
        """Return the map after the last of some steps of a frame, from memory or from the ledger."""
        key = _key(record, steps[-1].t, steps)
        if (in_memory := self._get(key)) is not None:
            return in_memory
        stored = self._ledger.label_map_after(steps[-1])
        return None if stored is None else self._keep(key, stored)

    def _require_fit(self, record: SessionRecord, new: NewStep) -> None:
        shape = self._clicks.encoding(record.image_id, new.t).shape
        if isinstance(new.shown, Prompt):
            check_inside(new.shown, shape)
        elif new.shown.mask.shape != shape:
            raise MaskShapeError(new.shown.mask.shape, shape)

    def _start(self, record: SessionRecord, t: int) -> FrameLabels:
        run = self._ledger.run(record.image_id)
        if not 0 <= t < run.n_frames:
            raise FrameNotFoundError(record.image_id, t + 1, run.n_frames)
        if (label := self.start_label(record)) is not None:
            return np.array(label[t], np.uint8)
        if record.start == EMPTY:
            return np.zeros((run.rows, run.columns), np.uint8)
        found = self._clicks.clicker.start(self._clicks.encoding(record.image_id, t))
        return np.asarray(found * np.uint8(self._desk.table.by_name(AUTOMATIC_LABEL).index), np.uint8)

    def _replay(
        self, record: SessionRecord, t: int, before: FrameLabels, steps: tuple[Step, ...]
    ) -> FrameLabels:
        """Return the label map after the last of the steps of a frame, which has all others already."""
        answer = partial(self._clicks.clicker.answer, self._clicks.encoding(record.image_id, t))
        return replay(before, steps, answer, record.clean_up, n_done=len(steps) - 1)

    def _read_label(self, label_id: str) -> LabelMap:
        volume, _ = read_label(self._desk.path(self._ledger.label(label_id)))
        return from_volume(volume)

    def _get(self, key: _Key) -> FrameLabels | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: _Key, label_map: FrameLabels) -> FrameLabels:
        """Keep one more, and let go of those that were used longest ago."""
        label_map.flags.writeable = False
        with self._lock:
            self._kept[key] = label_map
            while len(self._kept) > 1 and sum(one.nbytes for one in self._kept.values()) > self._limit_bytes:
                self._kept.popitem(last=False)
        return label_map


def _key(record: SessionRecord, t: int, steps: tuple[Step, ...]) -> _Key:
    return record.id, t, steps[-1].number if steps else 0
