"""What is refused of a trained nnU-Net before its weights are read."""

from pathlib import Path
from typing import Any

import pytest

from lib.errors import (
    NnUnetChannelsError,
    NnUnetDimensionError,
    NnUnetFolderError,
    NnUnetLabelError,
)
from lib.labels import LabelTable, load_label_table
from lib.networks.nnunet_folder import configuration_of, read_nnunet_folder, table_names
from lib.settings import PROJECT_FOLDER
from tests.nnunet_folders import CONFIGURATION, DATASET, PLANS, changed, write_json_files


@pytest.fixture(scope="module")
def table() -> LabelTable:
    return load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")


def test_labels_are_found_by_any_of_their_names(tmp_path: Path, table: LabelTable) -> None:
    folder = read_nnunet_folder(write_json_files(tmp_path / "model"))

    assert table_names(folder, table) == {1: "vessel", 2: "catheter"}


def test_a_label_that_the_table_has_not_is_named(tmp_path: Path, table: LabelTable) -> None:
    labels = {"background": 0, "vessel": 1, "left ear": 2}
    folder = read_nnunet_folder(
        write_json_files(tmp_path / "model", dataset=changed(DATASET, "labels", to=labels))
    )

    with pytest.raises(NnUnetLabelError, match="finds 'left ear', and the label table has no such label"):
        table_names(folder, table)


def test_regions_take_their_values_from_their_order(tmp_path: Path, table: LabelTable) -> None:
    dataset = {
        **DATASET,
        "labels": {"background": 0, "vessel": [1, 2], "stenosis": [2], "ignore": 3},
        "regions_class_order": [2, 1],
    }

    folder = read_nnunet_folder(write_json_files(tmp_path / "model", dataset=dataset))

    assert table_names(folder, table) == {2: "vessel", 1: "stenosis"}


def test_the_range_of_the_pictures_is_taken_from_our_key_and_else_eight_bits(tmp_path: Path) -> None:
    foreign = {key: value for key, value in DATASET.items() if key != "fluoro_vessels"}

    ours = read_nnunet_folder(write_json_files(tmp_path / "ours"))
    theirs = read_nnunet_folder(write_json_files(tmp_path / "theirs", dataset=foreign))

    assert (ours.white, theirs.white) == (65535.0, 255.0)


def test_a_3d_model_is_refused_in_one_sentence(tmp_path: Path) -> None:
    plans = {**PLANS, "configurations": {"3d_fullres": {**CONFIGURATION, "patch_size": [32, 32, 32]}}}

    with pytest.raises(NnUnetDimensionError, match=r"as '3d_fullres' with patches of 3 dimensions"):
        read_nnunet_folder(write_json_files(tmp_path / "model", plans=plans))


def test_a_folder_named_after_3d_is_refused_though_its_plans_know_2d_too(tmp_path: Path) -> None:
    three = {"inherits_from": "2d", "patch_size": [16, 32, 32]}
    plans = {**PLANS, "configurations": {"2d": CONFIGURATION, "3d_fullres": three}}

    with pytest.raises(NnUnetDimensionError, match="Train nnU-Net's configuration 2d"):
        read_nnunet_folder(write_json_files(tmp_path / "nnUNetTrainer__nnUNetPlans__3d_fullres", plans=plans))


def test_a_model_of_three_channels_is_refused_in_one_sentence(tmp_path: Path) -> None:
    dataset = changed(DATASET, "channel_names", to={"0": "red", "1": "green", "2": "blue"})

    with pytest.raises(
        NnUnetChannelsError, match=r"wants 3 channels \(red, green, blue\), but a frame has one"
    ):
        read_nnunet_folder(write_json_files(tmp_path / "model", dataset=dataset))


@pytest.mark.parametrize("missing", ["plans.json", "dataset.json"])
def test_a_folder_without_its_files_is_refused(tmp_path: Path, missing: str) -> None:
    folder = write_json_files(tmp_path / "model")
    (folder / missing).unlink()

    with pytest.raises(NnUnetFolderError, match=f"it has no {missing}"):
        read_nnunet_folder(folder)


def test_a_folder_without_checkpoints_is_refused(tmp_path: Path) -> None:
    folder = write_json_files(tmp_path / "model")
    (folder / "fold_0" / "checkpoint_final.pth").unlink()

    with pytest.raises(NnUnetFolderError, match="no fold_"):
        read_nnunet_folder(folder)


def test_the_final_checkpoint_comes_before_the_best(tmp_path: Path) -> None:
    folder = write_json_files(tmp_path / "model")
    (folder / "fold_0" / "checkpoint_best.pth").touch()
    (folder / "fold_1").mkdir()
    (folder / "fold_1" / "checkpoint_best.pth").touch()

    found = read_nnunet_folder(folder).checkpoints

    assert {fold: file.name for fold, file in found.items()} == {
        "0": "checkpoint_final.pth",
        "1": "checkpoint_best.pth",
    }


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (("architecture", "network_class_name"), "os.system"),
        (("architecture", "arch_kwargs", "conv_op"), "subprocess.Popen"),
        (("resampling_fn_data",), "partial"),
        (("preprocessor_name",), "Popen"),
        (("normalization_schemes",), ["Popen"]),
    ],
)
def test_plans_that_name_foreign_code_are_refused(tmp_path: Path, place: tuple[str, ...], name: Any) -> None:
    plans = changed(PLANS, "configurations", "2d", *place, to=name)
    folder = read_nnunet_folder(write_json_files(tmp_path / "model", plans=plans))

    with pytest.raises(NnUnetFolderError, match="which is not nnU-Net's own"):
        configuration_of(folder, "2d")


def test_configurations_that_inherit_in_a_circle_are_refused(tmp_path: Path) -> None:
    plans = {**PLANS, "configurations": {"2d": {"inherits_from": "b"}, "b": {"inherits_from": "2d"}}}

    with pytest.raises(NnUnetFolderError, match="no usable configuration"):
        read_nnunet_folder(write_json_files(tmp_path / "model", plans=plans))
