import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.errors.start import ChildSilentError, ChildStoppedError
from lib.start.child import Child
from tests.processes import ends


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    one = Child("the program", tmp_path / "logs" / "program.log")
    yield one
    one.stop()


def start(child: Child, code: str) -> None:
    child.start([sys.executable, "-u", "-c", code], os.environ, Path.cwd())


def test_a_program_that_ends_is_named_with_its_status_and_last_words(child: Child) -> None:
    start(child, "print('no disk'); raise SystemExit(3)")

    with pytest.raises(ChildStoppedError, match=r"(?s)the program ended with status 3.*no disk"):
        child.wait_until(lambda: False, timeout_s=20)


def test_a_program_has_a_process_group_of_its_own_within_our_session(child: Child) -> None:
    start(child, "import time; time.sleep(60)")

    assert os.getpgid(child.pid) == child.pid
    assert os.getsid(child.pid) == os.getsid(0)


def test_a_program_that_never_answers_is_given_up(child: Child) -> None:
    start(child, "import time; print('thinking'); time.sleep(60)")
    child.wait_until(lambda: "thinking" in child.tail(), timeout_s=20)

    with pytest.raises(ChildSilentError, match="did not answer within"):
        child.wait_until(lambda: False, timeout_s=0.1)


def test_a_stubborn_program_is_killed_with_all_that_it_started(child: Child) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print('pid', p.pid); time.sleep(60)"
    )
    start(child, code)
    child.wait_until(lambda: "pid" in child.tail(), timeout_s=20)
    grandchild = int(child.tail().split()[-1])

    child.stop(timeout_s=0.2)

    assert not child.is_alive
    assert ends(grandchild, within_s=5)


def test_it_can_be_started_again_and_keeps_the_log_before(child: Child) -> None:
    for word in ("first", "second"):
        start(child, f"print('{word}'); import time; time.sleep(60)")
        child.wait_until(lambda word=word: word in child.tail(), timeout_s=20)  # type: ignore[misc]
        child.stop()

    assert child.log.read_text() == "second\n"
    assert child.log.with_name("program.log.1").read_text() == "first\n"


def test_stopping_what_never_started_does_nothing(child: Child) -> None:
    child.stop()

    assert not child.is_alive


def test_a_program_that_was_killed_is_said_to_be_with_the_likely_reason(child: Child) -> None:
    start(child, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    with pytest.raises(ChildStoppedError, match=r"the program was killed by SIGKILL \(.*memory"):
        child.wait_until(lambda: False, timeout_s=20)
