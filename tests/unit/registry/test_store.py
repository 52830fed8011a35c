import os
from pathlib import Path

import pytest

from lib.errors import (
    ModelFileRoleError,
    ModelsFileError,
    UnknownModelError,
    WeightsChecksumError,
    WeightsMissingError,
)
from lib.registry import find_model, find_models, model_for, verified_file, verify
from tests.model_builders import build_model


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of a good model whose weights say `good`."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "w.safetensors").write_bytes(b"good")
    build_model(folder, {"w.safetensors": "weights"})
    return folder


def test_a_shipped_model_is_found_with_its_verified_weights(tmp_path: Path, shipped: Path) -> None:
    model = find_model("vessels", tmp_path, shipped)

    assert verified_file(model, "weights", ".safetensors").read_bytes() == b"good"


def test_a_model_of_the_data_folder_wins_over_one_that_ships(tmp_path: Path, shipped: Path) -> None:
    own = tmp_path / "models" / "mine"
    own.mkdir(parents=True)
    (own / "w.safetensors").write_bytes(b"mine")
    build_model(own, {"w.safetensors": "weights"}, version="2")

    assert find_model("vessels", tmp_path, shipped).folder == own
    chosen = model_for("vessels", "vessel-net", tmp_path, shipped)
    assert chosen is not None
    assert chosen.card.version == "2"


def test_the_data_folder_s_model_serves_a_task_whatever_it_is_called(tmp_path: Path, shipped: Path) -> None:
    own = tmp_path / "models" / "mine"
    own.mkdir(parents=True)
    (own / "w.safetensors").write_bytes(b"mine")
    build_model(own, {"w.safetensors": "weights"}, id="zebra")

    chosen = model_for("vessels", "vessel-net", tmp_path, shipped)

    assert chosen is not None
    assert chosen.card.id == "zebra"


def test_an_unknown_model_is_refused_with_those_that_exist(tmp_path: Path, shipped: Path) -> None:
    with pytest.raises(UnknownModelError, match=r"no model 'magic'\. There are: vessels\."):
        find_model("magic", tmp_path, shipped)


def test_a_model_without_its_files_serves_no_task(tmp_path: Path, shipped: Path) -> None:
    (shipped / "w.safetensors").unlink()

    assert model_for("vessels", "vessel-net", tmp_path, shipped) is None
    with pytest.raises(WeightsMissingError, match=r"w\.safetensors do not exist"):
        verified_file(find_model("vessels", tmp_path, shipped), "weights", ".safetensors")


def test_weights_with_another_checksum_are_refused(tmp_path: Path, shipped: Path) -> None:
    model = find_model("vessels", tmp_path, shipped)
    verified_file(model, "weights", ".safetensors")
    (shipped / "w.safetensors").write_bytes(b"evil")
    os.utime(shipped / "w.safetensors", ns=(1, 1))

    with pytest.raises(WeightsChecksumError, match=r"w\.safetensors have the SHA-256 .*Install the model"):
        verified_file(model, "weights", ".safetensors")


def test_a_file_is_read_once_while_it_does_not_change(
    tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    real = verify._sha256
    monkeypatch.setattr(verify, "_sha256", lambda path: (read.append(path), real(path))[1])
    model = find_model("vessels", tmp_path, shipped)

    for _ in range(3):
        verified_file(model, "weights", ".safetensors")

    assert len(read) == 1


def test_a_role_that_a_model_lacks_is_named(tmp_path: Path, shipped: Path) -> None:
    with pytest.raises(ModelFileRoleError, match="no file of the role 'openvino-int8'"):
        verified_file(find_model("vessels", tmp_path, shipped), "openvino-int8", ".xml")


def test_a_damaged_list_in_the_data_folder_is_left_out_and_logged(
    tmp_path: Path, shipped: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "models" / "broken").mkdir(parents=True)
    (tmp_path / "models" / "broken" / "models.json").write_text("{")

    assert set(find_models(tmp_path, shipped)) == {"vessels"}
    assert "left out the models of broken" in caplog.text


def test_a_damaged_shipped_list_is_an_error(tmp_path: Path, shipped: Path) -> None:
    (shipped / "models.json").write_text("{")

    with pytest.raises(ModelsFileError):
        find_models(tmp_path, shipped)


def test_an_unfinished_folder_is_not_looked_into(tmp_path: Path, shipped: Path) -> None:
    half = tmp_path / "models" / ".half"
    half.mkdir(parents=True)
    (half / "w.safetensors").write_bytes(b"half")
    build_model(half, {"w.safetensors": "weights"}, id="half")

    assert set(find_models(tmp_path, shipped)) == {"vessels"}
