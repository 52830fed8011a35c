import socket
from collections.abc import Callable

import pytest
import requests

from lib.errors import FluoroError, PacsRefusedError, PacsUnavailableError
from lib.pacs.failures import status_error, translated
from tests.stub_pacs import Answer, StubPacs

ADDRESS = "http://pacs/dicom-web"


def sentence(fail: Callable[[], object]) -> str:
    """Return the sentence of the error into which a failure turns."""
    with pytest.raises(FluoroError) as caught, translated(ADDRESS, "answer"):
        fail()
    return str(caught.value)


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_closed_port_is_a_refused_connection() -> None:
    said = sentence(lambda: requests.get(f"http://user:secret@127.0.0.1:{closed_port()}/x", timeout=1))

    assert said.startswith(f"The PACS at {ADDRESS} does not answer (connection refused).")
    assert "secret" not in said


def test_an_unknown_host_is_named_so() -> None:
    assert "host name is unknown" in sentence(lambda: requests.get("http://no-such-host.invalid/", timeout=5))


def test_a_pacs_that_says_nothing_runs_into_the_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        assert "no answer in time" in sentence(lambda: requests.get(f"http://127.0.0.1:{port}/", timeout=0.1))


def test_a_pacs_that_breaks_off_lost_the_connection(stub: StubPacs) -> None:
    stub.answer = lambda _request: Answer(200, b"x" * 1000, is_cut=True)

    assert "connection was lost" in sentence(lambda: requests.get(stub.url, timeout=1))


def test_a_page_of_html_is_no_dicom_json(stub: StubPacs) -> None:
    stub.answer = lambda _request: Answer(200, b"<html>")

    assert "no DICOM JSON" in sentence(lambda: requests.get(stub.url, timeout=1).json())


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_trouble_of_the_server_may_pass(status: int) -> None:
    error = status_error(ADDRESS, "answer", status)

    assert isinstance(error, PacsUnavailableError)
    assert f"HTTP {status}" in str(error)


def test_wrong_credentials_say_which_variables_to_set() -> None:
    error = status_error(ADDRESS, "answer", 401)

    assert isinstance(error, PacsRefusedError)
    assert "FLUORO_PACS__PASSWORD" in str(error)


def test_a_wrong_path_says_that_there_is_no_dicomweb() -> None:
    assert "there is no DICOMweb service" in str(status_error(ADDRESS, "answer", 404))
