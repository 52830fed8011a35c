"""What `start_server.sh` executes: starts the PACS and the server, waits for both, ends both.

`python -m lib.start.run [flags]`; `--help` lists the flags.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from http import HTTPStatus
from itertools import combinations
from pathlib import Path
from types import FrameType
from typing import Final

from lib.errors import FluoroError
from lib.errors.start import PortWantedTwiceError
from lib.pacs.session import address_of, credentials_of
from lib.settings import APP_FOLDER, Settings, load_settings
from lib.start.alone import say
from lib.start.child import Child
from lib.start.embedded_pacs import EmbeddedPacs
from lib.start.flags import as_environment, is_loopback, read_flags, require_safe_host
from lib.start.setup import prepare_data_folder, set_up, uses_embedded_pacs
from lib.start.sockets import answer_of, answers_ok, require_free_port

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PACS_TIMEOUT_S: Final = 120.0
SERVER_TIMEOUT_S: Final = 300.0
HEALTH: Final = "/fluoro/api/health"
READY: Final = "/fluoro/api/ready"
WATCH_S: Final = 0.2
CLOSING_S: Final = 15.0
"""What the server may take to close, after it finished what it had begun."""
INTERRUPTED: Final = 130
"""Exit status of what Ctrl-C ended before it was done, as in a shell."""


class StoppedError(Exception):
    """Somebody asked us to end; no failure."""


class Start:
    """One start: what it began, in order, so that it can end it."""

    def __init__(self, settings: Settings, app: str) -> None:
        self.settings = settings
        self.app = app
        self.pacs: EmbeddedPacs | None = None
        self.server = Child("the server", settings.data / "logs" / "server-output.log")

    def run(self) -> None:
        """Start everything, say that it is ready and watch it until a signal comes.

        Raises:
            StoppedError: A signal came.
            StartError: Something cannot start, or ended by itself.
        """
        try:
            for number in SIGNALS:
                signal.signal(number, _stop)
            self._start()
            self._watch()
        finally:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            self._end()

    def _start(self) -> None:
        """Start the PACS, the server and, if wanted, the demo."""
        ours = self.settings.server
        prepare_data_folder(self.settings.data)
        require_free_port(ours.port, "--port", ours.host)
        if uses_embedded_pacs(self.settings):
            self._start_pacs()
        say(f"PACS: {address_of(self.settings.pacs.url)}")
        self.server.start([sys.executable, "-m", "lib.server.serve", self.app], _environment(), Path.cwd())
        if ours.demo:
            self._load_demo()
        self.server.wait_until(
            lambda: answers_ok(ours.host, ours.port, HEALTH, ours.has_tls), SERVER_TIMEOUT_S
        )
        self._wait_until_ready()
        say(f"logs: {self.settings.data / 'logs'}")
        say(f"sign-in: {sign_in(self.settings)}")
        say(f"ready: {address(self.settings)}")

    def _wait_until_ready(self) -> None:
        """Wait until the server can work, and say what it waits for: a PACS of others may come later."""
        ours, told = self.settings.server, ""
        while problem := what_is_missing(*answer_of(ours.host, ours.port, READY, ours.has_tls)):
            if problem != told:
                say(f"waiting: {problem}")
                told = problem
            self._require_alive()
            time.sleep(WATCH_S)

    def _start_pacs(self) -> None:
        """Start Orthanc and make it the PACS of this start's settings."""
        ours = self.settings.embedded_pacs
        self.pacs = EmbeddedPacs(self.settings.data, ours.port, ours.dicom_port, ours.ae_title)
        self.pacs.start()
        self.pacs.wait(PACS_TIMEOUT_S)
        os.environ["FLUORO_PACS__URL"] = self.pacs.url
        self.settings = load_settings()

    def _load_demo(self) -> None:
        """Load the demo run; a PACS that does not take it does not hinder the start."""
        from lib.start.demo import load_demo

        try:
            say(load_demo(self.settings.pacs))
        except FluoroError as error:
            say(f"no demo run: {error}")

    def _watch(self) -> None:
        """Wait for a signal, or for the end of a program that should run."""
        while True:
            self._require_alive()
            time.sleep(WATCH_S)

    def _require_alive(self) -> None:
        """Make sure that all that was started still runs."""
        self.server.require_alive()
        if self.pacs is not None:
            self.pacs.child.require_alive()

    def _end(self) -> None:
        """End what was started, the last first."""
        self.server.stop(self.settings.queues.stop_s + CLOSING_S)
        if self.pacs is not None:
            self.pacs.stop()


def address(settings: Settings) -> str:
    """Return what to open in a browser."""
    host = f"[{settings.server.host}]" if ":" in settings.server.host else settings.server.host
    scheme = "https" if settings.server.has_tls else "http"
    return f"{scheme}://{host}:{settings.server.port}/{'ohif/' if settings.server.viewer else ''}"


def sign_in(settings: Settings) -> str:
    """Return in words who can use the server, and what is missing for that to be safe."""
    ours = settings.server
    if not settings.auth.enabled:
        return "off; whoever is on this machine may do all, and nobody else reaches the server"
    if is_loopback(ours.host) or ours.has_tls or ours.trusted_proxies:
        return "on"
    return (
        "on, but keys and images cross the network in the clear: set FLUORO_SERVER__TLS_CERTIFICATE and "
        "__TLS_KEY, or put a TLS proxy in front and name it in FLUORO_SERVER__TRUSTED_PROXIES"
    )


def what_is_missing(status: int, body: bytes) -> str:
    """Return the sentences of an answer to READY that say why the server cannot work; '' where it can."""
    if status == HTTPStatus.OK:
        return ""
    try:
        said = json.loads(body)
        problems = [str(said[name]) for name in ("pacs", "ledger") if said[name] != "ok"]
    except (ValueError, KeyError, TypeError):
        problems = []
    return " ".join(problems) or "The server does not say yet whether it can work."


def require_different_ports(settings: Settings) -> None:
    """Make sure that no two programs of this start want one port.

    Raises:
        PortWantedTwiceError: Two do.
    """
    wanted = {"--port": settings.server.port}
    if uses_embedded_pacs(settings):
        embedded = settings.embedded_pacs
        wanted |= {"--pacs-port": embedded.port, "--dicom-port": embedded.dicom_port or 0}
    for (one, port), (other, same) in combinations(wanted.items(), 2):
        if port == same:
            raise PortWantedTwiceError(port, one, other)


def _environment() -> dict[str, str]:
    """Return the server's environment: ours, and where `lib` is."""
    paths = [str(APP_FOLDER), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    found = {"PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
    return os.environ | found | {"PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1"}


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave whatever the main thread does."""
    del number, frame
    raise StoppedError


def main(arguments: Sequence[str]) -> int:
    """Set up, start, watch, end; return the exit code."""
    try:
        flags = read_flags(arguments)
        os.environ.update(as_environment(flags))
        settings = load_settings()
        require_safe_host(settings.server.host, must_sign_in=settings.auth.enabled)
        require_different_ports(settings)
        credentials_of(settings.pacs)
        set_up(settings)
        if flags.setup_only:
            say("set up")
            return 0
        Start(settings, flags.app).run()
    except StoppedError:
        say("stopped")
        return 0
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here")
        return INTERRUPTED
    except FluoroError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
