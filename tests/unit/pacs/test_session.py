from pathlib import Path

import pytest
from pydantic import ValidationError
from requests import Request
from urllib3.util.retry import RequestHistory

from lib.errors import SettingsError
from lib.pacs.session import FurtherTries, address_of, credentials_of, open_session
from lib.settings import PacsSettings
from tests.stub_pacs import Answer, StubPacs


def authorization(settings: PacsSettings) -> str | None:
    """Return the header with which a session of these settings signs."""
    request = Request("GET", "http://127.0.0.1/")
    return open_session(settings).prepare_request(request).headers.get("Authorization")


def test_an_address_has_no_slash_at_its_end() -> None:
    assert address_of("http://pacs:8042/dicom-web/") == "http://pacs:8042/dicom-web"


def test_without_credentials_nothing_is_signed() -> None:
    assert authorization(PacsSettings()) is None


def test_user_and_password_sign_basic() -> None:
    assert authorization(PacsSettings(username="anna", password="pass")) == "Basic YW5uYTpwYXNz"


def test_a_password_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("pass\n", encoding="utf-8")

    assert authorization(PacsSettings(username="anna", password_file=file)) == "Basic YW5uYTpwYXNz"


def test_a_password_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere cannot be read"):
        credentials_of(PacsSettings(username="anna", password_file=tmp_path / "nowhere"))


def test_credentials_do_not_belong_into_the_address() -> None:
    with pytest.raises(ValidationError):
        PacsSettings(url="http://anna:pass@127.0.0.1/dicom-web")


def test_a_token_goes_before_a_password() -> None:
    assert authorization(PacsSettings(token="t0ken", username="anna", password="pass")) == "Bearer t0ken"


def test_pauses_begin_with_the_back_off_and_double() -> None:
    history = RequestHistory("GET", "/", None, 503, None)

    pauses = [FurtherTries(backoff_factor=0.3, history=(history,) * n).get_backoff_time() for n in range(4)]

    assert pauses == pytest.approx([0.0, 0.3, 0.6, 1.2])


def test_a_busy_pacs_is_asked_again(stub: StubPacs, stub_settings: PacsSettings) -> None:
    stub.answer = lambda _request: Answer(503 if len(stub.requests) < 3 else 200)

    assert open_session(stub_settings).get(stub.url).status_code == 200
    assert len(stub.requests) == 3


def test_a_store_is_never_repeated_once_it_was_sent(stub: StubPacs, stub_settings: PacsSettings) -> None:
    stub.answer = lambda _request: Answer(503)

    assert open_session(stub_settings).post(stub.url, data=b"x").status_code == 503
    assert len(stub.requests) == 1


def test_no_proxy_stands_before_loopback(
    stub: StubPacs, stub_settings: PacsSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert open_session(stub_settings).get(stub.url, timeout=1).status_code == 200
