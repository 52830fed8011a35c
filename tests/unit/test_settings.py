"""What a person reads who misspells a setting."""

from pathlib import Path

import pytest

from lib.errors import SettingsError
from lib.settings import load_settings
from lib.trainers.recipe import read_recipe


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


def test_how_the_server_learns_is_read_from_the_recipes_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "train.yaml"
    file.write_text("steps: 3\nonline:\n  after_labels: 20\n  at_time: 12:30\n  minutes: 10\n")
    monkeypatch.setattr("lib.settings.TRAIN_FILE", file)
    monkeypatch.setenv("FLUORO_TRAINING__MINUTES", "5")

    training = load_settings().training

    assert (training.after_labels, training.at_time, training.minutes) == (20, "12:30", 5)
    assert read_recipe(file).steps == 3


def test_an_unknown_key_of_learning_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "train.yaml"
    file.write_text("online:\n  after_label: 20\n")
    monkeypatch.setattr("lib.settings.TRAIN_FILE", file)

    with pytest.raises(SettingsError, match="TRAINING__AFTER_LABEL: there is no such setting"):
        load_settings()
