"""A saved label as what a propagation begins from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from lib.arrays import LabelMap, from_volume
from lib.datastore.ids import check_image_id
from lib.datastore.volumes import read_label
from lib.datastore.xa_datastore import XaDatastore
from lib.errors import LabelNotFoundError, LabelShapeError


@dataclass(frozen=True)
class SavedLabel:
    """What is known about a saved label.

    Attributes:
        id: Of the label.
        path: Its volume, (X, Y, F).
        finished: Frames, t, that a person finished; they stay as they are.
    """

    id: str
    path: Path
    finished: frozenset[int] = frozenset()

    def label_map(self, shape: tuple[int, ...]) -> LabelMap:
        """Return its pixels, (T, H, W), for a run of that shape.

        Raises:
            LabelShapeError: It has another one.
        """
        label_map = from_volume(read_label(self.path)[0])
        if label_map.shape != shape:
            raise LabelShapeError(label_map.shape, shape, "frames, rows, columns")
        return np.ascontiguousarray(label_map)


FindSaved: TypeAlias = Callable[[str, str | None], SavedLabel]
"""Returns a label of a run, given by its image id: the one of an id, or the newest where the id is None."""


def saved_in(open_datastore: Callable[[], XaDatastore]) -> FindSaved:
    """Return what finds labels in a datastore, which is opened when it is first asked.

    What it returns raises LabelNotFoundError where the run has no such label.
    """

    def find(image_id: str, label_id: str | None) -> SavedLabel:
        datastore = open_datastore()
        ledger = datastore.ledger
        label = ledger.newest(check_image_id(image_id)) if label_id is None else ledger.label(label_id)
        if label.image_id != image_id:
            raise LabelNotFoundError(label.id)
        finished = ledger.finished_frames(image_id) | set(label.finished_frames or ())
        return SavedLabel(label.id, Path(datastore.get_label_uri(label.id, "")), frozenset(finished))

    return find
