"""The worker: a line with a run goes in, a line of JSON comes out, whatever is raised."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from lib.datastore.arrival_records import ArrivalEnd, ArrivalState
from lib.errors import DiskFullError, PacsUnavailableError, RunNotFoundError
from lib.errors.arrivals import (
    ArrivalLateError,
    ArrivalLaterError,
    ArrivalStoppedError,
    ArrivalWorkerError,
)
from lib.server.arrivals.process import WorkerProcess, started
from lib.server.arrivals.worker import work_off
from lib.settings import load_settings
from tests.arriving import a_rule, rules

DONE = ArrivalEnd(ArrivalState.DONE, "Segmented.", "angiograms", "a" * 32, "b" * 32)


class FakeWork:
    """Does what a test says for each run."""

    def __init__(self, *answers: ArrivalEnd | Exception) -> None:
        self.answers = list(answers)

    def look(self, image_id: str) -> ArrivalEnd:
        assert image_id == "1.2"
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answers(*made: ArrivalEnd | Exception) -> list[dict[str, Any]]:
    out = io.StringIO()
    work_off(["1.2\n"] * len(made), out, FakeWork(*made))  # type: ignore[arg-type]
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_worker_says_what_became_of_each_run() -> None:
    assert answers(DONE, DONE) == [{"end": DONE.to_json()}] * 2


@pytest.mark.parametrize("error", [PacsUnavailableError("http://pacs", "silence"), DiskFullError("/data")])
def test_what_may_be_better_later_is_tried_later(error: Exception) -> None:
    assert answers(error) == [{"later": str(error)}]


def test_what_is_wrong_with_a_run_is_told_and_the_next_is_looked_at() -> None:
    failed, done = answers(RunNotFoundError("1.2"), DONE)

    assert (failed["end"]["state"], failed["end"]["outcome"]) == ("failed", str(RunNotFoundError("1.2")))
    assert done == {"end": DONE.to_json()}


def test_a_fault_of_ours_is_told_without_its_words() -> None:
    [told] = answers(KeyError("CANARY^BIRD"))

    assert told["end"]["outcome"].startswith("KeyError in look")
    assert "CANARY" not in json.dumps(told)


ANSWERS = "import sys\nfor line in sys.stdin:\n    print({answer!r}, flush=True)\n"
DIES = "import sys, os\nsys.stdin.readline()\nos._exit(11)\n"
SLEEPS = "import time\ntime.sleep(60)\n"
MUMBLES = "import sys, os\nsys.stdin.readline()\nprint('{\"en', end='', flush=True)\nos._exit(7)\n"


class Workers:
    """Starts workers that run a few lines of Python."""

    def __init__(self, *programs: str) -> None:
        self.programs = list(programs)
        self.begun: list[subprocess.Popen[bytes]] = []

    def __call__(self) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-c", self.programs.pop(0)]
        self.begun.append(subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return self.begun[-1]


def never() -> bool:
    return False


def test_one_process_works_on_many_runs() -> None:
    workers = Workers(ANSWERS.format(answer=json.dumps({"end": DONE.to_json()})))
    process = WorkerProcess(workers)

    assert [process.look("1.2", never) for _ in range(3)] == [DONE] * 3
    assert process.is_open
    process.close()
    assert not process.is_open
    assert workers.begun[0].returncode is not None


def test_a_worker_that_can_do_nothing_now_says_so_and_lives_on() -> None:
    process = WorkerProcess(Workers(ANSWERS.format(answer=json.dumps({"later": "The PACS sleeps."}))))

    with pytest.raises(ArrivalLaterError, match=r"The PACS sleeps\."):
        process.look("1.2", never)
    assert process.is_open
    process.close()


@pytest.mark.parametrize(("program", "status"), [(DIES, "11"), (MUMBLES, "7"), ("", "0")])
def test_a_worker_that_ends_by_itself_is_replaced(program: str, status: str) -> None:
    process = WorkerProcess(Workers(program, ANSWERS.format(answer=json.dumps({"end": DONE.to_json()}))))

    with pytest.raises(ArrivalWorkerError, match=f"status {status}"):
        process.look("1.2", never)

    assert process.look("1.2", never) == DONE
    process.close()


@pytest.mark.parametrize(
    ("longest_s", "is_stopping", "error"),
    [(60.0, lambda: True, ArrivalStoppedError), (0.0, never, ArrivalLateError)],
)
def test_a_worker_is_ended_with_the_server_or_when_it_takes_too_long(
    longest_s: float, is_stopping: Callable[[], bool], error: type[Exception]
) -> None:
    workers = Workers(SLEEPS)
    process = WorkerProcess(workers, longest_s)
    began = time.monotonic()

    with pytest.raises(error):
        process.look("1.2", is_stopping)

    assert time.monotonic() - began < 5
    assert workers.begun[0].returncode is not None


def test_a_worker_has_the_rules_of_its_server(tmp_path: Any) -> None:
    settings = load_settings(
        data=tmp_path, arrival=rules(a_rule(name="hearts", when={"body_part": ("HEART",)})).model_dump()
    )
    program = "import os; print(os.environ['FLUORO_ARRIVAL__RULES'], os.environ['FLUORO_DATA'])"

    process = started([sys.executable, "-c", program], settings)
    told, _ = process.communicate(timeout=10)

    listed, folder = told.decode().rsplit(maxsplit=1)
    assert [rule["name"] for rule in json.loads(listed)] == ["hearts"]
    assert folder == str(tmp_path)
