from pathlib import Path

import pytest

from lib.errors.start import DataFolderError
from lib.settings import EmbeddedPacsSettings, PacsSettings, ServerSettings, load_settings
from lib.start.setup import needs, prepare_data_folder, uses_embedded_pacs


def test_without_another_pacs_the_embedded_one_is_used() -> None:
    assert uses_embedded_pacs(load_settings())
    assert uses_embedded_pacs(load_settings(embedded_pacs=EmbeddedPacsSettings(port=9042)))
    assert uses_embedded_pacs(load_settings(pacs=PacsSettings(timeout_s=5)))


def test_a_pacs_in_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUORO_PACS__URL", "http://pacs.example/dicom-web")

    assert not uses_embedded_pacs(load_settings())


def test_another_pacs_without_a_viewer_needs_no_program_at_all() -> None:
    pacs = PacsSettings(url="http://pacs.example/dicom-web")

    assert needs(load_settings(pacs=pacs, server=ServerSettings(viewer=False))) == []


def test_the_embedded_pacs_needs_orthanc_with_its_plugin() -> None:
    first = needs(load_settings(server=ServerSettings(viewer=False)))[0]

    assert first.packages == ("orthanc", "orthanc-dicomweb")
    assert "--studies" in first.otherwise


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataFolderError, match=r"file/data cannot be used \(not a directory\).*--data DIR"):
        prepare_data_folder(tmp_path / "file" / "data")
