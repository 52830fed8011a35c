import subprocess
import sys
from pathlib import Path

import pytest

from lib.errors.start import FlagError, HostRefusedError
from lib.settings import APP_FOLDER, load_settings
from lib.start.flags import VARIABLES, as_environment, read_flags, require_safe_host


def test_every_flag_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    arguments = ["--host", "localhost", "--port", "9000", "--pacs-port", "9042", "--dicom-port", "4242"]
    flags = read_flags([*arguments, "--data", str(tmp_path / "a b"), "--demo", "--without-viewer"])

    for name, value in as_environment(flags).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()

    assert (settings.server.host, settings.server.port) == ("localhost", 9000)
    assert (settings.embedded_pacs.port, settings.embedded_pacs.dicom_port) == (9042, 4242)
    assert settings.data == tmp_path / "a b"
    assert settings.server.demo
    assert not settings.server.viewer


def test_studies_names_the_pacs(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = read_flags(["--studies", "http://pacs.example/dicom-web"])

    for name, value in as_environment(flags).items():
        monkeypatch.setenv(name, value)

    assert load_settings().pacs.url == "http://pacs.example/dicom-web"


def test_no_flag_leaves_the_environment_alone() -> None:
    assert as_environment(read_flags([])) == {}


def test_a_relative_data_folder_is_meant_from_where_the_user_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    environment = as_environment(read_flags(["--data", "here"]))

    assert environment[VARIABLES["data"]] == str(tmp_path / "here")


@pytest.mark.parametrize("flag", ["--pacs-port", "--dicom-port"])
def test_a_flag_of_the_embedded_pacs_contradicts_another_pacs(flag: str) -> None:
    with pytest.raises(FlagError, match="embedded PACS"):
        read_flags(["--studies", "http://pacs.example/dicom-web", flag, "4242"])


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.org", "::", ""])
def test_a_host_that_others_can_reach_is_refused_where_nobody_signs_in(host: str) -> None:
    with pytest.raises(HostRefusedError, match="where nobody has to sign in"):
        require_safe_host(host, must_sign_in=False)

    require_safe_host(host, must_sign_in=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_is_accepted(host: str) -> None:
    require_safe_host(host, must_sign_in=False)


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "x"], ["--bogus"], ["--por", "8000"]])
def test_a_wrong_flag_ends_with_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read_flags(arguments)

    assert ended.value.code == 2
    assert "start_server.sh" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["flags", "venv", "packages", "alone"])
def test_what_runs_before_the_installation_needs_nothing_installed(module: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(APP_FOLDER)!r}); import lib.start.{module}"

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
