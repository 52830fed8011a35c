"""HTTPS by certificate files, and proxies that are believed."""

from pathlib import Path
from typing import Any

import pytest

from lib.errors import SettingsError
from lib.errors.tls import CertificateError, OpenKeyError
from lib.server.listening import is_in_clear, listening
from lib.settings import load_settings
from tests.certificates import write_certificate


def told(**server: Any) -> dict[str, Any]:
    return listening(load_settings(server=server).server)


def test_nobody_is_believed_and_no_tls_is_spoken_unless_said() -> None:
    assert told() == {"host": "127.0.0.1", "port": 8000, "proxy_headers": False, "forwarded_allow_ips": []}


def test_only_the_named_proxies_are_believed() -> None:
    found = told(trusted_proxies="10.0.0.7, fd00::/8")

    assert found["proxy_headers"]
    assert found["forwarded_allow_ips"] == ["10.0.0.7", "fd00::/8"]


@pytest.mark.parametrize("text", ["*", "0.0.0.0/0", "::/0", "proxy.example", "10.0.0.1/8"])
def test_nobody_can_trust_everybody_or_a_misspelt_address(text: str) -> None:
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        load_settings(server={"trusted_proxies": text})


def test_a_certificate_and_its_key_make_https(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)

    found = told(tls_certificate=certificate, tls_key=key)

    assert (found["ssl_certfile"], found["ssl_keyfile"]) == (str(certificate), str(key))


def test_one_without_the_other_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="go together"):
        load_settings(server={"tls_certificate": tmp_path / "a.pem"})


def test_a_key_that_does_not_fit_is_missing_or_has_a_pass_phrase_is_refused(tmp_path: Path) -> None:
    certificate, _ = write_certificate(tmp_path, "one")
    _, other = write_certificate(tmp_path, "other")
    locked, locked_key = write_certificate(tmp_path, "locked", b"secret")

    for pem, key in ((certificate, other), (certificate, tmp_path / "nothing"), (locked, locked_key)):
        with pytest.raises(CertificateError):
            told(tls_certificate=pem, tls_key=key)


def test_a_key_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    key.chmod(0o644)

    with pytest.raises(OpenKeyError, match="chmod 600"):
        told(tls_certificate=certificate, tls_key=key)


def test_what_crosses_the_network_in_clear_is_noticed(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    loopback, open_one = load_settings().server, load_settings(server={"host": "0.0.0.0"}).server
    proxied = load_settings(server={"host": "0.0.0.0", "trusted_proxies": "10.0.0.7"}).server
    ours = load_settings(server={"host": "0.0.0.0", "tls_certificate": certificate, "tls_key": key}).server

    assert [is_in_clear(one) for one in (loopback, open_one, proxied, ours)] == [False, True, False, False]
