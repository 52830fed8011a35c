import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from lib.errors import PacsUnavailableError
from lib.pacs import run_feed
from lib.pacs.run_feed import RunFeed
from lib.pacs.runs import RunRef
from lib.settings import PacsSettings

RUN = RunRef("1.1", "1.2", "1.3", "1.2.840.10008.5.1.4.1.1.12.1", "XA", 4, 32, 48)


class Orthanc:
    """An Orthanc with runs, other instances and a change feed; counts the long lists asked of it."""

    def __init__(self) -> None:
        self.held: dict[str, bool] = {}
        self.feed: list[str] = []
        self.n_lists = 0
        self.is_down = False
        self.between: Callable[[], None] = lambda: None

    def add(self, *uids: str, is_run: bool = True) -> None:
        self.held |= dict.fromkeys(uids, is_run)
        self.feed += uids

    def list_all(self) -> list[RunRef]:
        self.n_lists += 1
        return [replace(RUN, sop_instance_uid=uid) for uid, is_run in self.held.items() if is_run]

    def find(self, uid: str) -> RunRef:
        return replace(RUN, sop_instance_uid=uid)

    def last_change(self) -> int:
        self._answer()
        return len(self.feed)

    def n_instances(self) -> int:
        self._answer()
        return len(self.held)

    def new_instances(self, since: int) -> tuple[list[str], int]:
        self._answer()
        new = self.feed[since:], len(self.feed)
        self.between()
        return new

    def run_uid(self, instance: str) -> str | None:
        return instance if self.held.get(instance) else None

    def _answer(self) -> None:
        if self.is_down:
            raise PacsUnavailableError("http://pacs", "connection refused")


@pytest.fixture
def orthanc(monkeypatch: pytest.MonkeyPatch) -> Orthanc:
    found = Orthanc()
    found.add("1", "2")
    monkeypatch.setattr(run_feed, "orthanc_behind", lambda _settings: found)
    return found


@pytest.fixture
def feed(orthanc: Orthanc) -> RunFeed:
    return RunFeed(PacsSettings(), orthanc.list_all, orthanc.find)


def uids(feed: RunFeed) -> list[str]:
    return [run.sop_instance_uid for run in feed.runs()]


def test_the_second_list_asks_only_what_is_new(feed: RunFeed, orthanc: Orthanc) -> None:
    assert uids(feed) == ["1", "2"]

    orthanc.add("3")
    orthanc.add("a SEG", is_run=False)

    assert uids(feed) == ["1", "2", "3"]
    assert uids(feed) == ["1", "2", "3"]
    assert orthanc.n_lists == 1


def test_a_deleted_run_disappears(feed: RunFeed, orthanc: Orthanc) -> None:
    uids(feed)

    del orthanc.held["1"]

    assert uids(feed) == ["2"]
    assert orthanc.n_lists == 2


def test_a_run_deleted_while_another_came_disappears(feed: RunFeed, orthanc: Orthanc) -> None:
    uids(feed)

    del orthanc.held["1"]
    orthanc.add("3")

    assert uids(feed) == ["2", "3"]


def test_a_run_that_was_replaced_is_asked_for_anew(feed: RunFeed, orthanc: Orthanc) -> None:
    uids(feed)

    orthanc.add("1")

    assert uids(feed) == ["1", "2"]
    assert orthanc.n_lists == 2


def test_a_feed_that_was_cleared_loses_nothing(feed: RunFeed, orthanc: Orthanc) -> None:
    uids(feed)

    orthanc.add("3")
    orthanc.feed.clear()

    assert uids(feed) == ["1", "2", "3"]


def test_many_new_instances_are_listed_at_once(feed: RunFeed, orthanc: Orthanc) -> None:
    uids(feed)

    orthanc.add(*(f"9.{n}" for n in range(200)))

    assert len(uids(feed)) == 202
    assert orthanc.n_lists == 2


def test_a_run_that_comes_between_two_looks_is_seen_without_a_long_list(
    feed: RunFeed, orthanc: Orthanc
) -> None:
    uids(feed)
    late = ["3"]
    orthanc.between = lambda: orthanc.add(late.pop()) if late else None

    assert uids(feed) == ["1", "2", "3"]
    assert orthanc.n_lists == 1


def test_a_run_that_comes_during_the_first_list_is_in_the_second(orthanc: Orthanc) -> None:
    list_all = orthanc.list_all

    def slow() -> list[RunRef]:
        runs = list_all()
        orthanc.add("3")
        return runs

    slow_feed = RunFeed(PacsSettings(), slow, orthanc.find)

    assert uids(slow_feed) == ["1", "2"]
    assert uids(slow_feed) == ["1", "2", "3"]


def test_without_a_feed_the_whole_list_is_asked_for(feed: RunFeed, orthanc: Orthanc) -> None:
    orthanc.is_down = True

    assert uids(feed) == uids(feed) == ["1", "2"]
    assert orthanc.n_lists == 2


def test_a_feed_that_comes_back_is_used_again(feed: RunFeed, orthanc: Orthanc) -> None:
    uids(feed)
    orthanc.is_down = True
    uids(feed)
    orthanc.is_down = False
    orthanc.add("3")

    assert [uids(feed), uids(feed)] == [["1", "2", "3"]] * 2
    assert orthanc.n_lists == 3


def test_another_pacs_is_asked_for_the_whole_list_each_time(
    orthanc: Orthanc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_feed, "orthanc_behind", lambda _settings: None)
    feed = RunFeed(PacsSettings(), orthanc.list_all, orthanc.find)

    assert uids(feed) == uids(feed) == ["1", "2"]
    assert orthanc.n_lists == 2


def test_a_pacs_that_is_down_is_asked_for_its_feed_and_its_list_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> list[RunRef]:
        calls.append(1)
        raise PacsUnavailableError("http://pacs", "connection refused")

    calls: list[int] = []
    monkeypatch.setattr(run_feed, "orthanc_behind", down)
    feed = RunFeed(PacsSettings(), down, lambda _uid: RUN)

    with pytest.raises(PacsUnavailableError):
        feed.runs()
    assert len(calls) == 2


def test_a_list_that_hangs_does_not_hold_up_the_others(
    orthanc: Orthanc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_feed, "PATIENCE_S", 0.05)
    hangs, is_over = threading.Event(), threading.Event()

    def list_all() -> list[RunRef]:
        if not hangs.is_set():
            hangs.set()
            is_over.wait(10)
        return orthanc.list_all()

    feed = RunFeed(PacsSettings(), list_all, orthanc.find)
    thread = threading.Thread(target=feed.runs)
    thread.start()
    hangs.wait(10)

    assert uids(feed) == ["1", "2"]
    is_over.set()
    thread.join()
