"""Makes `.venv` and repairs it; run by any Python 3.11 or 3.12 before anything is installed.

`python -m lib.start.venv [--dev]`. A stamp says what is installed, so that the next start has
nothing to do. While it works a marker lies beside it: an interrupted install begins anew.
"""

import hashlib
import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lib.errors.start import InstallError, StartError
from lib.start.alone import alone, say
from lib.start.packages import Need, provide

PROJECT: Final = Path(__file__).resolve().parents[4]
STAND_IN: Final = Path("vendor") / "pydicom_seg"


class Environment:
    """The virtual environment of a checkout."""

    def __init__(self, project: Path = PROJECT) -> None:
        self.project = project
        self.folder = project / ".venv"
        self.python = self.folder / "bin" / "python"
        self.cache = project / ".cache"
        self.log = self.cache / "setup.log"
        self.unfinished = self.cache / "venv-unfinished"
        self._lock: tuple[int, ...] = ()

    def prepare(self, requirements: Sequence[str]) -> None:
        """Make sure that all requirements files are installed.

        Raises:
            PackagesMissingError: Python has no `venv`, and it cannot be installed from here.
            InstallError: pip failed.
        """
        if self.is_complete(requirements):
            return
        with alone(self.cache) as lock:
            self._lock = (lock,)
            if not self.is_complete(requirements):
                self._install(requirements)

    def is_complete(self, requirements: Sequence[str]) -> bool:
        """Everything is installed, and by the same Python."""
        if self.unfinished.exists() or not self._is_same_python():
            return False
        return all(self._stamp_is_right(file) for file in requirements)

    def _install(self, requirements: Sequence[str]) -> None:
        """Make the environment where there is none, and install into it."""
        start_anew = self.unfinished.exists() or not self._is_same_python()
        self.unfinished.touch()
        if start_anew:
            provide([_venv_need()], self.log)
            say("making .venv")
            self._run("Making .venv", [sys.executable, "-m", "venv", "--clear", str(self.folder)])
        for file in requirements:
            if not self._stamp_is_right(file):
                hashed = ["--require-hashes", "-r", str(self.project / file)]
                say(f"installing {file} (some minutes the first time; log: {self.log})")
                self._pip(f"Installing {file}", hashed)
        self._pip(f"Installing {STAND_IN}", ["--no-build-isolation", str(self.project / STAND_IN)])
        for file in requirements:
            self._stamp(file).write_text(self._digest(file), encoding="ascii")
        self.unfinished.unlink()

    def _pip(self, step: str, arguments: Sequence[str]) -> None:
        """Install exactly what is named, without dependencies: the lock files name them all."""
        options = ["--no-deps", "--disable-pip-version-check", "--no-input", "--quiet"]
        self._run(step, [str(self.python), "-m", "pip", "install", *options, *arguments])

    def _run(self, step: str, command: Sequence[str]) -> None:
        """Run one step; what it says goes to the log."""
        environment = os.environ | {"PIP_USER": "0"}
        environment.pop("PYTHONPATH", None)
        with self.log.open("ab") as output:
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=self._lock,
                check=False,
            )
        if done.returncode != 0:
            tail = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
            raise InstallError(step, self.log, "\n".join(tail))

    def _is_same_python(self) -> bool:
        """The environment runs, and its packages are of the same Python, which this project knows."""
        code = "import pip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))"
        if not self.python.exists():
            return False
        return (
            subprocess.run([str(self.python), "-c", code], capture_output=True, check=False).returncode == 0
        )

    def _stamp(self, file: str) -> Path:
        """Return the file that says which version of a requirements file is installed."""
        return self.folder / f"installed-{Path(file).stem}"

    def _stamp_is_right(self, file: str) -> bool:
        """What is installed is what the requirements file says now."""
        stamp = self._stamp(file)
        return stamp.is_file() and stamp.read_text(encoding="ascii") == self._digest(file)

    def _digest(self, file: str) -> str:
        """Return what a stamp should say: of the requirements file, the stand-in and the Python version."""
        sources = [self.project / file, *sorted((self.project / STAND_IN).glob("p*/*.py"))]
        sources.append(self.project / STAND_IN / "pyproject.toml")
        digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources))
        digest.update((self.folder / "pyvenv.cfg").read_bytes())
        return digest.hexdigest()


def _venv_need() -> Need:
    """Return what makes environments, by its Debian name for this Python."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return Need("Python's venv", (package,), _has_ensurepip)


def _has_ensurepip() -> bool:
    """This Python can make environments with pip in them."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def main(arguments: Sequence[str]) -> int:
    """Prepare the environment; the exit code tells the shell."""
    requirements = ["requirements.txt"]
    if "--dev" in arguments:
        requirements.append("requirements-dev.txt")
    try:
        Environment().prepare(requirements)
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; the next start begins the installation anew\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
