import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from lib.networks.behind import NICENESS
from lib.networks.engine_openvino import KEPT_SIZES, OpenVinoEngine
from lib.networks.engine_torch import TorchEngine
from lib.networks.vessel_net import VesselNet
from lib.settings import APP_FOLDER

SMALL = (8, 8, 16, 16, 16)


@pytest.fixture(scope="module")
def net() -> VesselNet:
    torch.manual_seed(0)
    return VesselNet(widths=SMALL).eval()


@pytest.fixture(scope="module")
def stacks() -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(5, 5, 64, 96)).astype(np.float32)


def truth(net: VesselNet, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
    with torch.no_grad():
        return np.asarray(torch.sigmoid(net(torch.from_numpy(stacks))).numpy())


def test_both_engines_answer_as_the_network_does(net: VesselNet, stacks: NDArray[np.float32]) -> None:
    expected = truth(net, stacks)

    assert OpenVinoEngine.from_net(net).probabilities(stacks) == pytest.approx(expected, abs=1e-4)
    assert TorchEngine(net).probabilities(stacks) == pytest.approx(expected, abs=1e-5)


def test_openvino_answers_the_same_every_time(net: VesselNet, stacks: NDArray[np.float32]) -> None:
    engine = OpenVinoEngine.from_net(net, n_streams=2)

    first, second = engine.probabilities(stacks), engine.probabilities(stacks)

    assert np.array_equal(first, second)
    assert np.array_equal(first[:2], engine.probabilities(stacks[:2]))


def test_openvino_keeps_a_few_sizes_compiled(net: VesselNet) -> None:
    engine = OpenVinoEngine.from_net(net, n_streams=1)

    for columns in (64, 96, 128, 160, 192, 64):
        answer = engine.probabilities(np.zeros((1, 5, 64, columns), np.float32))
        assert answer.shape == (1, 2, 64, columns)

    assert list(engine._requests) == [(64, 160), (64, 192), (64, 64)]
    assert len(engine._requests) == KEPT_SIZES


@pytest.mark.parametrize("n_stacks", [1, 2, 3, 5])
def test_each_stack_gets_its_own_answer_however_many_there_are(
    net: VesselNet, stacks: NDArray[np.float32], n_stacks: int
) -> None:
    engine = OpenVinoEngine.from_net(net, n_streams=3)

    answers = engine.probabilities(stacks[:n_stacks])

    assert answers == pytest.approx(truth(net, stacks[:n_stacks]), abs=1e-4)


def test_openvino_computes_behind_the_other_threads_of_its_process(net: VesselNet) -> None:
    engine = OpenVinoEngine.from_net(net, n_streams=2)
    before = threads()

    engine.probabilities(np.zeros((2, 5, 64, 64), np.float32))

    started = [niceness for thread, niceness in threads().items() if thread not in before]
    assert started.count(max(NICENESS, before[threading.get_native_id()])) >= 2


def threads() -> dict[int, int]:
    """Return the threads of this process, each with its niceness."""
    ids = [int(task.name) for task in Path("/proc/self/task").iterdir()]
    return {thread: os.getpriority(os.PRIO_PROCESS, thread) for thread in ids}


def test_threads_that_share_an_engine_get_their_own_answers(
    net: VesselNet, stacks: NDArray[np.float32]
) -> None:
    engine = OpenVinoEngine.from_net(net)
    expected = engine.probabilities(stacks)
    wrong: list[int] = []

    def ask(number: int) -> None:
        for _ in range(5):
            if not np.array_equal(engine.probabilities(stacks[number : number + 1])[0], expected[number]):
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_network_that_cannot_be_compiled_runs_as_it_is(
    net: VesselNet, stacks: NDArray[np.float32], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Any) -> Any:
        raise RuntimeError("no compiler here")

    engine = TorchEngine(net)
    engine._fast = broken

    assert engine.probabilities(stacks[:1]) == pytest.approx(truth(net, stacks[:1]), abs=1e-5)
    assert engine._fast is None
    assert "runs as it is: no compiler here" in caplog.text


def test_nothing_is_reported_to_the_makers() -> None:
    code = """
        import socket, sys
        told = []
        class Deaf(socket.socket):
            def connect(self, address): told.append(address); raise OSError("no network in a hospital")
        socket.socket = Deaf
        socket.getaddrinfo = lambda *a, **k: (told.append(a), [])[1]
        import numpy as np, torch, threading
        from pathlib import Path
        from tempfile import mkdtemp
        from lib.networks.quantize import quantize_int8
        from lib.networks.vessel_net import VesselNet
        stacks = [np.random.default_rng(0).normal(size=(5, 64, 64)).astype(np.float32)]
        quantize_int8(VesselNet(widths=(8, 8, 16)).eval(), stacks, Path(mkdtemp()))
        for thread in threading.enumerate():
            if thread is not threading.main_thread() and not thread.daemon: thread.join(5)
        assert sys.modules["openvino_telemetry"] is None
        assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
        print("told", told)
    """

    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={"PYTHONPATH": str(APP_FOLDER), "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.stdout.splitlines()[-1:] == ["told []"], said.stderr[-2000:]


def test_opening_an_int8_network_does_not_import_torch() -> None:
    code = (
        "import sys; import lib.networks.engine_openvino, lib.networks.runtime; print('torch' in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(APP_FOLDER)}, capture_output=True, check=True
    )

    assert said.stdout.strip() == b"False"
