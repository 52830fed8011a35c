"""The server's own process with a certificate, and behind a proxy."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from lib.settings import APP_FOLDER, PROJECT_FOLDER
from lib.start.child import Child
from lib.start.sockets import answers_ok
from tests.certificates import write_certificate
from tests.ports import free_port

FORWARDED = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
Serve = Callable[[Mapping[str, str]], int]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return a starter of `lib.server.serve` with settings; it returns the port."""
    with ExitStack() as stack:

        def start(settings: Mapping[str, str]) -> int:
            port, child = free_port(), Child("the server", tmp_path / "log")
            paths = f"{APP_FOLDER}:{PROJECT_FOLDER}"
            environment = {"PYTHONPATH": paths, "FLUORO_DATA": str(tmp_path), "PATH": ""}
            variables = {f"FLUORO_SERVER__{name}": value for name, value in settings.items()}
            child.start(
                [sys.executable, "-m", "lib.server.serve", "tests.echo_app:app"],
                {**environment, "FLUORO_SERVER__PORT": str(port), **variables},
                PROJECT_FOLDER,
            )
            stack.callback(child.stop)
            has_tls = "TLS_KEY" in settings
            child.wait_until(lambda: answers_ok("127.0.0.1", port, "/", has_tls), 60)
            return port

        yield start


def test_a_certificate_makes_it_speak_https_and_nothing_else(serve: Serve, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    port = serve({"TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)})

    answer = requests.get(f"https://localhost:{port}/", verify=str(certificate), timeout=10)

    assert answer.json() == {"scheme": "https", "client": "127.0.0.1"}
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://localhost:{port}/", timeout=10)


def test_nobody_can_say_to_be_somebody_else(serve: Serve) -> None:
    port = serve({})

    answer = requests.get(f"http://127.0.0.1:{port}/", headers=FORWARDED, timeout=10)

    assert answer.json() == {"scheme": "http", "client": "127.0.0.1"}


def test_a_trusted_proxy_says_who_asks_and_how(serve: Serve) -> None:
    port = serve({"TRUSTED_PROXIES": "127.0.0.1"})

    answer = requests.get(f"http://127.0.0.1:{port}/", headers=FORWARDED, timeout=10)

    assert answer.json() == {"scheme": "https", "client": "198.51.100.7"}
