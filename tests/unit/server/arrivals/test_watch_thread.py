"""When the watch looks, and what its thread survives."""

import threading
import time

import pytest

from lib.errors import PacsUnavailableError
from lib.server.arrivals import watch
from tests.arriving import (
    FakeWorker,
    Ward,
    rules,
    store,
    wait_until,
    watching,
)


def test_a_pacs_whose_list_takes_long_is_asked_seldom(
    ward: Ward, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watching(ward, worker, rules(look_s=0.1))
    monkeypatch.setattr(ward.shelf, "refresh", lambda: time.sleep(0.05))

    assert watched.round() >= 0.05 * 19


def test_a_worker_without_work_is_ended_after_a_while(
    ward: Ward, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watching(ward, worker)
    watched.round()
    store(ward)
    watched.round()
    was_open = worker.is_open
    monkeypatch.setattr(watch, "IDLE_S", 0.0)

    watched.round()

    assert (was_open, worker.is_open) == (True, False)


def test_the_thread_survives_a_pacs_that_sleeps_and_looks_when_it_is_woken(
    ward: Ward, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watch, "LATER_S", 0.02)
    ward.pacs.is_down = True
    watched = watching(ward, worker, rules(look_s=600))
    watched.start()
    assert wait_until(lambda: "stands still" in caplog.text)
    ward.pacs.is_down = False
    assert wait_until(lambda: ward.ledger.arrivals_since() is not None)

    [image_id] = store(ward)
    watched.wake()

    assert wait_until(lambda: worker.looked == [image_id])
    watched.stop()
    assert caplog.text.count("stands still") == 1
    assert "arrivals" not in {thread.name for thread in threading.enumerate()}


def test_a_fault_of_ours_does_not_end_the_thread(
    ward: Ward, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LATER_S", 0.02)
    watched = watching(ward, worker, rules(look_s=0.1))
    watched.start()
    assert wait_until(lambda: ward.ledger.arrivals_since() is not None)
    worker.raises = [ZeroDivisionError("patient")]

    [image_id] = store(ward)

    assert wait_until(lambda: worker.looked == [image_id, image_id])
    watched.stop()


def test_where_nobody_wants_it_nothing_is_looked_for_and_the_watch_ends(
    ward: Ward, worker: FakeWorker
) -> None:
    watching(ward, worker).round()
    idle = watching(ward, worker, rules(enabled=False))

    idle.start()

    assert ward.ledger.arrivals_since() is None
    idle.stop()


def test_the_watch_does_not_raise_what_a_pacs_says_at_its_end(ward: Ward, worker: FakeWorker) -> None:
    ward.pacs.is_down = True

    with pytest.raises(PacsUnavailableError):
        watching(ward, worker).round()
