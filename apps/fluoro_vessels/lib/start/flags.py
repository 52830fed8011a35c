"""The flags of `start_server.sh`; each is one setting, and the flag wins over the environment.

Needs Python's own library only: the shell checks the flags before anything is installed.
"""

import argparse
import ipaddress
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from lib.errors.start import FlagError, HostRefusedError, StartError

VARIABLES: Final = {
    "studies": "FLUORO_PACS__URL",
    "host": "FLUORO_SERVER__HOST",
    "port": "FLUORO_SERVER__PORT",
    "pacs_port": "FLUORO_EMBEDDED_PACS__PORT",
    "dicom_port": "FLUORO_EMBEDDED_PACS__DICOM_PORT",
    "data": "FLUORO_DATA",
}
"""Flag -> environment variable of `settings.py`."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the flags."""
    flags = argparse.ArgumentParser(
        prog="start_server.sh",
        description="Set up what is missing, start the PACS and the server, and stop both on Ctrl-C.",
        epilog="Every flag has an environment variable, see docs/operations.md; the flag wins.",
        allow_abbrev=False,
    )
    flags.add_argument("--studies", metavar="URL", help="use this DICOMweb PACS and start no Orthanc")
    flags.add_argument("--host", help="where the server listens (127.0.0.1; others where people sign in)")
    flags.add_argument("--port", type=port, help="port of the server (8000)")
    flags.add_argument("--pacs-port", type=port, metavar="PORT", help="port of the embedded PACS (8042)")
    flags.add_argument(
        "--dicom-port", type=port, metavar="PORT", help="let the embedded PACS listen for DICOM (off)"
    )
    flags.add_argument("--data", type=Path, metavar="DIR", help="folder of all run-time state (datastore/)")
    flags.add_argument("--demo", action="store_true", help="load a simulated run when the PACS is empty")
    flags.add_argument("--setup-only", action="store_true", help="install everything and start nothing")
    flags.add_argument("--without-viewer", action="store_true", help="do without OHIF, and so without npm")
    flags.add_argument("--app", default="lib.server.app:app", help=argparse.SUPPRESS)
    return flags


def port(text: str) -> int:
    """Read a port number."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not a port; ports go from 1 to 65535")
    return number


def read_flags(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the flags; argparse itself ends the program for unknown ones and for --help.

    Raises:
        FlagError: Two flags contradict each other.
    """
    flags = parser().parse_args(arguments)
    if flags.studies is not None and (flags.pacs_port is not None or flags.dicom_port is not None):
        raise FlagError(
            "--pacs-port and --dicom-port are for the embedded PACS, and with --studies there is none. "
            "Leave either side away."
        )
    return flags


def require_safe_host(host: str, *, must_sign_in: bool) -> None:
    """Make sure that only this machine can reach a host, or that people have to sign in.

    Raises:
        HostRefusedError: Other machines could, and anybody there.
    """
    if not must_sign_in and not is_loopback(host):
        raise HostRefusedError(host)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def as_environment(flags: argparse.Namespace) -> Mapping[str, str]:
    """Return the flags as environment variables of `settings.py`."""
    given = {name: getattr(flags, name) for name in VARIABLES}
    if given["data"] is not None:
        given["data"] = given["data"].expanduser().resolve()
    environment = {VARIABLES[name]: str(value) for name, value in given.items() if value is not None}
    if flags.without_viewer:
        environment["FLUORO_SERVER__VIEWER"] = "false"
    if flags.demo:
        environment["FLUORO_SERVER__DEMO"] = "true"
    return environment


def main(arguments: Sequence[str]) -> int:
    """Check flags without starting anything."""
    try:
        read_flags(arguments)
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
