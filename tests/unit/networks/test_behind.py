import os
import threading

import pytest

from lib.networks.behind import NICENESS, behind_others


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_threads_that_the_work_starts_stand_behind_and_who_asked_does_not() -> None:
    own = niceness()
    found: list[int] = []

    def work() -> str:
        thread = threading.Thread(target=lambda: found.append(niceness()))
        thread.start()
        thread.join()
        return "done"

    assert behind_others(work) == "done"
    assert found == [max(NICENESS, own)]
    assert niceness() == own


def test_who_stands_further_behind_stays_there() -> None:
    found: list[int] = []

    def work() -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS + 3)
        behind_others(lambda: found.append(niceness()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert found == [NICENESS + 3]


def test_what_the_work_raises_reaches_who_asked() -> None:
    def work() -> None:
        raise ValueError("no such network")

    with pytest.raises(ValueError, match="no such network"):
        behind_others(work)
