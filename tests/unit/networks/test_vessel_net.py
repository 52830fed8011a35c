import pytest
import torch

from lib.networks.vessel_net import PRIORS, VesselNet

TINY = (4, 6, 8)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


def test_logits_are_as_large_as_the_input() -> None:
    net = VesselNet(widths=TINY).eval()

    logits = net(torch.zeros(2, 5, 32, 48))

    assert logits.shape == (2, 2, 32, 48)


def test_while_training_smaller_scales_answer_too() -> None:
    net = VesselNet(widths=(4, 4, 6, 8)).train()

    logits = net(torch.randn(2, 5, 32, 32))

    assert [tuple(scale.shape[2:]) for scale in logits] == [(32, 32), (16, 16), (8, 8)]


def test_an_untrained_network_answers_with_the_priors() -> None:
    net = VesselNet(widths=TINY).eval()

    likely = torch.sigmoid(net(torch.randn(1, 5, 32, 32))).mean((0, 2, 3))

    assert likely.tolist() == pytest.approx(list(PRIORS), rel=0.3)


def test_five_scales_need_multiples_of_32() -> None:
    assert VesselNet().size_step == 32


def test_the_shipped_shape_has_two_to_three_million_parameters() -> None:
    assert 2e6 < sum(weight.numel() for weight in VesselNet().parameters()) < 3e6


def test_every_weight_gets_a_gradient() -> None:
    net = VesselNet(widths=(4, 4, 6, 8)).train()

    sum(scale.square().mean() for scale in net(torch.randn(2, 5, 32, 32))).backward()

    assert all(weight.grad is not None for weight in net.parameters())
