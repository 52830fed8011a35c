"""Settings of DICOM nodes: off and closed unless somebody says otherwise, and no half of anything."""

from pathlib import Path
from typing import Any

import pytest

from lib.errors import SettingsError
from lib.sections.dimse import DimseSettings
from lib.settings import load_settings

NODE = {"ae_title": "ARCHIVE", "host": "10.0.0.9", "port": 104}


def test_nothing_listens_and_nobody_may_send_unless_said() -> None:
    settings = DimseSettings()

    assert (settings.port, settings.host, settings.senders, settings.nodes) == (None, "127.0.0.1", (), {})


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"port": 11112}, "FLUORO_DIMSE__SENDERS"),
        ({"senders": ["LAB1"]}, "write AET@ADDRESS"),
        ({"senders": ["LAB1@0.0.0.0/0"]}, "is everybody"),
        ({"senders": ["LAB1@10.0.0.300"]}, "10.0.0.300"),
        ({"tls_key": Path("a.key")}, "go together"),
        ({"ae_title": "A" * 17}, "16 characters"),
        ({"ae_title": "A\\B"}, "pattern"),
        ({"nodes": {"Big Archive": NODE}}, "pattern"),
        ({"nodes": {"archive": {**NODE, "gets": ["run"]}}}, "'seg' or 'sr'"),
    ],
)
def test_what_would_be_half_or_open_is_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        load_settings(dimse=settings)


def test_a_node_is_named_by_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in {"AE_TITLE": "ARCHIVE", "HOST": "10.0.0.9", "PORT": "104"}.items():
        monkeypatch.setenv(f"FLUORO_DIMSE__NODES__ARCHIVE__{key}", value)
    monkeypatch.setenv("FLUORO_DIMSE__NODES__ARCHIVE__GETS", '["seg"]')

    node = load_settings().dimse.nodes["archive"]

    assert (node.ae_title, node.port, node.gets, node.commitment) == ("ARCHIVE", 104, ("seg",), False)
