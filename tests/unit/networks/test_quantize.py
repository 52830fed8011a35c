from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from lib.networks.engine_openvino import OpenVinoEngine
from lib.networks.quantize import quantize_int8
from lib.networks.runtime import open_engine
from lib.networks.stack import background_of, stack_at
from lib.networks.vessel_net import VesselNet
from lib.phantom import draw_scenario, simulate
from lib.registry import find_model

SIDE = 64


@pytest.fixture(scope="module")
def stacks() -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(6, 5, SIDE, SIDE)).astype(np.float32)


@pytest.fixture(scope="module")
def net(stacks: NDArray[np.float32]) -> VesselNet:
    """A network that has learned to call a pixel vessel where the frame is dark."""
    torch.manual_seed(0)
    net = VesselNet(widths=(8, 8, 16)).train()
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    seen = torch.from_numpy(stacks)
    dark = (torch.nn.functional.avg_pool2d(seen[:, 1:2], 5, 1, 2) < -0.1).float().repeat(1, 2, 1, 1)
    for _ in range(60):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(net(seen)[0], dark).backward()
        optimizer.step()
    return net.eval()


@pytest.fixture(scope="module")
def files(
    net: VesselNet, stacks: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    return list(quantize_int8(net, stacks, tmp_path_factory.mktemp("int8") / "new"))


def test_two_files_are_written_and_nothing_else(files: list[Path]) -> None:
    assert [path.name for path in files] == ["vessels-int8.xml", "vessels-int8.bin"]
    assert sorted(files[0].parent.iterdir()) == sorted(files)


def test_the_files_tell_nothing_of_the_machine(files: list[Path]) -> None:
    text = files[0].read_text()

    assert "FakeQuantize" in text
    assert str(Path.home()) not in text
    assert "/tmp" not in text


def test_weights_take_a_byte_each(net: VesselNet, files: list[Path]) -> None:
    n_weights = sum(weight.numel() for weight in net.parameters())

    assert files[1].stat().st_size < 2 * n_weights


def test_int8_of_the_shipped_network_decides_nearly_every_pixel_as_full_precision_does() -> None:
    model = find_model("vessels")
    scenario = draw_scenario(2_000_700, "coronary", is_dsa=False, size=256)
    frames = simulate(scenario, range(34, 40)).display()
    stacks = np.stack([stack_at(frames, t, background_of(frames)) for t in (1, 3)])

    full = open_engine(model, "fp32", "cpu").probabilities(stacks)[:, 0] >= 0.5
    fast = open_engine(model, "int8", "cpu").probabilities(stacks)[:, 0] >= 0.5

    assert full.mean() > 0.01
    dice = 2 * (full & fast).sum() / (full.sum() + fast.sum())
    assert dice > 0.95


def test_a_quantized_network_takes_any_size(files: list[Path]) -> None:
    engine = OpenVinoEngine.from_file(files[0])

    assert engine.probabilities(np.zeros((1, 5, 96, 160), np.float32)).shape == (1, 2, 96, 160)
