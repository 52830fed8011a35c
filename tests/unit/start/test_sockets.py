import os
import socket

import pytest

from lib.errors.start import OpenToNetworkError, PortInUseError
from lib.start.loopback import require_loopback
from lib.start.sockets import answers_ok, listeners, require_free_port


@pytest.fixture
def listening() -> socket.socket:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_listening_socket_is_found(listening: socket.socket) -> None:
    port = listening.getsockname()[1]

    assert f"127.0.0.1:{port}" in {str(listener) for listener in listeners(os.getpid())}


def test_a_connected_socket_does_not_listen(listening: socket.socket) -> None:
    with socket.create_connection(listening.getsockname()) as connected:
        own = connected.getsockname()[1]

        assert own not in {listener.port for listener in listeners(os.getpid())}


@pytest.mark.parametrize(
    ("family", "address", "is_loopback"),
    [
        (socket.AF_INET, "127.0.0.1", True),
        (socket.AF_INET, "0.0.0.0", False),
        (socket.AF_INET6, "::1", True),
        (socket.AF_INET6, "::", False),
        (socket.AF_INET6, "::ffff:127.0.0.1", True),
    ],
)
def test_loopback_is_told_from_the_rest(
    family: socket.AddressFamily, address: str, is_loopback: bool
) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as server:
        try:
            server.bind((address, 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        server.listen()
        port = server.getsockname()[1]

        found = next(listener for listener in listeners(os.getpid()) if listener.port == port)

    assert found.is_loopback is is_loopback


def test_a_program_that_listens_everywhere_is_named_with_its_address() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(OpenToNetworkError, match=rf"Orthanc listens on 0\.0\.0\.0:{port}"):
            require_loopback("Orthanc", os.getpid())


def test_a_taken_port_is_named_with_the_flag_that_changes_it(listening: socket.socket) -> None:
    port = listening.getsockname()[1]

    with pytest.raises(PortInUseError, match=rf"Port {port} .*address already in use.*--port PORT"):
        require_free_port(port, "--port")


def test_a_port_that_is_taken_on_every_interface_is_taken_on_loopback() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server, pytest.raises(PortInUseError):
        require_free_port(server.getsockname()[1], "--port")


def test_nobody_answers_on_a_free_port(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    listening.close()

    assert not answers_ok("127.0.0.1", port, "/")
