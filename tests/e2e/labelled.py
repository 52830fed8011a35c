"""Runs with a stored label, and how much of a label the viewer shows where."""

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from lib.arrays import to_volume
from lib.datastore.volumes import write_label
from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.e2e.conftest import Started

BLUR_PX = 2.0
"""The overlay's outline and the browser's resampling may reach this far beyond the mask."""


def store(started: Started, *runs: Dataset) -> None:
    """Put runs into the PACS."""
    connect(PacsSettings(url=started.pacs_url)).store(list(runs))


def submit(started: Started, run: Dataset, mask: NDArray[np.uint8], folder: Path) -> str:
    """Submit a label of a stored run and wait until the PACS shows it; return its Series Instance UID."""
    pacs = connect(PacsSettings(url=started.pacs_url))
    path = folder / "label.nii.gz"
    write_label(path, to_volume(mask), None)
    with path.open("rb") as file:
        answer = started.asks_as().put(
            f"{started.url}/datastore/label",
            params={"image": str(run.SOPInstanceUID), "tag": "final"},
            files={"label": ("label.nii.gz", file)},
            timeout=60,
        )
    assert answer.ok, answer.text
    ref = pacs.find_run(str(run.SOPInstanceUID))
    until = time.monotonic() + 30
    while not (segs := pacs.list_segs(ref)) and time.monotonic() < until:
        time.sleep(0.2)
    return segs[-1].series_instance_uid


def coverage(
    changed: NDArray[np.bool_], places: NDArray[np.float64], mask: NDArray[np.uint8]
) -> tuple[float, int]:
    """Return the part of a box mask that the overlay covers, and its pixels outside."""
    rows, columns = np.nonzero(mask)
    low = np.array([columns.min(), rows.min()])
    high = np.array([columns.max() + 1, rows.max() + 1])
    well_inside = np.all((places > low + BLUR_PX) & (places < high - BLUR_PX), axis=-1)
    well_outside = np.any((places < low - BLUR_PX) | (places > high + BLUR_PX), axis=-1)
    return float(changed[well_inside].mean()), int(changed[well_outside].sum())
