"""The thread that finds things out while the server runs."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from lib.errors import FluoroError, LabelFileLostError, PacsUnavailableError, UnknownModelError
from lib.quality.background import Background
from lib.quality.tasks import Task


class FakeSource:
    """Has tasks until they were done; `fails` says what some of them raise, each time."""

    def __init__(self, *names: str, fails: dict[str, Exception] | None = None) -> None:
        self.names, self.fails = list(names), fails or {}
        self.tried: list[str] = []

    def tasks(self) -> Sequence[Task]:
        return [Task(name, self._doing(name)) for name in self.names]

    def _doing(self, name: str) -> Callable[[], None]:
        def do() -> None:
            self.tried.append(name)
            if name in self.fails:
                raise self.fails[name]
            self.names.remove(name)

        return do


class NoModel:
    """A source that cannot even say what there is to do."""

    def tasks(self) -> Sequence[Task]:
        raise UnknownModelError("vessels", [])


def run_until(background: Background, is_done: Callable[[], bool]) -> None:
    background.start()
    until = time.monotonic() + 20
    while not is_done() and time.monotonic() < until:
        time.sleep(0.005)
    background.stop()
    assert is_done()


def quick(*sources: FakeSource | NoModel) -> Background:
    return Background(sources, first_after_s=0, every_s=0.005)


def test_all_tasks_of_all_sources_are_done() -> None:
    first, second = FakeSource("a", "b"), FakeSource("c")

    run_until(quick(first, second), lambda: not first.names and not second.names)

    assert (first.tried, second.tried) == (["a", "b"], ["c"])


def test_what_cannot_be_done_is_tried_once_and_stops_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    errors: dict[str, Exception] = {"a": LabelFileLostError("x"), "b": RuntimeError("engine")}
    source = FakeSource("a", "b", "c", fails=errors)
    late = FakeSource()
    background = quick(NoModel(), source, late)

    background.start()
    while "c" in source.names:
        time.sleep(0.005)
    late.names.append("d")
    run_until_gone(late)
    background.stop()

    assert source.tried == ["a", "b", "c"]
    assert sum("did not look" in message for message in caplog.messages) == 1


def run_until_gone(source: FakeSource) -> None:
    until = time.monotonic() + 20
    while source.names and time.monotonic() < until:
        time.sleep(0.005)
    assert source.names == []


def test_while_the_pacs_does_not_answer_the_others_wait_and_all_is_tried_again() -> None:
    down: FluoroError = PacsUnavailableError("http://pacs.test", "refused")
    source = FakeSource("a", "b", fails={"a": down})
    background = quick(source)

    background.start()
    while len(source.tried) < 3:
        time.sleep(0.005)
    was_b_tried = "b" in source.tried
    source.fails.clear()
    run_until_gone(source)
    background.stop()

    assert not was_b_tried


@pytest.mark.parametrize("is_started", [True, False])
def test_it_stops_at_once_while_it_waits(is_started: bool) -> None:
    background = Background([FakeSource("a")], first_after_s=600)
    if is_started:
        background.start()

    began = time.monotonic()
    background.stop()

    assert time.monotonic() - began < 5
    assert not any(thread.name == "quality" for thread in threading.enumerate())


def test_the_thread_rests_longer_than_it_works() -> None:
    source = FakeSource("a", "b")
    at: list[float] = []
    slow = [
        Task(name, lambda: (time.sleep(0.05), at.append(time.monotonic())))  # a task of 50 ms
        for name in source.names
    ]

    class Slow:
        def tasks(self) -> Sequence[Task]:
            return slow[len(at) :]

    run_until(Background([Slow()], first_after_s=0, every_s=600, rest=4.0), lambda: len(at) == 2)

    assert at[1] - at[0] > 0.05 + 4 * 0.05 - 0.01
