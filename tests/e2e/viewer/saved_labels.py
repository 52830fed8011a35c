"""Labels as the server and the PACS have them, to compare with what a viewer showed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.e2e.conftest import Started


def versions(started: Started, run: Dataset) -> list[dict[str, Any]]:
    """Return the versions of a run's submitted labels, newest first."""
    answer = started.asks_as().get(f"{started.url}/fluoro/api/runs/{run.SOPInstanceUID}/labels", timeout=60)
    return [one for one in answer.json()["labels"] if one["tag"] == "final"]


def indices_of(started: Started) -> dict[str, int]:
    """Return the index of each label that the server knows."""
    table = started.asks_as().get(f"{started.url}/fluoro/api/label-table", timeout=60).json()
    return {one["name"]: one["index"] for one in table["labels"]}


def newest_seg(started: Started, run: Dataset) -> Dataset:
    """Return the run's label as the PACS has it."""
    pacs = connect(PacsSettings(url=started.pacs_url))
    return pacs.retrieve_seg(pacs.list_segs(pacs.find_run(str(run.SOPInstanceUID)))[-1])


def label_map(seg: Dataset, n: int, indices: dict[str, int]) -> NDArray[np.uint8]:
    """Return frame n, from 1, of a SEG as label indices, (H, W)."""
    names = {int(one.SegmentNumber): str(one.SegmentLabel) for one in seg.SegmentSequence}
    pixels = seg.pixel_array.reshape(-1, seg.Rows, seg.Columns)
    found = np.zeros((seg.Rows, seg.Columns), np.uint8)
    for mask, groups in zip(pixels, seg.PerFrameFunctionalGroupsSequence, strict=True):
        source = groups.DerivationImageSequence[0].SourceImageSequence[0]
        if int(source.ReferencedFrameNumber) == n:
            number = int(groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
            found[mask > 0] = indices[names[number]]
    return found
