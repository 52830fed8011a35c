import json
from pathlib import Path
from typing import Any

import pytest

from lib.errors import ModelsFileError
from lib.registry import read_manifest, write_manifest
from lib.registry.store import SHIPPED
from tests.model_builders import build_card


def write(folder: Path, **changes: Any) -> None:
    document = {"schema_version": 1, "models": [build_card().model_dump()], **changes}
    (folder / "models.json").write_text(json.dumps(document))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(tmp_path)
    manifest = read_manifest(tmp_path)

    write_manifest(tmp_path / "other", manifest)

    assert read_manifest(tmp_path / "other") == manifest
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["models.json"]


def test_a_folder_without_a_list_has_no_models(tmp_path: Path) -> None:
    assert read_manifest(tmp_path).models == ()


def test_the_shipped_list_is_good() -> None:
    read_manifest(SHIPPED)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, r"models\.0\.colour: Extra inputs"),
        ({"kind": "oracle"}, r"models\.0\.kind: Input should be 'vessel-net' or 'nnunet'"),
        ({"id": "../x"}, r"models\.0\.id: String should match"),
        ({"files": []}, r"models\.0\.files: Tuple should have at least 1 item"),
        ({"files": [{"name": "../w", "role": "weights", "sha256": "0" * 64}]}, r"files\.0\.name: String"),
        ({"files": [{"name": "w", "role": "weights", "sha256": "abc"}]}, r"files\.0\.sha256: String"),
        ({"files": [{"name": "w", "role": "weights", "sha256": "0" * 64}] * 2}, "a file name stands twice"),
        ({"files": [{"name": "w.xml", "role": "openvino-int8", "sha256": "0" * 64}]}, r"one \.xml and one"),
    ],
)
def test_a_card_that_breaks_the_schema_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    write(tmp_path, models=[{**build_card().model_dump(), **change}])

    with pytest.raises(ModelsFileError, match=said):
        read_manifest(tmp_path)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path, models=[build_card().model_dump()] * 2)

    with pytest.raises(ModelsFileError, match="an id stands twice"):
        read_manifest(tmp_path)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text("{")

    with pytest.raises(ModelsFileError, match=r"models\.json: the file: Invalid JSON.*Nothing was loaded"):
        read_manifest(tmp_path)
