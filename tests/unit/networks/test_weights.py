from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from lib.errors import WeightsChecksumError, WeightsMissingError, WeightsUnreadableError
from lib.networks.vessel_net import VesselNet
from lib.networks.weights import checksum, load_net, save_weights

TINY = (4, 6, 8)


def trained() -> VesselNet:
    """Return a network whose normalisation has seen something."""
    torch.manual_seed(0)
    net = VesselNet(widths=TINY).train()
    net(torch.randn(2, 5, 16, 16))
    return net.eval()


def test_a_network_comes_back_as_it_was_but_for_half_precision(tmp_path: Path) -> None:
    net = trained()
    stacks = torch.randn(1, 5, 16, 16)

    save_weights(net, tmp_path / "net.safetensors")
    again = load_net(tmp_path / "net.safetensors")

    assert not again.training
    assert again.widths == TINY
    torch.testing.assert_close(again(stacks), net(stacks), atol=0.02, rtol=0.02)


def test_saving_tells_the_checksum(tmp_path: Path) -> None:
    sha256 = save_weights(trained(), tmp_path / "net.safetensors")

    assert sha256 == checksum(tmp_path / "net.safetensors")
    assert load_net(tmp_path / "net.safetensors", sha256).widths == TINY


def test_weights_of_another_checksum_are_refused(tmp_path: Path) -> None:
    save_weights(trained(), tmp_path / "net.safetensors")

    with pytest.raises(WeightsChecksumError, match="Install the model anew"):
        load_net(tmp_path / "net.safetensors", "0" * 64)


def test_absent_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissingError, match=r"net\.safetensors"):
        load_net(tmp_path / "net.safetensors")


def test_a_file_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"not weights at all")
    save_file({"other": torch.zeros(1)}, tmp_path / "other.safetensors")

    for name in ("text", "other.safetensors"):
        with pytest.raises(WeightsUnreadableError):
            load_net(tmp_path / name)


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    save_weights(trained(), tmp_path / "net.safetensors")

    assert [path.name for path in tmp_path.iterdir()] == ["net.safetensors"]
