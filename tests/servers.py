"""A real server of this project in a process of its own, for tests that talk to it as clients do."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import requests

from lib.settings import APP_FOLDER, PROJECT_FOLDER
from lib.start.child import Child
from tests.ports import free_port

START_S = 120.0


class TestServer:
    """Runs `lib.server.app:app` against a PACS; the data folder outlives a stop or a kill."""

    __test__ = False
    app = "lib.server.app:app"

    def __init__(self, data: Path, pacs_url: str, settings: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("FLUORO_", "MONAI_"))},
            "PYTHONPATH": os.pathsep.join([str(APP_FOLDER), str(PROJECT_FOLDER)]),
            "FLUORO_DATA": str(data),
            "FLUORO_PACS__URL": pacs_url,
            "FLUORO_SERVER__PORT": str(self.port),
            "FLUORO_SERVER__VIEWER": "false",
            "FLUORO_LEARNING__SCORE_SHARE": "0",
            **(settings or {}),
        }
        self.child = Child("server", data / "logs" / "test-server.log")

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "lib.server.serve", self.app]
        self.child.start(command, self._environment, PROJECT_FOLDER)
        self.child.wait_until(self._answers, START_S)

    def stop(self) -> None:
        """Stop as a service manager does."""
        self.child.stop()

    def kill(self) -> None:
        """Kill -9: no line of the server runs any more."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.stop()

    def logs(self) -> str:
        """Return all that the server wrote."""
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.data / "logs").iterdir()))

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/fluoro/api/health", timeout=2).ok
        except requests.ConnectionError:
            return False
