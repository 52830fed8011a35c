"""Settings of who may: what would be unsafe is refused when they are read."""

from pathlib import Path

import pytest

from lib.errors import SettingsError
from lib.settings import Settings, load_settings
from lib.start.run import sign_in

OIDC = {"FLUORO_AUTH__OIDC__ISSUER": "https://sso.test/realms/a", "FLUORO_AUTH__OIDC__AUDIENCE": "fluoro"}


def load(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> Settings:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    return load_settings()


def test_as_it_comes_nobody_signs_in() -> None:
    assert not load_settings().auth.enabled


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "viewer.hospital",
        "https://viewer.hospital/",
        "https://*.hospital",
        "https://A.b",
        "null",
        "file://",
    ],
)
def test_what_no_browser_sends_as_an_origin_is_refused(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    with pytest.raises(SettingsError, match="is no origin"):
        load(monkeypatch, {"FLUORO_AUTH__CORS_ORIGINS": f'["{origin}"]'})


def test_origins_are_listed_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = '["https://viewer.hospital", "http://127.0.0.1:3000", "http://[::1]:3000"]'

    assert len(load(monkeypatch, {"FLUORO_AUTH__CORS_ORIGINS": listed}).auth.cors_origins) == 3


@pytest.mark.parametrize(
    "issuer",
    ["http://sso.test", "sso.test", "https://", "https://u:p@sso.test", "https://sso.test?a=1", "ftp://x"],
)
def test_an_issuer_that_others_could_listen_to_is_refused(
    monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    with pytest.raises(SettingsError, match="write https://HOST/PATH"):
        load(monkeypatch, OIDC | {"FLUORO_AUTH__OIDC__ISSUER": issuer})


def test_an_issuer_on_this_machine_may_do_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    oidc = load(monkeypatch, OIDC | {"FLUORO_AUTH__OIDC__ISSUER": "http://127.0.0.1:8080/realms/a"}).auth.oidc

    assert oidc is not None
    assert oidc.roles_claim == "realm_access.roles"


def test_an_issuer_without_an_audience_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="AUDIENCE"):
        load(monkeypatch, {"FLUORO_AUTH__OIDC__ISSUER": "https://sso.test"})


def test_the_secret_comes_from_a_file_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    file = load(monkeypatch, OIDC | {"FLUORO_AUTH__OIDC__CLIENT_SECRET_FILE": str(tmp_path / "secret")})
    direct = load(monkeypatch, OIDC | {"FLUORO_AUTH__OIDC__CLIENT_SECRET": "s3cret"})

    assert file.auth.oidc is not None
    assert file.auth.oidc.secret() == "s3cret"
    assert "s3cret" not in repr(direct)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "off; whoever is on this machine"),
        ({"FLUORO_AUTH__ENABLED": "true"}, "on"),
        ({"FLUORO_AUTH__ENABLED": "true", "FLUORO_SERVER__HOST": "0.0.0.0"}, "in the clear"),
        (
            {
                "FLUORO_AUTH__ENABLED": "true",
                "FLUORO_SERVER__HOST": "0.0.0.0",
                "FLUORO_SERVER__TRUSTED_PROXIES": "10.0.0.2",
            },
            "on",
        ),
    ],
)
def test_each_start_says_who_can_use_the_server(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    said = sign_in(load(monkeypatch, variables))

    assert said == words if words == "on" else words in said
