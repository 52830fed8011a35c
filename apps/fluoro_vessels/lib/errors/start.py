"""Why a start or a set-up stops; every class owns its sentence.

Needs Python's own library only: a set-up uses it before anything is installed.
"""

import signal
from collections.abc import Sequence
from pathlib import Path

from lib.errors.kinds import UnavailableError


class StartError(UnavailableError):
    """The server, or something that it needs, cannot start."""


class ProgramMissingError(StartError):
    """A program that a start needs is not installed."""

    def __init__(self, program: str, packages: str) -> None:
        super().__init__(
            f"{program} is not installed. Install it (Debian: apt-get install {packages}), or name "
            "another DICOMweb PACS with --studies URL."
        )


class CompilerMissingError(StartError):
    """What keeps Orthanc on loopback cannot be compiled."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Orthanc cannot be kept on loopback, because {reason}. Install a C compiler (Debian: "
            "apt-get install gcc libc6-dev), or name another DICOMweb PACS with --studies URL."
        )


class PortInUseError(StartError):
    """A port that a start wants is taken, or may not be opened."""

    def __init__(self, port: int, flag: str, reason: str) -> None:
        super().__init__(f"Port {port} cannot be used ({reason.lower()}). Choose another with {flag} PORT.")


class DataFolderInUseError(StartError):
    """Another server has the embedded PACS of this data folder open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The embedded PACS in {folder} is in use by another server. Stop that one, or choose "
            "another folder with --data DIR."
        )


class OpenToNetworkError(StartError):
    """A program listens where other machines can reach it."""

    def __init__(self, program: str, addresses: Sequence[str]) -> None:
        super().__init__(
            f"{program} listens on {', '.join(addresses)} and not only on loopback, so it was stopped. "
            "Name another DICOMweb PACS with --studies URL."
        )


class NpmMissingError(StartError):
    """npm, which fetches the viewer, is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "npm is not installed, so the viewer cannot be fetched. Install it (Debian: apt-get install "
            "npm), or start with --without-viewer."
        )


class ViewerArchiveError(StartError):
    """The viewer's archive cannot be fetched or is not the one that the lock file names."""

    def __init__(self, package: str, reason: str) -> None:
        super().__init__(
            f"The viewer {package} cannot be used: {reason}. Check the way to the npm registry and start "
            "again, or start with --without-viewer."
        )


class ViewerPatchError(StartError):
    """The viewer's files do not hold what a patch of ours replaces."""

    def __init__(self, package: str, aims: Sequence[str]) -> None:
        super().__init__(
            f"The viewer {package} cannot be used: the patch that {', and the one that '.join(aims)} found "
            "nothing to replace, so it was written for another version. Lock that version again, adapt the "
            "patch in lib/start/viewer_patches.py, or start with --without-viewer."
        )


class HostRefusedError(StartError):
    """The server was told to listen where other machines can reach it, and nobody has to sign in."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"The host {host} is refused: where nobody has to sign in the server listens on 127.0.0.1 "
            "only. Make a key with `./fluoro keys add` and set FLUORO_AUTH__ENABLED=true (docs/access.md), "
            "or reach it from another machine by an SSH tunnel."
        )


class ChildStoppedError(StartError):
    """A program of ours ended by itself."""

    def __init__(self, name: str, status: int, log: Path, tail: str) -> None:
        super().__init__(f"{name} {_end(status)}. The last lines of {log}:\n{tail}")


class ChildSilentError(StartError):
    """A program of ours does not answer in time."""

    def __init__(self, name: str, timeout_s: float, log: Path, tail: str) -> None:
        super().__init__(f"{name} did not answer within {timeout_s:.0f} s. The last lines of {log}:\n{tail}")


def _end(status: int) -> str:
    """Return how a program ended; a negative status is a signal."""
    if status >= 0:
        return f"ended with status {status}"
    if -status == signal.SIGKILL:
        return "was killed by SIGKILL (by somebody, or by the kernel because memory ran out)"
    return f"was ended by {signal.Signals(-status).name}"


class FlagError(StartError):
    """The flags contradict each other."""


class PortWantedTwiceError(StartError):
    """Two programs of one start are to listen on the same port."""

    def __init__(self, port: int, one: str, other: str) -> None:
        super().__init__(f"Port {port} is wanted by both {one} and {other}. Give each a port of its own.")


class PackagesMissingError(StartError):
    """Something that Debian packages provide is missing and cannot be installed from here."""

    def __init__(self, names: Sequence[str], packages: Sequence[str], reason: str, otherwise: str) -> None:
        super().__init__(
            f"Missing: {', '.join(names)}. {reason}; as an administrator run "
            f"'apt-get install {' '.join(packages)}'{f', or {otherwise}' if otherwise else ''}."
        )


class InstallError(StartError):
    """The Python packages cannot be installed."""

    def __init__(self, what: str, log: Path, tail: str) -> None:
        super().__init__(
            f"{what} failed. Check the network and the free disk space (8 GB) and start again. The last "
            f"lines of {log}:\n{tail}"
        )


class DataFolderError(StartError):
    """The data folder cannot be written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The data folder {folder} cannot be used ({reason.lower()}). Choose another with --data DIR."
        )
