"""Frames as the click engine of the live model sees them."""

import pytest

from lib.server.clicked_frames import ClickedFrames
from lib.server.services import Services
from tests.builders import build_xa
from tests.fakes import FakeClicker
from tests.unit.server.conftest import MakeServices

RUN = build_xa(n_frames=2)
IMAGE_ID = str(RUN.SOPInstanceUID)


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(RUN)


def test_a_frame_is_looked_at_anew_once_another_model_is_live(services: Services) -> None:
    old, new = FakeClicker(), FakeClicker()
    new.version = "2"
    live = [old]
    clicks = ClickedFrames(lambda: live[0], services.shelf, services.opened)

    clicks.encoding(IMAGE_ID, 1)
    clicks.encoding(IMAGE_ID, 1)
    before = clicks.engine
    live[0] = new
    clicks.encoding(IMAGE_ID, 1)

    assert (old.encoded, new.encoded) == ([1], [1])
    assert (before, clicks.engine) == ("squares@1", "squares@2")
