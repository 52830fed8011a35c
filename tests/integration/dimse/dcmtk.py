"""dcmtk's programs as peers."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from lib.pacs.dimse import DicomNode

_SENT = re.compile(r"Sending file: (?P<file>\S+)|Received Store Response \((?P<answer>[^)]*)\)")


def program(name: str) -> str:
    """Return one of dcmtk's programs, not the one of the same name that pynetdicom brings."""
    path = os.pathsep.join(("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"))
    found = shutil.which(name, path=path)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"dcmtk's {name} is not installed")
        pytest.skip(f"dcmtk's {name} is not installed")
    return found


def run(name: str, to: DicomNode, *options: str, calling: str | None = None) -> tuple[int, str]:
    """Run a program against a node; returns its exit status and all that it said."""
    titles = ["-aet", calling or name.upper(), "-aec", to.ae_title]
    command = [program(name), "-v", *titles, *options[:-1], to.host, str(to.port), *options[-1:]]
    done = subprocess.run([part for part in command if part], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


class Storing:
    """A storescu that runs in the background."""

    def __init__(self, files: Sequence[Path], to: DicomNode, log: Path) -> None:
        self._log = log
        titles = ["-v", "-aet", "STORESCU", "-aec", to.ae_title]
        command = [program("storescu"), *titles, to.host, str(to.port), *map(str, files)]
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    def wait(self) -> None:
        self._process.wait(60)

    def acknowledged(self) -> list[Path]:
        """Return the files that the node has acknowledged by now."""
        files: list[Path] = []
        current = Path()
        for match in _SENT.finditer(self._log.read_text(errors="replace")):
            if match["file"]:
                current = Path(match["file"])
            elif match["answer"] == "Success":
                files.append(current)
        return files
