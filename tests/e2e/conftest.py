"""Fixtures of the tests that use the whole as a person does: `./start_server.sh` and a browser."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lib.access.key_file import FILE, KeyFile
from lib.access.roles import Role
from lib.settings import PROJECT_FOLDER
from tests.ports import free_port

START_S = 180.0
GRAPHICS = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--no-sandbox")
"""Chromium draws in software, as root and without a screen."""

SIGN_IN = os.environ.get("SIGN_IN", "1") != "0"
"""People sign in, as beside a hospital's PACS; SIGN_IN=0 takes a server on loopback where everybody may."""


@dataclass
class Started:
    """What `./start_server.sh` started, with its output so far."""

    folder: Path
    flags: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    pacs_port: int = field(default_factory=free_port)
    said: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    signs_in: bool = False
    """Whether people need API keys; each has one of its own then."""
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "my data"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pacs_url(self) -> str:
        return f"http://127.0.0.1:{self.pacs_port}/dicom-web"

    def start(self) -> None:
        """Run the script from another folder and wait until it says that it is ready."""
        ports = ["--port", str(self.port), "--pacs-port", str(self.pacs_port)]
        command = [
            str(PROJECT_FOLDER / "start_server.sh"),
            "--data",
            str(self.data),
            *ports,
            *self.flags,
        ]
        environment = {
            name: text for name, text in os.environ.items() if not name.startswith(("FLUORO_", "MONAI_"))
        }
        if self.signs_in:
            environment["FLUORO_AUTH__ENABLED"] = "true"
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith("ready:"):
                return
        pytest.fail("start_server.sh ended:\n" + "\n".join(self.said))

    def key_of(self, person: str) -> str:
        """Return a person's API key, made when it is first asked for."""
        if person not in self.keys:
            self.keys[person] = KeyFile(self.data / FILE).add(person, Role.ADMIN)[1]
        return self.keys[person]

    def asks_as(self, person: str = "someone") -> requests.Session:
        """Return what asks the server under a person's name."""
        session = requests.Session()
        if self.signs_in:
            session.headers["Authorization"] = f"Bearer {self.key_of(person)}"
        else:
            session.headers["X-Client-Id"] = person
        return session

    def window(self, browser: Browser, person: str, width: int = 1280, height: int = 720) -> BrowserContext:
        """Return a new browser of a person, signed in where that is needed."""
        context = browser.new_context(viewport={"width": width, "height": height})
        if self.signs_in:
            context.request.post(f"{self.url}/login", form={"key": self.key_of(person)})
        else:
            context.add_init_script(f"localStorage.setItem('fluoro.client', '{person}')")
        return context

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop it as a person or a service manager does; return its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest.splitlines()
        return self.process.returncode


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """The whole, started once for all tests of this folder, with the demo run in its PACS."""
    one = Started(tmp_path_factory.mktemp("a person"), ["--demo"], signs_in=SIGN_IN)
    one.start()
    yield one
    if one.process is not None and one.process.poll() is None:
        one.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        message = "Chromium is not installed (Debian: apt-get install chromium)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(GRAPHICS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(started: Started, browser: Browser) -> Iterator[Page]:
    """A page of a person who has never been here."""
    context = started.window(browser, "somebody new", height=900)
    yield context.new_page()
    context.close()
