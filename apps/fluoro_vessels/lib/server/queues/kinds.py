"""What kind of work a request is; every kind has a queue of its own."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from lib.sections.running import QueueSettings, QueuesSettings
from lib.server.queues.fair_queue import FairQueue


class Kind(StrEnum):
    """A kind of work, called as in the settings."""

    INFER = "infer"
    CLICKS = "clicks"
    SAVE = "save"
    UPLOAD = "upload"
    TRAIN = "train"
    DICOMWEB = "dicomweb"
    LOOK = "look"


MAY_BE_GIVEN_UP: Final = frozenset({Kind.INFER, Kind.CLICKS})
"""What stores nothing, or only when it is done: when its client goes away, it stops."""

ENDLESS: Final = "/events"
"""Where addresses end that answer for as long as somebody listens."""

_READING: Final = ("GET", "HEAD", "OPTIONS")

_FREE: Final = re.compile(r"/fluoro/api/(health|ready|metrics)|/ohif(/.*)?|/fluoro/viewer(/.*)?|/")
"""Answered always: whether the server lives, and files of the viewer."""

_RULES: Final = (
    ("POST", re.compile(r"/infer/(clicks|watershed|snakes|livewire)"), Kind.CLICKS),
    ("POST", re.compile(r"/infer/.*|/fluoro/api/measurements(/branches)?"), Kind.INFER),
    ("POST", re.compile(r"/fluoro/api/(masks|sessions/[^/]+/(prompts|undo|redo|reset))"), Kind.CLICKS),
    ("GET", re.compile(r"/fluoro/api/sessions/[^/]+/frames/.*"), Kind.CLICKS),
    ("PUT", re.compile(r"/fluoro/api/sessions/[^/]+/frames/.*"), Kind.CLICKS),
    ("POST", re.compile(r"/fluoro/api/upload|/dicom-web/.*"), Kind.UPLOAD),
    ("PUT", re.compile(r"/datastore/(image/?)?"), Kind.UPLOAD),
    ("POST", re.compile(r"/train/.*"), Kind.TRAIN),
    ("GET", re.compile(r"/dicom-web/.*"), Kind.DICOMWEB),
)


def kind_of(method: str, path: str) -> Kind | None:
    """Return the kind of a request, None for what never waits.

    What streams for as long as somebody listens takes no place either.
    """
    if path.endswith(ENDLESS) or _FREE.fullmatch(path):
        return None
    for rule_method, pattern, kind in _RULES:
        if method == rule_method and pattern.fullmatch(path):
            return kind
    return Kind.LOOK if method in _READING else Kind.SAVE


def open_queues(settings: QueuesSettings) -> Mapping[Kind, FairQueue]:
    """Return an empty queue for every kind."""
    return {kind: FairQueue(kind, _places(settings, kind)) for kind in Kind}


def n_threads(settings: QueuesSettings, spare: int = 16) -> int:
    """Return how many threads may work at a time: one for each place of each kind, and some to spare.

    With fewer, requests of a busy kind would hold all of them, and those of others would wait.
    """
    return sum(_places(settings, kind).at_once for kind in Kind) + spare


def _places(settings: QueuesSettings, kind: Kind) -> QueueSettings:
    found: QueueSettings = getattr(settings, kind)
    return found
