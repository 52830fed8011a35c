"""The thin script `fluoro`, with a set-up that only says that it was called."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lib.settings import PROJECT_FOLDER

ENVIRONMENT = """
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
venv_python="$root/.venv/bin/python"
prepare_venv() { echo "setting up"; mkdir -p "$root/.venv/bin"; cp "$root/python" "$venv_python"; }
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout whose Python prints its arguments."""
    folder = tmp_path / "a checkout"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(PROJECT_FOLDER / "fluoro", folder)
    (folder / "scripts" / "environment.sh").write_text(ENVIRONMENT, encoding="utf-8")
    (folder / "python").write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    (folder / "python").chmod(0o755)
    return folder


def call(script: Path) -> tuple[str, str]:
    """Run the script from another folder; standard output and error."""
    command = [script, "list", "--json"]
    done = subprocess.run(command, cwd="/", env=os.environ, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


def test_an_absent_environment_is_made_and_said_on_standard_error(checkout: Path) -> None:
    assert call(checkout / "fluoro") == ("-m lib.cli list --json\n", "setting up\n")
    assert call(checkout / "fluoro") == ("-m lib.cli list --json\n", "")


def test_a_half_made_environment_is_finished(checkout: Path) -> None:
    call(checkout / "fluoro")
    (checkout / ".cache").mkdir()
    (checkout / ".cache" / "venv-unfinished").touch()

    assert call(checkout / "fluoro")[1] == "setting up\n"


def test_a_link_to_the_script_finds_its_checkout(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(checkout / "fluoro")

    assert call(tmp_path / "link")[0] == "-m lib.cli list --json\n"


@pytest.mark.parametrize("script", ["fluoro", "start_server.sh"])
def test_python_files_in_the_folder_where_somebody_stands_are_not_run(script: str, tmp_path: Path) -> None:
    for name in ("code", "json", "typing"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of the current folder was run')")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}

    done = subprocess.run(
        [PROJECT_FOLDER / script, "--help"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "a file of the current folder" not in done.stderr
    assert (done.returncode, "--studies" in done.stdout) == (0, True)
