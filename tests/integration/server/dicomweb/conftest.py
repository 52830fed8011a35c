"""The DICOMweb path before a real PACS: fixtures."""

import pytest
from pydicom.dataset import FileDataset

from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa
from tests.integration.conftest import TestPacs


@pytest.fixture
def run(orthanc: TestPacs) -> FileDataset:
    """A run that the shared Orthanc has."""
    dataset = build_xa(n_frames=6, rows=64, columns=64, PatientComments="x" * 100)
    dataset.add_new(0x00091001, "OB", b"\1" * 5000)
    dataset.add_new(0x00090010, "LO", "FLUORO TESTS")
    connect(PacsSettings(url=orthanc.url)).store([dataset])
    return dataset
