"""Measures the vessels of a draft that no person drew."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

import pydicom
from pydicom.dataset import Dataset

from lib.arrays import LabelMap
from lib.datastore.desk import LabelDesk
from lib.datastore.measurement_drafts import Draft
from lib.datastore.measurement_shelf import MeasurementShelf
from lib.datastore.records import LabelVersion
from lib.frames.cine import Cine
from lib.frames.files import read_without_pixels
from lib.measure.material import Material
from lib.measure.measure import measure
from lib.measure.request import MeasureRequest

VESSEL: Final = "vessel"


@dataclass(frozen=True)
class Measuring:
    """Measures the largest vessel on the frame with the best contrast, and through the run.

    Attributes:
        desk: Where labels and runs are.
        shelf: Where measurements are kept.
    """

    desk: LabelDesk
    shelf: MeasurementShelf

    def measure(self, cine: Cine, label_map: LabelMap, draft: LabelVersion, owner: str) -> str:
        """Measure a draft, keep it, and return the id of the measurement; a second time, that of the first.

        Args:
            cine: The run.
            label_map: The draft, (T, H, W).
            draft: What the ledger knows of it.
            owner: Who measures.

        Raises:
            FluoroError: Nothing can be measured, as `lib.measure.measure.measure` says.
        """
        before = self.shelf.of_run(draft.image_id)
        if own := [record for record in before if record.owner == owner]:
            return own[0].id
        vessel = self.desk.table.by_name(VESSEL)
        found = measure(Material.with_masks(cine, label_map == vessel.index), MeasureRequest())
        source = read_without_pixels(self.desk.shelf.dicom(draft.image_id))
        measured = Draft(draft.image_id, owner, vessel, draft, found)
        report = measured.report(source, self._seg(draft), before)
        return measured.keep(self.shelf, report, cine).id

    def _seg(self, draft: LabelVersion) -> Dataset | None:
        data = self.desk.store.read_seg(draft)
        return None if data is None else pydicom.dcmread(BytesIO(data), stop_before_pixels=True)
