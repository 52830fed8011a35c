"""What a propagation is to do, checked before it waits in the queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lib.arrays import LabelMap, from_volume
from lib.datastore.desk import LabelDesk
from lib.datastore.ids import check_tag
from lib.datastore.ledger_masks import WhichMasks
from lib.datastore.records import LabelVersion, LedgerRun
from lib.datastore.states import LabelState, check_first_state
from lib.datastore.volumes import read_label
from lib.errors import FrameNotFoundError, FrameRangeError, KeyFrameError, LabelNotFoundError, NoKeyLabelError
from lib.frames.read import read_header
from lib.labels import Label
from lib.propagation.tracker import MaskImage
from lib.server.propagate_body import KeySource, PropagateBody
from lib.server.services import Services


@dataclass(frozen=True)
class PropagatePlan:
    """A propagation that can be done.

    Attributes:
        run: The run.
        label: What is carried through it.
        source: The saved label that the result begins as a copy of; None: the run has none.
        keys: t -> (H, W), the masks to begin from.
        wanted: Frames to fill.
        finished: Frames that a person finished; they stay as they are.
        excluded: Frames that nobody should annotate; they stay as they are, too.
        tag: Of the result.
        owner: Who asked for it.
    """

    run: LedgerRun
    label: Label
    source: LabelVersion | None
    keys: Mapping[int, MaskImage]
    wanted: range
    finished: frozenset[int]
    excluded: frozenset[int]
    tag: str
    owner: str


@dataclass(frozen=True)
class Planner:
    """Turns requests into plans."""

    services: Services

    def plan(self, body: PropagateBody, owner: str) -> PropagatePlan:
        """Return what a request wants done.

        Raises:
            RunNotFoundError: There is no such run.
            UnknownLabelError: The table has no such label.
            LabelNotFoundError: The run has no saved label of this id.
            NoKeyLabelError: The keys should come from a saved label, and the run has none.
            FrameNotFoundError: The run has no such frame.
            FrameRangeError: The range is empty or leaves the run.
            KeyFrameError: A key frame has no mask.
            SessionNotFoundError: The owner has no such session about this run.
            SessionExpiredError: The session has expired.
            TagStateError: The tag is that of submitted labels.
        """
        check_first_state(check_tag(body.tag), LabelState.DRAFT)
        label = self.services.desk.table.by_name(body.label)
        run, ledger = self.services.shelf.run(body.image_id), self.services.ledger
        n_frames = read_header(self.services.shelf.dicom(run.image_id)).n_frames
        wanted, source = _wanted(body, n_frames), self._source(run, body.label_id)
        return PropagatePlan(
            run=run,
            label=label,
            source=source,
            keys=_keys(body, run, n_frames, self._mask_of(body, run, label, source, owner)),
            wanted=wanted,
            finished=ledger.finished_frames(run.image_id) | _finished_in(source),
            excluded=ledger.excluded_frames(run.image_id),
            tag=body.tag,
            owner=owner,
        )

    def _source(self, run: LedgerRun, label_id: str | None) -> LabelVersion | None:
        """Return the label that is named, else the run's newest, else None."""
        labels = self.services.ledger.labels(run.image_id)
        if label_id is None:
            return labels[-1] if labels else None
        named = [label for label in labels if label.id == label_id]
        if not named:
            raise LabelNotFoundError(label_id)
        return named[0]

    def _mask_of(
        self, body: PropagateBody, run: LedgerRun, label: Label, source: LabelVersion | None, owner: str
    ) -> Callable[[int], MaskImage | None]:
        """Return what gives the mask of a key frame, (H, W), or None where there is none."""
        match body.keys_from:
            case KeySource.MASKS:
                masks = self.services.ledger.masks(WhichMasks(owner, run.image_id, label=label.index))
                return {mask.t: mask.mask for mask in masks}.get
            case KeySource.SESSION:
                frame_map = self.services.sessions.frame_map
                return lambda t: frame_map(body.session_id, owner, run, t) == label.index
            case KeySource.LABEL:
                if source is None:
                    raise NoKeyLabelError(run.image_id, label.name)
                is_label = saved_map(self.services.desk, source) == label.index
                return lambda t: is_label[t].copy()


def saved_map(desk: LabelDesk, label: LabelVersion) -> LabelMap:
    """Return a saved label, (T, H, W), or raise LabelFileLostError."""
    desk.store.read(label)
    return np.ascontiguousarray(from_volume(read_label(desk.path(label))[0]))


def _finished_in(label: LabelVersion | None) -> frozenset[int]:
    return frozenset((label.finished_frames or ()) if label else ())


def _wanted(body: PropagateBody, n_frames: int) -> range:
    """Return the frames to fill."""
    first, last = body.first_frame or 1, body.last_frame or n_frames
    if not first <= last <= n_frames:
        raise FrameRangeError(first, last, n_frames)
    return range(first - 1, last)


def _keys(
    body: PropagateBody, run: LedgerRun, n_frames: int, mask_of: Callable[[int], MaskImage | None]
) -> dict[int, MaskImage]:
    """Return the masks of the key frames."""
    keys: dict[int, MaskImage] = {}
    for number in sorted(set(body.key_frames)):
        if number > n_frames:
            raise FrameNotFoundError(run.image_id, number, n_frames)
        mask = mask_of(number - 1)
        if mask is None or not mask.any():
            raise KeyFrameError(number, f"{body.label!r} is not on it; draw it there, or name another frame")
        keys[number - 1] = mask
    return keys
