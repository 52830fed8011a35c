"""From a trained folder to a model that labels frames; networks without training."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lib.errors import ModelNameError, NnUnetCheckpointError, NnUnetDimensionError, NnUnetFolderError
from lib.infers.imported import imported_algorithms
from lib.labels import LabelTable, load_label_table
from lib.networks.nnunet import NnUnet
from lib.networks.nnunet_import import import_nnunet
from lib.networks.nnunet_model import build_network
from lib.settings import PROJECT_FOLDER
from tests.nnunet_folders import CONFIGURATION, DATASET, PLANS, changed, write_trained
from tests.vessel_runs import cine_of


@pytest.fixture(scope="module")
def table() -> LabelTable:
    return load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")


@pytest.fixture
def frames() -> Any:
    return np.random.default_rng(0).random((3, 80, 72)).astype(np.float32)


def test_an_imported_model_labels_frames_of_any_size(tmp_path: Path, table: LabelTable, frames: Any) -> None:
    imported = import_nnunet(write_trained(tmp_path / "trained"), tmp_path / "models", table)

    labelled = dict(NnUnet(imported.folder).label_frames(frames))

    assert imported.name == "nnunet-lines"
    assert sorted(labelled) == [0, 1, 2]
    assert all(values.shape == (80, 72) and values.max() <= 2 for values in labelled.values())
    assert len({int(value) for value in np.unique(np.stack(list(labelled.values())))}) > 1


def test_several_folds_are_averaged_and_mirroring_changes_the_answer(
    tmp_path: Path, table: LabelTable, frames: Any
) -> None:
    one = import_nnunet(write_trained(tmp_path / "one"), tmp_path / "models", table, "one")
    two = import_nnunet(write_trained(tmp_path / "two", n_folds=2), tmp_path / "models", table, "two")

    alone, averaged = NnUnet(one.folder).label(frames[0]), NnUnet(two.folder).label(frames[0])
    mirrored = NnUnet(one.folder, mirroring=True).label(frames[0])

    assert list(two.model.weights) == ["0", "1"]
    assert (alone != averaged).any()
    assert (alone != mirrored).any()


def test_it_answers_what_nnunet_s_own_predictor_answers(
    tmp_path: Path, table: LabelTable, frames: Any
) -> None:
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    source = write_trained(tmp_path / "trained", n_folds=2)
    (source / "dataset.json").write_text(json.dumps(changed(DATASET, "fluoro_vessels", to={})))
    imported = import_nnunet(source, tmp_path / "models", table)
    frame = np.rint(frames[0] * 255) / np.float32(255)
    theirs = nnUNetPredictor(device=torch.device("cpu"), use_mirroring=False, allow_tqdm=False)
    theirs.initialize_from_trained_model_folder(str(source), (0, 1))
    image = np.rint(frame * 255)[np.newaxis, np.newaxis]

    expected = theirs.predict_single_npy_array(image, {"spacing": (999, 1, 1)})[0]

    assert len(np.unique(expected)) == 3
    assert (NnUnet(imported.folder).label(frame) == expected).all()


def test_a_black_frame_is_background(tmp_path: Path, table: LabelTable) -> None:
    imported = import_nnunet(write_trained(tmp_path / "trained"), tmp_path / "models", table)

    assert not NnUnet(imported.folder).label(np.zeros((64, 64), np.float32)).any()


def test_progress_is_told_and_a_cancelled_run_stops(tmp_path: Path, table: LabelTable, frames: Any) -> None:
    imported = import_nnunet(write_trained(tmp_path / "trained"), tmp_path / "models", table)
    told: list[float] = []

    done = NnUnet(imported.folder).label_frames(
        frames, on_progress=told.append, is_cancelled=lambda: len(told) == 2
    )

    assert [t for t, _ in done] == [0, 1]
    assert told == [1 / 3, 2 / 3]


def test_it_is_an_algorithm_that_answers_in_the_table_s_labels(
    tmp_path: Path, table: LabelTable, frames: Any
) -> None:
    import_nnunet(write_trained(tmp_path / "trained"), tmp_path / "models", table, "mine")

    algorithm = imported_algorithms(tmp_path / "models")["mine"]
    label_map = algorithm.segment(cine_of(frames), {}, table)

    assert (algorithm.name, algorithm.labels) == ("mine", ("vessel", "catheter"))
    assert label_map.shape == frames.shape
    assert set(np.unique(label_map)) <= {0, table.by_name("vessel").index, table.by_name("catheter").index}


def test_no_pickle_is_kept_and_changed_weights_are_noticed(tmp_path: Path, table: LabelTable) -> None:
    folder = import_nnunet(write_trained(tmp_path / "trained"), tmp_path / "models", table).folder

    assert sorted(file.name for file in folder.iterdir()) == [
        "dataset.json",
        "fold_0.safetensors",
        "models.json",
        "nnunet.json",
        "plans.json",
    ]
    weights = folder / "fold_0.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\1")
    with pytest.raises(NnUnetFolderError, match=r"fold_0\.safetensors is missing or was changed"):
        NnUnet(folder)


class Evil:
    """Runs something when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("evil was here"),)


def test_a_checkpoint_with_code_is_refused_and_the_code_is_not_run(
    tmp_path: Path, table: LabelTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = write_trained(tmp_path / "trained", extra=Evil())

    with pytest.raises(NnUnetCheckpointError, match="holds objects besides weights"):
        import_nnunet(source, tmp_path / "models", table)

    assert not (tmp_path / "evil was here").exists()
    assert not list((tmp_path / "models").iterdir())


@pytest.mark.parametrize("content", [b"", b"no checkpoint", pickle.dumps({"network_weights": {}})])
def test_a_file_that_is_no_checkpoint_is_refused_and_nothing_is_left(
    tmp_path: Path, table: LabelTable, content: bytes
) -> None:
    source = write_trained(tmp_path / "trained")
    (source / "fold_0" / "checkpoint_final.pth").write_bytes(content)

    with pytest.raises(NnUnetCheckpointError, match="Nothing was imported"):
        import_nnunet(source, tmp_path / "models", table)

    assert not list((tmp_path / "models").iterdir())


def test_weights_of_another_network_are_refused(tmp_path: Path, table: LabelTable) -> None:
    wider = changed(
        PLANS, "configurations", "2d", "architecture", "arch_kwargs", "features_per_stage", to=[8, 8]
    )
    weights = build_network(wider, DATASET, "2d").state_dict()
    source = write_trained(tmp_path / "trained", network_weights=weights)

    with pytest.raises(NnUnetCheckpointError, match="do not fit the network"):
        import_nnunet(source, tmp_path / "models", table)


def test_a_checkpoint_says_which_configuration_it_is_not_the_plans(tmp_path: Path, table: LabelTable) -> None:
    source = write_trained(tmp_path / "trained", configuration="3d_fullres")
    three = {**CONFIGURATION, "patch_size": [32, 32, 32]}
    plans = {**PLANS, "configurations": {"2d": CONFIGURATION, "3d_fullres": three}}
    (source / "plans.json").write_text(json.dumps(plans))

    with pytest.raises(NnUnetDimensionError, match="3d_fullres"):
        import_nnunet(source, tmp_path / "models", table)


@pytest.mark.parametrize("name", ["Mine", "../mine", "a b", "x" * 60])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, table: LabelTable, name: str) -> None:
    with pytest.raises(ModelNameError, match="is no name"):
        import_nnunet(write_trained(tmp_path / "trained"), tmp_path / "models", table, name)


def test_a_name_that_is_taken_is_refused(tmp_path: Path, table: LabelTable) -> None:
    source = write_trained(tmp_path / "trained")
    import_nnunet(source, tmp_path / "models", table, "mine")

    for taken in ("mine", "vesselness"):
        with pytest.raises(ModelNameError, match="is taken"):
            import_nnunet(source, tmp_path / "models", table, taken, {"vesselness"})


def test_a_process_killed_while_it_imports_leaves_no_model(tmp_path: Path) -> None:
    source = write_trained(tmp_path / "trained")
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from lib.labels import load_label_table\n"
        "from lib.networks import nnunet_import\n"
        "real = nnunet_import.write_nnunet_model\n"
        "def half(*arguments):\n"
        "    real(*arguments)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "nnunet_import.write_nnunet_model = half\n"
        "source, models, labels = map(Path, sys.argv[1:])\n"
        "nnunet_import.import_nnunet(source, models, load_label_table(labels))\n"
    )
    labels = PROJECT_FOLDER / "configs" / "labels.yaml"

    done = subprocess.run(
        [sys.executable, "-c", code, source, tmp_path / "models", labels],
        cwd=PROJECT_FOLDER / "apps" / "fluoro_vessels",
        check=False,
    )

    assert done.returncode == -9
    assert not imported_algorithms(tmp_path / "models")
    assert not list((tmp_path / "models").glob("nnunet*"))


def test_torch_keeps_no_memory_of_what_was_let_through(tmp_path: Path, table: LabelTable) -> None:
    import_nnunet(write_trained(tmp_path / "trained"), tmp_path / "models", table)

    assert not [one for one in torch.serialization.get_safe_globals() if "numpy" in str(one)]
