"""Storage commitment: the answer on the same association, or on one that the node opens."""

import time
from collections.abc import Callable

from pydicom.uid import XRayAngiographicImageStorage

from lib.pacs.dimse import Caller
from lib.pacs.dimse.commitment import Commitment, ask_to_commit
from tests.unit.pacs.dimse.conftest import StartListener, StartNode
from tests.unit.pacs.dimse.kept import Kept

CALLER = Caller("FLUORO", 15.0)
OBJECTS = [(str(XRayAngiographicImageStorage), "1.2.3")]


def wait_until(is_true: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_a_node_may_commit_on_the_association_that_asks(start_node: StartNode) -> None:
    answers: list[Commitment] = []
    archive = start_node(report_after_s=0.2)

    ask_to_commit(archive.node, CALLER, "1.9.1", OBJECTS, answers.append, 15.0)

    assert answers == [Commitment("1.9.1", ("1.2.3",), {})]


def test_a_node_may_commit_later_to_our_listener(
    start_node: StartNode, start_listener: StartListener, kept: Kept
) -> None:
    ours = start_listener(senders=("ARCHIVE@127.0.0.1",))
    archive = start_node(reports_to=ours)

    ask_to_commit(archive.node, CALLER, "1.9.2", OBJECTS, print, 0.0)

    wait_until(lambda: kept.commitments)
    assert kept.commitments == [Commitment("1.9.2", ("1.2.3",), {})]


def test_what_a_node_does_not_keep_has_a_reason(start_node: StartNode) -> None:
    answers: list[Commitment] = []

    ask_to_commit(start_node(keeps=False).node, CALLER, "1.9.3", OBJECTS, answers.append, 15.0)

    assert answers == [Commitment("1.9.3", (), {"1.2.3": "it has no such instance, reason 0112"})]
