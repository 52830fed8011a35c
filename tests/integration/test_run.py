"""What `start_server.sh` executes, with a stub in place of the server's own application."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.settings import APP_FOLDER, PROJECT_FOLDER
from lib.start.sockets import answers_ok, listeners
from tests.integration.conftest import TestPacs
from tests.ports import free_port
from tests.processes import children, ends

STUB = "tests.stub_app:app"
Started = subprocess.Popen[str]
Start = Callable[..., Started]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, port: int, orthanc: TestPacs) -> Iterator[Start]:
    """Return a function that runs the start with further flags; what it began is ended afterwards."""
    del orthanc
    begun: list[Started] = []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FLUORO_")}
    environment["PYTHONPATH"] = f"{APP_FOLDER}{os.pathsep}{PROJECT_FOLDER}"

    def run(*flags: str, app: str = STUB, password_file: Path | None = None) -> Started:
        secret = {"FLUORO_PACS__PASSWORD_FILE": str(password_file)} if password_file else {}
        command = [
            sys.executable,
            "-m",
            "lib.start.run",
            "--app",
            app,
            "--port",
            str(port),
            "--without-viewer",
        ]
        process = subprocess.Popen(
            [*command, "--data", str(tmp_path / "my data"), *flags],
            env=environment | secret,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(process)
        return process

    yield run
    for process in begun:
        process.kill()
        process.communicate()


def read_until(process: Started, beginning: str) -> list[str]:
    """Read lines until one begins so; fail with all of them when there is none."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(beginning):
            return lines
    pytest.fail("\n".join(lines))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_that_was_started(start: Start, port: int, number: signal.Signals) -> None:
    pacs_port = free_port()
    process = start("--pacs-port", str(pacs_port))
    lines = read_until(process, "ready:")
    started = children(process.pid)

    process.send_signal(number)
    said, _ = process.communicate(timeout=30)

    assert lines[-1] == f"ready: http://127.0.0.1:{port}/"
    assert process.returncode == 0
    assert said.strip() == "stopped"
    assert len(started) == 2
    assert all(ends(pid, within_s=1) for pid in started)


def test_both_answer_on_loopback_only_when_it_says_ready(start: Start, port: int) -> None:
    pacs_port = free_port()
    process = start("--pacs-port", str(pacs_port))
    read_until(process, "ready:")

    found = [listener for pid in children(process.pid) for listener in listeners(pid)]

    assert answers_ok("127.0.0.1", port, "/info/")
    assert answers_ok("127.0.0.1", pacs_port, "/dicom-web/studies")
    assert {listener.port for listener in found} == {port, pacs_port}
    assert all(listener.is_loopback for listener in found)


def test_kill_9_leaves_nothing_running(start: Start) -> None:
    process = start("--pacs-port", str(free_port()))
    read_until(process, "ready:")
    started = children(process.pid)

    process.kill()

    assert all(ends(pid, within_s=15) for pid in started)


def test_a_program_that_dies_ends_the_rest_and_is_named(start: Start) -> None:
    process = start("--pacs-port", str(free_port()))
    read_until(process, "ready:")
    started = children(process.pid)

    os.kill(started[0], signal.SIGKILL)
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "the embedded PACS (Orthanc) was killed by SIGKILL" in said
    assert "Orthanc has started" in said
    assert all(ends(pid, within_s=1) for pid in started)


def test_a_server_that_cannot_start_says_why_and_stops_the_pacs(start: Start) -> None:
    process = start("--pacs-port", str(free_port()), app="tests.no_such_module:app")

    said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "the server ended with status" in said
    assert "no_such_module" in said


def test_another_pacs_is_used_and_no_orthanc_started(start: Start, orthanc: TestPacs) -> None:
    process = start("--studies", orthanc.url)
    lines = read_until(process, "ready:")

    assert lines[0] == f"PACS: {orthanc.url}"
    assert len(children(process.pid)) == 1


def test_what_the_server_still_waits_for_is_said_once_and_it_goes_on(start: Start, orthanc: TestPacs) -> None:
    process = start("--studies", orthanc.url, app="tests.stub_app:not_ready_at_once")

    lines = read_until(process, "ready:")

    assert lines[1:-3] == ["waiting: The PACS sleeps."]


def test_a_port_that_two_want_is_one_sentence(start: Start, port: int) -> None:
    process = start("--pacs-port", str(port))

    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert (
        said.strip() == f"Port {port} is wanted by both --port and --pacs-port. Give each a port of its own."
    )


def test_a_password_file_that_cannot_be_read_is_one_sentence(
    start: Start, orthanc: TestPacs, tmp_path: Path
) -> None:
    process = start("--studies", orthanc.url, password_file=tmp_path / "none")

    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.startswith(f"The password file {tmp_path / 'none'} cannot be read")
    assert "Traceback" not in said


def test_a_taken_port_is_one_sentence_with_its_flag(start: Start, orthanc: TestPacs) -> None:
    process = start("--pacs-port", str(orthanc.pacs.http_port))

    said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.strip() == (
        f"Port {orthanc.pacs.http_port} cannot be used (address already in use). "
        "Choose another with --pacs-port PORT."
    )


def test_the_demo_is_loaded_into_an_empty_pacs_only(start: Start) -> None:
    pacs_port = str(free_port())
    first = read_until(begun := start("--demo", "--pacs-port", pacs_port), "ready:")
    begun.terminate()
    begun.communicate(timeout=30)

    second = read_until(start("--demo", "--pacs-port", pacs_port), "ready:")

    assert "demo run loaded: 24 simulated frames of DEMO^PHANTOM" in first
    assert "no demo run loaded: the PACS already has runs (1)" in second
