"""`fluoro labels list` and `fluoro labels import`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lib.cli.labels import app
from lib.errors import LabelTableError
from lib.settings import settings

OWN = """
sets:
  ours:
    category: 49755003 SCT Morphologically Abnormal Structure
    labels:
      - {index: 128, name: aneurysm, type: 85659009 SCT Aneurysm, color: [10, 200, 30]}
"""


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))
    settings.cache_clear()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_the_list_shows_index_name_and_code() -> None:
    out = call("list", "--set", "basic").output

    assert "vessel" in out
    assert "59820001 SCT Blood vessel" in out
    assert "LAD" not in out


def test_the_list_as_json_has_every_label() -> None:
    result = json.loads(call("list", "--json").stdout)

    assert result["sets"] == ["basic", "coronary", "peripheral"]
    assert {label["name"]: label["index"] for label in result["labels"]}["catheter"] == 2


def test_an_imported_set_is_listed_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(OWN, encoding="utf-8")

    imported = json.loads(call("import", str(file), "--json").stdout)
    again = json.loads(call("list", "--set", "ours", "--json").stdout)

    assert (imported["set"], imported["n_new"]) == ("ours", 1)
    assert again["labels"][0]["index"] == 128
    assert (tmp_path / "data" / "labels" / "ours.yaml").is_file()


def test_for_people_the_import_shows_the_set_and_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(OWN, encoding="utf-8")

    result = call("import", str(file))

    assert "aneurysm" in result.stdout
    assert "Restart a running server" in result.stderr


def test_a_set_that_takes_our_indices_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(OWN.replace("128", "12"), encoding="utf-8")

    with pytest.raises(LabelTableError, match="from 128 to 255"):
        call("import", str(file))
