"""A run and a label for all tests of this folder."""

from pathlib import Path

import nibabel
import numpy as np
import pytest

from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa, draw_run
from tests.integration.conftest import TestPacs

N_FRAMES, ROWS, COLUMNS = 4, 96, 128


@pytest.fixture
def image_id(orthanc: TestPacs) -> str:
    """A new run in the PACS."""
    run = build_xa(pixels=draw_run(N_FRAMES, ROWS, COLUMNS), patient_name="CANARY^BIRD")
    connect(PacsSettings(url=orthanc.url)).store([run])
    return str(run.SOPInstanceUID)


@pytest.fixture
def label_file(tmp_path: Path) -> Path:
    """A label as a client writes it."""
    volume = np.zeros((COLUMNS, ROWS, N_FRAMES), np.uint8)
    volume[10:20, 30:40] = 1
    path = tmp_path / "label.nii.gz"
    nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), path)
    return path
