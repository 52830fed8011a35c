from typing import Any

import pytest

from lib.pacs.dicomweb import DicomWebPacs
from lib.pacs.orthanc import OrthancExtras, orthanc_behind
from lib.settings import PacsSettings
from tests.builders import build_rf, build_secondary_capture, build_xa


@pytest.fixture
def extras(orthanc: Any) -> OrthancExtras:
    found = orthanc_behind(PacsSettings(url=orthanc.url))
    assert found is not None
    return found


def test_the_health_counts_what_is_stored(extras: OrthancExtras, pacs: DicomWebPacs) -> None:
    before = extras.health()

    pacs.store([build_xa(), build_rf()])

    after = extras.health()
    assert (after.n_studies - before.n_studies, after.n_instances - before.n_instances) == (2, 2)
    assert after.version[0].isdigit()
    assert after.dicomweb_version


def test_the_change_feed_brings_new_runs_once(extras: OrthancExtras, pacs: DicomWebPacs) -> None:
    start = extras.last_change()
    early = [build_xa(), build_secondary_capture(modality="CT")]
    pacs.store(early)

    first = extras.changes(since=start)
    later = build_rf()
    pacs.store([later])
    second = extras.changes(since=first.last)

    assert first.image_ids == (early[0].SOPInstanceUID,)
    assert second.image_ids == (later.SOPInstanceUID,)
    assert extras.changes(since=second.last).image_ids == ()
    assert early[0].SOPInstanceUID in extras.changes(since=0).image_ids


def test_a_modality_that_was_added_is_named(extras: OrthancExtras) -> None:
    before = extras.modalities()

    extras._client.modalities.configure("archive", {"AET": "ARCHIVE", "Host": "10.0.0.5", "Port": 11112})

    (new,) = set(extras.modalities()) - set(before)
    assert (new.name, str(new.node)) == ("archive", "ARCHIVE@10.0.0.5:11112")
