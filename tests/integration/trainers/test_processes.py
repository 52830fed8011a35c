"""Two processes on one CPU train one network; alone, nothing is different."""

import multiprocessing
import os
from pathlib import Path

import pytest
import torch
from torch import nn

from lib.trainers import processes
from tests.ports import free_port


def learn(rank: int, port: int, folder: Path) -> None:
    """Do one step on data of this process's own; a process of its own runs this."""
    os.environ.update(
        RANK=str(rank), WORLD_SIZE="2", LOCAL_RANK=str(rank), MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port)
    )
    torch.set_num_threads(1)
    with processes.together():
        torch.manual_seed(rank)  # both begin with other weights, and go on with those of the first
        net = processes.wrap(nn.Linear(3, 1))
        data = torch.full((4, 3), float(rank + 1))
        net(data).sum().backward()
        with torch.no_grad():
            for weight in net.parameters():
                weight -= 0.1 * weight.grad
        said = processes.from_first(f"from {rank}")
        stops = processes.any_says(rank == 1), processes.any_says(False)
        torch.save((net.state_dict(), said, stops, processes.is_first()), folder / f"{rank}.pt")


@pytest.mark.timeout(400)
def test_two_processes_hold_the_same_network_after_a_step(tmp_path: Path) -> None:
    context, port = multiprocessing.get_context("spawn"), free_port()
    both = [context.Process(target=learn, args=(rank, port, tmp_path)) for rank in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(300)

    (first, *one), (second, *two) = (torch.load(tmp_path / f"{rank}.pt") for rank in range(2))
    torch.manual_seed(0)
    alone = nn.Linear(3, 1)
    for name, weight in first.items():
        torch.testing.assert_close(weight, second[name])
    mean_gradient = 4 * (1 + 2) / 2
    torch.testing.assert_close(first["module.weight"], alone.weight.data - 0.1 * mean_gradient)
    assert one == ["from 0", (True, False), True]
    assert two == ["from 0", (True, False), False]


def test_alone_nothing_is_wrapped_and_nobody_waited_for() -> None:
    net = nn.Linear(1, 1)

    with processes.together():
        assert processes.wrap(net) is net
        assert processes.any_says(True)
        assert processes.from_first(3) == 3
    assert processes.is_first()
    assert (processes.rank(), processes.world_size()) == (0, 1)
