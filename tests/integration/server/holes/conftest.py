"""Every hole that MONAI Label 0.8.5 has as it ships, tried against the running server: closed."""

from collections.abc import Iterator

import pytest

from lib.pacs.dicomweb import connect
from lib.settings import PacsSettings
from tests.builders import build_xa
from tests.integration.conftest import TestPacs
from tests.watched_server import WatchedServer


@pytest.fixture(scope="module")
def image_id(orthanc: TestPacs) -> str:
    run = build_xa(n_frames=2)
    connect(PacsSettings(url=orthanc.url)).store([run])
    return str(run.SOPInstanceUID)


@pytest.fixture(scope="module", autouse=True)
def nothing_lies_outside_or_is_left_behind(served: WatchedServer) -> Iterator[None]:
    """After the tests of a file: whatever they made the server do, its files are in its folder."""
    yield
    assert served.outside() == []
    assert served.left_behind() == []
