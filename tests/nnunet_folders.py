"""Folders as nnU-Net v2 leaves them after a training, with networks small enough to make in a test."""

import copy
import json
from pathlib import Path
from typing import Any

CONFIGURATION: dict[str, Any] = {
    "data_identifier": "nnUNetPlans_2d",
    "preprocessor_name": "DefaultPreprocessor",
    "batch_size": 2,
    "patch_size": [32, 32],
    "median_image_size_in_voxels": [32.0, 32.0],
    "spacing": [1.0, 1.0],
    "normalization_schemes": ["ZScoreNormalization"],
    "use_mask_for_norm": [False],
    "resampling_fn_data": "resample_data_or_seg_to_shape",
    "resampling_fn_seg": "resample_data_or_seg_to_shape",
    "resampling_fn_data_kwargs": {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None},
    "resampling_fn_seg_kwargs": {"is_seg": True, "order": 1, "order_z": 0, "force_separate_z": None},
    "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
    "resampling_fn_probabilities_kwargs": {
        "is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None,
    },
    "architecture": {
        "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
        "arch_kwargs": {
            "n_stages": 2,
            "features_per_stage": [4, 8],
            "conv_op": "torch.nn.modules.conv.Conv2d",
            "kernel_sizes": [[3, 3], [3, 3]],
            "strides": [[1, 1], [2, 2]],
            "n_conv_per_stage": [1, 1],
            "n_conv_per_stage_decoder": [1],
            "conv_bias": True,
            "norm_op": "torch.nn.modules.instancenorm.InstanceNorm2d",
            "norm_op_kwargs": {"eps": 1e-05, "affine": True},
            "dropout_op": None,
            "dropout_op_kwargs": None,
            "nonlin": "torch.nn.LeakyReLU",
            "nonlin_kwargs": {"inplace": True},
        },
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
    },
    "batch_dice": True,
}  # fmt: skip

PLANS: dict[str, Any] = {
    "dataset_name": "Dataset501_Lines",
    "plans_name": "nnUNetPlans",
    "image_reader_writer": "NaturalImage2DIO",
    "transpose_forward": [0, 1, 2],
    "transpose_backward": [0, 1, 2],
    "foreground_intensity_properties_per_channel": {"0": {"mean": 0.0, "std": 1.0}},
    "configurations": {"2d": CONFIGURATION},
}

DATASET: dict[str, Any] = {
    "channel_names": {"0": "xray"},
    "labels": {"background": 0, "Arteries": 1, "catheter": 2},
    "numTraining": 4,
    "file_ending": ".png",
    "fluoro_vessels": {"intensity": "0-65535"},
}


def write_json_files(
    folder: Path, plans: dict[str, Any] | None = None, dataset: dict[str, Any] | None = None
) -> Path:
    """Write plans.json, dataset.json and an empty checkpoint: enough for what is checked before weights."""
    (folder / "fold_0").mkdir(parents=True)
    (folder / "plans.json").write_text(json.dumps(plans or PLANS))
    (folder / "dataset.json").write_text(json.dumps(dataset or DATASET))
    (folder / "fold_0" / "checkpoint_final.pth").touch()
    return folder


def changed(document: dict[str, Any], *path: str, to: Any) -> dict[str, Any]:
    """Return a copy of a JSON document in which one place has another value."""
    result = copy.deepcopy(document)
    place = result
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return result


def write_trained(folder: Path, *, n_folds: int = 1, configuration: str = "2d", **extra: Any) -> Path:
    """Write a folder with weights; the networks are untrained, but always answer the same.

    Args:
        folder: A new folder.
        n_folds: How many folds.
        configuration: What the checkpoint says that it is.
        extra: Further entries of the checkpoint.
    """
    import numpy as np
    import torch

    from lib.networks.nnunet_model import build_network

    write_json_files(folder)
    for fold in range(n_folds):
        torch.manual_seed(fold)
        network = build_network(PLANS, DATASET, "2d")
        checkpoint = {
            "network_weights": network.state_dict(),
            "optimizer_state": {"lr": 0.01},
            "logging": {"mean_fg_dice": [np.float64(0.5), np.float32(0.5)], "curve": np.zeros(3)},
            "_best_ema": np.float64(0.5),
            "init_args": {"configuration": configuration, "device": torch.device("cpu")},
            "trainer_name": "nnUNetTrainer",
            "inference_allowed_mirroring_axes": (0, 1),
            **extra,
        }
        (folder / f"fold_{fold}").mkdir(exist_ok=True)
        torch.save(checkpoint, folder / f"fold_{fold}" / "checkpoint_final.pth")
    return folder
