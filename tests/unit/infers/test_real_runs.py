from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from lib.frames.read import read_cine
from lib.infers.algorithms.vesselness import Vesselness
from lib.labels import load_label_table
from lib.settings import settings
from tests.vessel_runs import cine_of, dice

TABLE = load_label_table(settings().labels)
VESSEL = TABLE.by_name("vessel").index


def test_a_real_coronary_fills_and_its_first_frames_are_nearly_empty(shared_data: Path) -> None:
    cine = read_cine(shared_data / "dicom" / "xa_cine_96f_jpeg_baseline.dcm")

    found = Vesselness().segment(replace(cine, frames=cine.frames[::6]), {}, TABLE) == VESSEL

    share = found.mean(axis=(1, 2))
    assert share[:2].max() < 0.01
    assert share[6:].min() > 0.015
    assert share.max() < 0.05


def test_a_real_run_with_a_catheter_and_no_contrast_holds_little(shared_data: Path) -> None:
    cine = read_cine(shared_data / "dicom" / "xa_cine_12f_jpeg_lossless_malformed.dcm")

    found = Vesselness().segment(cine, {}, TABLE)

    assert (found == VESSEL).mean() < 0.005


@pytest.mark.parametrize("name", ["207_LCA_RAO", "33_LCA_RAO", "2_LCA_LAO"])
def test_main_branches_on_a_real_frame_are_found(shared_data: Path, name: str) -> None:
    image, mask = (
        cv2.imread(str(shared_data / "ica_main_branches" / f"{name}_{kind}.png"), cv2.IMREAD_GRAYSCALE)
        for kind in ("image", "mask")
    )

    found = Vesselness().segment(cine_of(image[np.newaxis] / np.float32(255)), {}, TABLE)

    assert dice(found[0] == VESSEL, mask > 127) > 0.65
