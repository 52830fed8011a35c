"""Installs what Debian packages provide, as root or by sudo, or says what is missing.

Needs Python's own library only: a set-up may have to install `venv` first.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lib.errors.start import PackagesMissingError, StartError
from lib.start.alone import say

POLICY: Final = "/usr/sbin/policy-rc.d"
INSTALL: Final = """
export DEBIAN_FRONTEND=noninteractive
policy=$1; shift
if [ ! -e "$policy" ] || grep -q "set-up of fluoro-vessels" "$policy"; then
    trap 'rm -f "$policy"' EXIT HUP INT TERM
    printf '#!/bin/sh\\n# left by a killed set-up of fluoro-vessels: remove it\\nexit 101\\n' > "$policy"
    chmod 755 "$policy"
fi
install() { apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"; }
install "$@" || { apt-get update && install "$@"; } || exit 1
case " $* " in *" orthanc "*)
    if command -v systemctl; then systemctl disable orthanc; else update-rc.d orthanc disable; fi || true
esac
"""
"""Run as root with the policy file and package names. Services of the packages stay off, now (the policy
file) and at the next boot: we start an Orthanc of our own, and Debian's would take its port."""


@dataclass(frozen=True)
class Need:
    """A program that Debian packages provide."""

    name: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]
    otherwise: str = ""
    """What helps without installing it."""


def programs(*names: str) -> Callable[[], bool]:
    """Return a question: is one of these programs on the path?"""
    return lambda: any(shutil.which(name) for name in names)


TEST_NEEDS: Final = (
    Need("Chromium", ("chromium",), programs("chromium", "chromium-browser", "google-chrome")),
    Need("dciodvfy", ("dicom3tools",), programs("dciodvfy")),
    Need("storescu", ("dcmtk",), programs("storescu")),
    Need("tesseract", ("tesseract-ocr", "tesseract-ocr-eng"), programs("tesseract")),
)
"""What the tests of `run_tests.sh` want beside what the server wants."""


def provide(needs: Sequence[Need], log: Path) -> None:
    """Install what is not there.

    Raises:
        PackagesMissingError: Something is missing, and it cannot be installed from here.
    """
    missing = [need for need in needs if not need.is_there()]
    if not missing:
        return
    packages = [package for need in missing for package in need.packages]
    root = as_root()
    if shutil.which("apt-get") is None or root is None:
        raise _error(missing, "This needs Debian's apt-get, and root or sudo without a password")
    say(f"installing {' '.join(packages)} (log: {log})")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        command = [*root, "sh", "-c", INSTALL, "install", POLICY, *packages]
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
    still_missing = [need for need in missing if not need.is_there()]
    if still_missing:
        raise _error(still_missing, f"apt-get could not install it, see {log}")


def as_root() -> list[str] | None:
    """Return what to put before a command to run it as root; None where that needs a person."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run([sudo, "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return [sudo, "-n"] if asked.returncode == 0 else None


def _error(needs: Sequence[Need], reason: str) -> PackagesMissingError:
    """Return the error that names what is missing and the ways out."""
    packages = [package for need in needs for package in need.packages]
    otherwise = ", and ".join(dict.fromkeys(need.otherwise for need in needs if need.otherwise))
    return PackagesMissingError([need.name for need in needs], packages, reason, otherwise)


def main() -> int:
    """Provide what the tests want."""
    try:
        provide(TEST_NEEDS, Path(".cache") / "setup.log")
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
