import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import global_options_first, run
from lib.settings import APP_FOLDER, settings
from tests.stub_pacs import StubPacs

Call = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["list", "--studies", "U", "--json"], ["--studies", "U", "list", "--json"]),
        (["load", "a", "--data=D", "b"], ["--data=D", "load", "a", "b"]),
        (["list", "--verbose"], ["--verbose", "list"]),
        (["load", "--", "--data", "x"], ["load", "--", "--data", "x"]),
        (["list", "--studies"], ["list", "--studies"]),
        ([], []),
    ],
)
def test_global_options_may_stand_behind_the_command(given: list[str], wanted: list[str]) -> None:
    assert global_options_first(given) == wanted


def test_the_options_reach_the_settings(stub: StubPacs, tmp_path: Path) -> None:
    assert settings().pacs.url != stub.url

    assert run(["list", "--studies", stub.url, "--data", str(tmp_path)]) == 0

    assert (settings().pacs.url, settings().data) == (stub.url, tmp_path)


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0

    assert "load" in capsys.readouterr().out


def test_wrong_words_are_wrong_usage_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lst"]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "No such command 'lst'. Did you mean 'list'? See `fluoro --help`.\n"


def test_a_wrong_setting_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--studies", "ftp://pacs"]) == 2

    assert "FLUORO_PACS__URL" in capsys.readouterr().err


def test_a_pacs_that_is_down_is_a_failure_with_its_sentence(run_json: Call) -> None:
    code, said, err = run_json("list", "--studies", "http://127.0.0.1:1/dicom-web")

    assert code == 1
    assert said == {"error": err.strip()}
    assert err.startswith("The PACS at http://127.0.0.1:1/dicom-web does not answer (connection refused).")


def test_help_is_quick_and_loads_no_heavy_room() -> None:
    code = (
        "import sys, lib.cli.main\n"
        "heavy = {'torch', 'monai', 'monailabel', 'pydicom', 'requests', 'SimpleITK', 'cv2', 'sqlalchemy'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )

    environment = {**os.environ, "PYTHONPATH": str(APP_FOLDER)}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert time.perf_counter() - start < 5


def test_the_variable_of_the_embedded_pacs_is_followed_as_the_server_does(
    stub: StubPacs, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = stub.url.removesuffix("/dicom-web").rpartition(":")[2]
    monkeypatch.setenv("FLUORO_EMBEDDED_PACS__PORT", port)

    assert run(["list"]) == 0

    assert stub.requests


def test_a_password_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lib.cli", "list"],
        env={**os.environ, "PYTHONPATH": str(APP_FOLDER), "FLUORO_PACS__PASSWORD_FILE": str(tmp_path / "no")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == f"The password file {tmp_path / 'no'} cannot be read: No such file or directory.\n"
