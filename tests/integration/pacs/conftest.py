"""A client of the shared Orthanc."""

from typing import Any

import pytest

from lib.pacs.dicomweb import DicomWebPacs, connect
from lib.settings import PacsSettings


@pytest.fixture
def pacs(orthanc: Any) -> DicomWebPacs:
    return connect(PacsSettings(url=orthanc.url))
