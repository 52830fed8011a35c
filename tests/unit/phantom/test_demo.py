import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import XRayAngiographicImageStorage

from lib.phantom.demo import N_FRAMES, SIZE, demo_run


@pytest.fixture(scope="module")
def run() -> Dataset:
    return demo_run()


def test_it_is_an_xa_run_of_nobody(run: Dataset) -> None:
    assert run.SOPClassUID == XRayAngiographicImageStorage
    assert (run.Modality, run.NumberOfFrames, run.Rows, run.Columns) == ("XA", 24, 512, 512)
    assert run.PatientName == "DEMO^PHANTOM"
    assert "no patient" in run.StudyDescription


def test_it_is_the_same_every_time(run: Dataset) -> None:
    again = demo_run()

    assert again.PixelData == run.PixelData
    assert again.SOPInstanceUID == run.SOPInstanceUID


def test_contrast_medium_darkens_the_vessels_and_leaves_again(run: Dataset) -> None:
    frames = np.frombuffer(run.PixelData, np.uint8).reshape(N_FRAMES, SIZE, SIZE).astype(float)

    def darkest(t: int) -> float:
        return float(np.percentile((frames[t] - frames[0])[150:450, 100:420], 1))

    assert darkest(11) < darkest(4)
    assert darkest(11) < 1.3 * darkest(23)


def test_pictures_use_the_range_and_do_not_saturate(run: Dataset) -> None:
    pixels = np.frombuffer(run.PixelData, np.uint8)

    assert pixels.max() - pixels.min() > 150
    assert (pixels == 255).mean() < 0.001
