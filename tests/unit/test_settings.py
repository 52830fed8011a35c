"""What a person reads who misspells a setting."""

import pytest

from lib.errors import SettingsError
from lib.settings import load_settings


@pytest.mark.parametrize("name", ["FLUORO_SERVR__PORT", "FLUORO_SERVER__PROT", "FLUORO_NOPE"])
def test_a_variable_that_is_no_setting_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")

    with pytest.raises(SettingsError, match=f"{name}: there is no such setting"):
        load_settings()


@pytest.mark.parametrize("url", ["pacs", "http://user:secret@pacs/dicom-web", "ftp://pacs"])
def test_what_is_no_address_of_a_pacs_is_told_how_to_write_one(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLUORO_PACS__URL", url)

    with pytest.raises(
        SettingsError, match=r"FLUORO_PACS__URL \(--studies\).*http://HOST:PORT/PATH"
    ) as raised:
        load_settings()

    assert "secret" not in str(raised.value)
