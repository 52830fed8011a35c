"""Every request has a kind, and the kinds have places of their own."""

import pytest

from lib.sections.running import QueuesSettings
from lib.server.queues.kinds import Kind, kind_of, n_threads, open_queues


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/infer/vessels", Kind.INFER),
        ("POST", "/infer/propagation", Kind.INFER),
        ("POST", "/infer/clicks", Kind.CLICKS),
        ("POST", "/fluoro/api/measurements", Kind.INFER),
        ("POST", "/fluoro/api/measurements/5f/accept", Kind.SAVE),
        ("POST", "/fluoro/api/sessions/5f/prompts", Kind.CLICKS),
        ("POST", "/fluoro/api/sessions/5f/save", Kind.SAVE),
        ("GET", "/fluoro/api/sessions/5f/frames/3/mask.png", Kind.CLICKS),
        ("PUT", "/datastore/label", Kind.SAVE),
        ("PUT", "/datastore/image", Kind.UPLOAD),
        ("POST", "/fluoro/api/upload", Kind.UPLOAD),
        ("POST", "/dicom-web/studies", Kind.UPLOAD),
        ("GET", "/dicom-web/studies/1.2", Kind.DICOMWEB),
        ("POST", "/train/vessels", Kind.TRAIN),
        ("GET", "/info/", Kind.LOOK),
        ("GET", "/fluoro/api/runs", Kind.LOOK),
        ("GET", "/fluoro/api/health", None),
        ("GET", "/fluoro/api/metrics", None),
        ("GET", "/ohif/app.js", None),
        ("GET", "/fluoro/api/jobs/5f/events", None),
    ],
)
def test_a_request_is_of_the_kind_that_it_keeps_busy(method: str, path: str, kind: Kind | None) -> None:
    assert kind_of(method, path) is kind


def test_there_is_a_thread_for_every_place_of_every_kind() -> None:
    settings = QueuesSettings()

    n_places = sum(queue.at_once for queue in open_queues(settings).values())

    assert n_threads(settings) > n_places
