"""`fluoro models list` and `fluoro models import-nnunet`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.infers.catalogue import find_algorithms
from tests.builders import build_xa
from tests.nnunet_folders import DATASET, changed, write_json_files, write_trained

RunJson = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path / "data"))


def listed(run_json: RunJson) -> dict[str, Any]:
    return {model["id"]: model for model in run_json("models", "list")[1]["models"]}


def test_an_imported_model_is_listed_and_segments_a_run(tmp_path: Path, run_json: RunJson) -> None:
    run = build_xa(n_frames=2, rows=64, columns=72)
    run.save_as(tmp_path / "run.dcm", enforce_file_format=True)

    code, said, _ = run_json("models", "import-nnunet", write_trained(tmp_path / "trained"), "--name", "mine")
    done = run_json("segment", tmp_path / "run.dcm", "-o", tmp_path / "out", "--algorithm", "mine")

    assert (code, said["name"], said["labels"]) == (0, "mine", ["vessel", "catheter"])
    assert (listed(run_json)["mine"]["kind"], listed(run_json)["mine"]["classes"]) == (
        "nnunet",
        ["vessel", "catheter"],
    )
    assert (done[0], done[1]["segmented"]) == (0, 1)


def test_a_refused_folder_leaves_nothing_and_one_sentence(tmp_path: Path, run_json: RunJson) -> None:
    dataset = changed(DATASET, "channel_names", to={"0": "a", "1": "b"})

    code, said, err = run_json("models", "import-nnunet", write_json_files(tmp_path / "rgb", dataset=dataset))

    assert code == 1
    assert said["error"] == err.strip()
    assert "wants 2 channels (a, b), but a frame has one" in err
    assert not list((tmp_path / "data" / "models").iterdir())


def test_the_name_of_our_own_method_is_taken(tmp_path: Path, run_json: RunJson) -> None:
    trained = write_trained(tmp_path / "trained")

    for name in ("vessels", "vesselness"):
        code, said, _ = run_json("models", "import-nnunet", trained, "--name", name)

        assert code == 1
        assert said["error"].startswith(f"'{name}' is taken.")


def test_a_damaged_model_does_not_hide_the_methods(tmp_path: Path, run_json: RunJson) -> None:
    run_json("models", "import-nnunet", write_trained(tmp_path / "trained"), "--name", "mine")
    (tmp_path / "data" / "models" / "mine" / "nnunet.json").write_text("{")

    assert "mine" not in find_algorithms()
    assert "vesselness" in find_algorithms()


def test_a_picture_that_is_too_small_is_refused_in_one_sentence(tmp_path: Path, run_json: RunJson) -> None:
    build_xa(n_frames=2, rows=16, columns=16).save_as(tmp_path / "run.dcm", enforce_file_format=True)
    run_json("models", "import-nnunet", write_trained(tmp_path / "trained"), "--name", "mine")

    code, said, _ = run_json("segment", tmp_path / "run.dcm", "-o", tmp_path / "out", "--algorithm", "mine")

    assert (code, said["files"][0]["outcome"]) == (1, "failed")
    assert "16 x 16" in said["files"][0]["reason"]
