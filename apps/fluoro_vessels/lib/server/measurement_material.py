"""The run and the vessels that a measurement is about."""

from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Final

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from lib.arrays import Mask
from lib.datastore.records import LabelVersion, LedgerRun
from lib.errors import FrameNotFoundError, LabelNotFoundError, NoKeyLabelError
from lib.frames.cine import Cine
from lib.infers.recent_runs import RecentRuns
from lib.labels import Label
from lib.measure.material import MaskOf, Material
from lib.server.measurement_models import VesselsBody, VesselSource
from lib.server.observe.facts import note
from lib.server.propagate_plan import saved_map
from lib.server.services import Services

WHOLE_RUN: Final = 0.5
"""A label on this share of the frames or more says where the vessels of all frames are."""

NAMED_SET: Final = "coronary"
"""Labels whose names are suggested for branches."""


@dataclass(frozen=True)
class RunMaterial:
    """What is measured, and what a report about it says beside the numbers.

    Attributes:
        run: The run.
        label: What its vessels are labelled as.
        material: The frames and the vessels.
        saved: The saved label that they come from; None where they do not.
    """

    run: LedgerRun
    label: Label
    material: Material
    saved: LabelVersion | None = None


@dataclass(frozen=True)
class Materials:
    """Finds what requests are about; safe for several threads."""

    services: Services
    runs: RecentRuns = field(default_factory=RecentRuns)

    def of(self, body: VesselsBody, owner: str) -> RunMaterial:
        """Return what a request is about.

        Raises:
            RunNotFoundError: There is no such run.
            UnknownLabelError: The table has no such label.
            LabelNotFoundError: The run has no such saved label.
            NoKeyLabelError: The run has no saved label at all.
            SessionNotFoundError: The owner has no such session about this run.
        """
        services = self.services
        run, label = services.shelf.run(body.image_id), services.desk.table.by_name(body.label)
        note(image_id=run.image_id)
        cine = self.runs.open(services.shelf.dicom(run.image_id)).cine
        names = tuple(one for one in services.desk.table if one.set_name == NAMED_SET)
        match body.masks_from:
            case VesselSource.LABEL:
                saved = self._saved(run, body.label_id, label)
                masks = np.asarray(saved_map(services.desk, saved) == label.index)
                material = Material(cine, partial(_of_mask, masks), _if_whole(masks), names)
                return RunMaterial(run, label, material, saved)
            case VesselSource.SESSION:
                mask_of: MaskOf = partial(self._of_session, body.session_id, owner, run, label.index)
            case VesselSource.AUTOMATIC:
                mask_of = partial(self._automatic, cine, run.image_id)
        return RunMaterial(run, label, Material(cine, mask_of, None, names))

    def seg_of(self, saved: LabelVersion | None) -> Dataset | None:
        """Return the DICOM SEG of a saved label, without pixels; None where it has none."""
        data = None if saved is None else self.services.desk.store.read_seg(saved)
        return None if data is None else pydicom.dcmread(BytesIO(data), stop_before_pixels=True)

    def _saved(self, run: LedgerRun, label_id: str | None, label: Label) -> LabelVersion:
        """Return the saved label that is named, else the run's newest."""
        labels = self.services.ledger.labels(run.image_id)
        named = [one for one in labels if label_id in (None, one.id)]
        if not named:
            raise (
                NoKeyLabelError(run.image_id, label.name)
                if label_id is None
                else LabelNotFoundError(label_id)
            )
        return named[-1]

    def _of_session(
        self, session_id: str, owner: str, run: LedgerRun, index: int, t: int
    ) -> NDArray[np.bool_]:
        return np.asarray(self.services.sessions.frame_map(session_id, owner, run, t) == index)

    def _automatic(self, cine: Cine, image_id: str, t: int) -> NDArray[np.bool_]:
        if not 0 <= t < len(cine.frames):
            raise FrameNotFoundError(image_id, t + 1, len(cine.frames))
        clicks = self.services.clicks
        return clicks.clicker.start(clicks.encoding(image_id, t))


def _of_mask(masks: Mask, t: int) -> NDArray[np.bool_]:
    of_frame: NDArray[np.bool_] = masks[t]
    return of_frame


def _if_whole(masks: Mask) -> Mask | None:
    """Return masks that cover the run; a label of a few frames says nothing about the others."""
    return masks if masks.any(axis=(1, 2)).mean() >= WHOLE_RUN else None
