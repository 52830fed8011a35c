import threading

import pytest

from lib.datastore.background import Background, pause_s
from lib.datastore.stored_runs import StoredRuns


def test_a_step_that_fails_is_logged_without_its_text_and_done_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done, steps = threading.Event(), []

    def step() -> None:
        steps.append(1)
        if len(steps) == 1:
            raise RuntimeError("CANARY")
        done.set()

    background = Background("worker", step, every_s=60)
    background.start()
    while not done.wait(0.01):
        background.wake()
    background.stop()

    assert "worker stumbled: RuntimeError in step" in caplog.text
    assert "CANARY" not in caplog.text


def test_pauses_double_and_stay_bounded() -> None:
    assert [pause_s(5, attempts) for attempts in (0, 1, 2, 100)] == [5, 10, 20, 600]


def test_a_listener_that_fails_keeps_no_other_from_hearing(caplog: pytest.LogCaptureFixture) -> None:
    runs, heard = StoredRuns(), []
    runs.listen(lambda image_id: heard.remove(image_id))
    runs.listen(heard.append)

    runs.tell("1.2.3")

    assert heard == ["1.2.3"]
    assert "stumbled" in caplog.text
