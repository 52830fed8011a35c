"""The file of what people changed about the labels of this project."""

from pathlib import Path

import pytest

from lib.errors import LabelTableError
from lib.labels import load_label_table
from tests.seg_labels import LABELS_FILE, label_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "labels"


@pytest.mark.parametrize("text", ["{", "[1]", '{"x": {}}', '{"1": 3}', '{"1": {"color": "red"}}'])
def test_a_damaged_file_of_changes_is_named(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "changed_labels.json").write_text(text)

    with pytest.raises(LabelTableError, match=r"changed_labels\.json"):
        load_label_table(LABELS_FILE, folder)


def test_changes_of_a_label_that_the_project_has_no_more_do_no_harm(folder: Path) -> None:
    folder.mkdir()
    (folder / "changed_labels.json").write_text('{"99": {"color": [1, 2, 3], "synonyms": ["x"]}}')

    assert load_label_table(LABELS_FILE, folder) == label_table()
