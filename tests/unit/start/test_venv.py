import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import pytest

from lib.errors.start import InstallError
from lib.start.venv import Environment


class RecordedEnvironment(Environment):
    """Notes the commands and does what they would leave behind."""

    def __init__(self, project: Path) -> None:
        super().__init__(project)
        self.steps: list[str] = []
        self.fails_at = ""

    def _run(self, step: str, command: Sequence[str]) -> None:
        name = "venv" if "venv" in command else Path(command[-1]).name
        if name == self.fails_at:
            raise InstallError(step, self.log, "no space left")
        self.steps.append(name)
        if name == "venv":
            make_python(self, sys.executable)


def make_python(environment: Environment, python: str) -> None:
    environment.python.parent.mkdir(parents=True, exist_ok=True)
    environment.python.write_text(f'#!/bin/sh\nexec {shlex.quote(python)} "$@"\n')
    environment.python.chmod(0o755)
    (environment.folder / "pyvenv.cfg").write_text("version = 3.11.2\n")


@pytest.fixture
def environment(tmp_path: Path) -> RecordedEnvironment:
    project = tmp_path / "a checkout"
    (project / "vendor" / "pydicom_seg" / "pydicom_seg").mkdir(parents=True)
    (project / "vendor" / "pydicom_seg" / "pyproject.toml").write_text("")
    (project / "requirements.txt").write_text("torch==1")
    (project / "requirements-dev.txt").write_text("pytest==1")
    return RecordedEnvironment(project)


@pytest.fixture
def installed(environment: RecordedEnvironment) -> RecordedEnvironment:
    environment.prepare(["requirements.txt"])
    environment.steps.clear()
    return environment


def test_the_first_time_everything_is_installed(environment: RecordedEnvironment) -> None:
    environment.prepare(["requirements.txt"])

    assert environment.steps == ["venv", "requirements.txt", "pydicom_seg"]
    assert environment.is_complete(["requirements.txt"])


def test_the_second_time_there_is_nothing_to_do(installed: RecordedEnvironment) -> None:
    installed.prepare(["requirements.txt"])

    assert installed.steps == []


def test_a_new_lock_file_is_installed_into_what_is_there(installed: RecordedEnvironment) -> None:
    (installed.project / "requirements.txt").write_text("torch==2")

    installed.prepare(["requirements.txt"])

    assert installed.steps == ["requirements.txt", "pydicom_seg"]


def test_the_tests_add_their_packages_only(installed: RecordedEnvironment) -> None:
    installed.prepare(["requirements.txt", "requirements-dev.txt"])

    assert installed.steps == ["requirements-dev.txt", "pydicom_seg"]
    assert installed.is_complete(["requirements.txt"])


@pytest.mark.parametrize("step", ["venv", "requirements.txt", "pydicom_seg"])
def test_an_interrupted_installation_begins_anew(environment: RecordedEnvironment, step: str) -> None:
    environment.fails_at = step
    with pytest.raises(InstallError):
        environment.prepare(["requirements.txt"])
    environment.steps.clear()
    environment.fails_at = ""

    environment.prepare(["requirements.txt"])

    assert environment.steps == ["venv", "requirements.txt", "pydicom_seg"]


def test_an_environment_whose_python_is_gone_is_made_again(installed: RecordedEnvironment) -> None:
    make_python(installed, "/gone/python")

    installed.prepare(["requirements.txt"])

    assert installed.steps[0] == "venv"


def test_two_at_once_install_once(environment: RecordedEnvironment) -> None:
    second = RecordedEnvironment(environment.project)
    threads = [Thread(target=one.prepare, args=(["requirements.txt"],)) for one in (environment, second)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted([*environment.steps, *second.steps]) == ["pydicom_seg", "requirements.txt", "venv"]
