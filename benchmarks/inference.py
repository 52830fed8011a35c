"""Frames per second of the vessel network: INT8 against torch eager and against nnU-Net's own predictor.

One process on two cores, 512 x 512, all methods take turns; medians. Torch eager is the same network as
anybody would run it: `eval()`, `inference_mode()`, one frame at a time, on both cores. nnU-Net is its
`nnUNetPredictor` with its defaults (mirroring, half-overlapping tiles) and a PlainConvUNet with about as
many parameters. Both get their input ready made, as INT8 does; `run96_s` is the whole way from frames to
masks. Without installed weights random ones are timed, and `dice_drop_int8` is null.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

CORES: Final = 2
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.arrays import Frames  # noqa: E402
from lib.infers.algorithms.network import installed_model  # noqa: E402
from lib.infers.cleanup import Rules, classes_of  # noqa: E402
from lib.networks.engine_openvino import OpenVinoEngine  # noqa: E402
from lib.networks.runtime import segment_run  # noqa: E402
from lib.networks.stack import background_of, stack_at  # noqa: E402
from lib.phantom import draw_scenario, simulate  # noqa: E402
from lib.registry import verified_file  # noqa: E402

SIDE: Final = 512
N_FRAMES: Final = 96
FILMED: Final = 12
SEED: Final = 2_000_500
BATCH: Final = 16
DROP_SEEDS: Final = range(2_000_600, 2_000_616)
NNUNET_WIDTHS: Final = (16, 32, 64, 128, 160, 160)
TARGETS: Final = {
    "int8_to_eager": 8.0,
    "int8_to_nnunet": 10.0,
    "run96_s": 10.0,
    "peak_mb": 2000.0,
    "dice_drop_int8": 0.005,
}


@dataclass(frozen=True)
class Subject:
    """What is measured: a network, its INT8 file, and where both come from."""

    net: Any
    graph: Path
    weights: str


def main() -> None:
    """Measure and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(description="Frames per second of the vessel network.")
    parser.add_argument("--repeats", type=int, default=5, help="rounds; medians are given")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--segment", nargs=2, metavar=("XML", "NPY"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    if arguments.segment:
        print(json.dumps(segment_alone(*map(Path, arguments.segment))))
        return
    # NNCF and nnU-Net print on standard output, which belongs to the result.
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        result = measure(Path(folder), arguments.repeats)
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:<28}{value}")
    for name, limit in TARGETS.items():
        print(f"target {name:<21}{limit:<8g}{verdict(name, result[name])}")


def verdict(name: str, value: float | None) -> str:
    """Say whether a target is kept."""
    if value is None:
        return "not measured"
    kept = value >= TARGETS[name] if name.startswith("int8_to") else value <= TARGETS[name]
    return "kept" if kept else "MISSED"


def measure(folder: Path, repeats: int) -> dict[str, Any]:
    """Return all figures."""
    import torch

    torch.set_num_threads(CORES)
    frames = a_run()
    stacks = stacks_of(frames)
    subject = a_subject(stacks, folder)
    int8 = OpenVinoEngine.from_file(subject.graph)
    fps, n_nnunet = race(subject, int8, stacks, repeats)
    run_file = folder / "run.npy"
    np.save(run_file, frames)
    alone = subprocess.run(
        [sys.executable, __file__, "--segment", str(subject.graph), str(run_file)],
        capture_output=True, check=True,
    )  # fmt: skip
    return {
        "benchmark": "inference",
        "weights": subject.weights,
        "cores": len(os.sched_getaffinity(0)),
        "repeats": repeats,
        "n_parameters": sum(weight.numel() for weight in subject.net.parameters()),
        "n_parameters_nnunet": n_nnunet,
        **{name: round(value, 3) for name, value in fps.items()},
        "int8_to_eager": round(fps["fps_int8"] / fps["fps_torch_eager"], 2),
        "int8_to_nnunet": round(fps["fps_int8"] / fps["fps_nnunet"], 2),
        **drop(subject, int8),
        **json.loads(alone.stdout),
    }


def a_run() -> Frames:
    """Return 96 frames: some of a simulated run, played again and again."""
    scenario = draw_scenario(SEED, size=SIDE)
    filmed = np.linspace(0, scenario.n_frames - 1, min(FILMED, scenario.n_frames)).astype(int)
    shown = simulate(scenario, sorted(set(filmed.tolist()))).display()
    return np.ascontiguousarray(np.tile(shown, (-(-N_FRAMES // len(shown)), 1, 1))[:N_FRAMES])


def stacks_of(frames: Frames) -> NDArray[np.float32]:
    """Return the network's input for one batch."""
    background = background_of(frames)
    return np.stack([stack_at(frames, t, background) for t in range(BATCH)])


def a_subject(stacks: NDArray[np.float32], folder: Path) -> Subject:
    """Return the installed network, or one of random weights that is quantized here."""
    import torch

    from lib.networks.quantize import quantize_int8
    from lib.networks.vessel_net import VesselNet
    from lib.networks.weights import load_net

    model = installed_model()
    if model is not None and model.has("weights") and model.has("openvino-int8"):
        net = load_net(verified_file(model, "weights", ".safetensors"))
        return Subject(net, verified_file(model, "openvino-int8", ".xml"), model.card.version)
    torch.manual_seed(0)
    net = VesselNet().eval()
    return Subject(net, quantize_int8(net, stacks[:4], folder)[0], "random")


def race(
    subject: Subject, int8: OpenVinoEngine, stacks: NDArray[np.float32], repeats: int
) -> tuple[dict[str, float], int]:
    """Return frames per second of every method, and the parameters of nnU-Net's network."""
    import torch

    one = torch.from_numpy(stacks[:1])
    predictor = nnunet_predictor()
    full = OpenVinoEngine.from_net(subject.net)

    def eager() -> None:
        with torch.inference_mode():
            torch.sigmoid(subject.net(one))

    def eager_channels_last() -> None:
        with torch.inference_mode():
            torch.sigmoid(subject.net.to(memory_format=torch.channels_last)(one))
        subject.net.to(memory_format=torch.contiguous_format)

    grey = torch.from_numpy(stacks[0, 1:2][:, np.newaxis].copy())
    works: dict[str, tuple[Callable[[], Any], int]] = {
        "fps_int8": (lambda: int8.probabilities(stacks), len(stacks)),
        "fps_openvino_fp32": (lambda: full.probabilities(stacks[:4]), 4),
        "fps_torch_eager": (eager, 1),
        "fps_torch_eager_channels_last": (eager_channels_last, 1),
        "fps_nnunet": (lambda: predictor.predict_logits_from_preprocessed_data(grey), 1),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats + 1):
        for name, (work, n_frames) in works.items():
            begun = time.perf_counter()
            work()
            taken[name].append((time.perf_counter() - begun) / n_frames)
    n_nnunet = sum(weight.numel() for weight in predictor.network.parameters())
    return {name: 1 / statistics.median(times[1:]) for name, times in taken.items()}, n_nnunet


def nnunet_predictor() -> Any:
    """Return nnU-Net's predictor with its defaults and a 2-D network of random weights."""
    import torch
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
    from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    manager = PlansManager(nnunet_plans())
    configuration = manager.get_configuration("2d")
    network = get_network_from_plans(
        configuration.network_arch_class_name,
        configuration.network_arch_init_kwargs,
        configuration.network_arch_init_kwargs_req_import,
        1, 3, allow_init=True, deep_supervision=False,
    )  # fmt: skip
    predictor = nnUNetPredictor(device=torch.device("cpu"), allow_tqdm=False)
    dataset = {
        "channel_names": {"0": "xray"},
        "labels": {"background": 0, "vessel": 1, "device": 2},
        "file_ending": ".png",
    }
    predictor.manual_initialization(
        network.eval(), manager, configuration, [network.state_dict()], dataset, "nnUNetTrainer", (0, 1)
    )
    return predictor


def nnunet_plans() -> dict[str, Any]:
    """Return plans of a 2-D configuration whose patch is the whole picture."""
    n_stages = len(NNUNET_WIDTHS)
    architecture = {
        "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
        "arch_kwargs": {
            "n_stages": n_stages,
            "features_per_stage": list(NNUNET_WIDTHS),
            "conv_op": "torch.nn.modules.conv.Conv2d",
            "kernel_sizes": [[3, 3]] * n_stages,
            "strides": [[1, 1], *[[2, 2]] * (n_stages - 1)],
            "n_conv_per_stage": [2] * n_stages,
            "n_conv_per_stage_decoder": [2] * (n_stages - 1),
            "conv_bias": True,
            "norm_op": "torch.nn.modules.instancenorm.InstanceNorm2d",
            "norm_op_kwargs": {"eps": 1e-5, "affine": True},
            "dropout_op": None,
            "dropout_op_kwargs": None,
            "nonlin": "torch.nn.LeakyReLU",
            "nonlin_kwargs": {"inplace": True},
        },
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
    }
    configuration = {"patch_size": [SIDE, SIDE], "spacing": [1.0, 1.0], "architecture": architecture}
    return {
        "dataset_name": "Dataset001_Speed",
        "plans_name": "nnUNetPlans",
        "label_manager": "LabelManager",
        "configurations": {"2d": configuration},
    }


def drop(subject: Subject, int8: OpenVinoEngine) -> dict[str, Any]:
    """Return what INT8 costs in Dice; nothing can be said of random weights."""
    if subject.weights == "random":
        return {"dice_drop_int8": None}
    from lib.trainers.calibrate import measure_drop

    found = measure_drop(OpenVinoEngine.from_net(subject.net), int8, DROP_SEEDS)
    return {"dice_drop_int8": round(found.drop, 5), **asdict(found)}


def segment_alone(graph: Path, run: Path) -> dict[str, float]:
    """Segment a run in a process that does nothing else; return its time and its peak of memory."""
    frames = np.load(run)
    begun = time.perf_counter()
    engine = OpenVinoEngine.from_file(graph)
    masks = np.zeros(frames.shape, np.uint8)
    for t, probabilities in segment_run(frames, engine):
        masks[t] = classes_of(probabilities, Rules(min_area_px=12, min_length_px=7))
    seconds = time.perf_counter() - begun
    return {"run96_s": round(seconds, 2), "peak_mb": round(peak_bytes() / 1e6)}


def peak_bytes() -> int:
    """Return the most memory that this process had; ru_maxrss would count its parent's, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    main()
