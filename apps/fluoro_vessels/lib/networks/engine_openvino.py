"""Runs a network with OpenVINO on the cores of a CPU."""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.networks.behind import behind_others
from lib.networks.cores import usable_cores
from lib.networks.openvino_door import import_openvino

if TYPE_CHECKING:
    from lib.networks.vessel_net import VesselNet

MOST_STREAMS: Final = 8
"""Pictures that are worked on side by side; each needs its own memory."""

KEPT_SIZES: Final = 3
"""Input sizes for which the network stays compiled."""

BATCH: Final = 8


class OpenVinoEngine:
    """A network for OpenVINO: one picture per stream, one stream per core, behind the other threads.

    It may be called from any thread; callers take turns, so that memory stays bounded.
    """

    batch = BATCH

    def __init__(self, network: Any, n_streams: int | None = None) -> None:
        """Take a network whose answer is probabilities.

        Args:
            network: `openvino.Model`, (N, C, H, W) stacks to (N, K, H, W) probabilities.
            n_streams: Pictures side by side; one per usable core where it is None.
        """
        self._openvino = import_openvino()
        self._core = self._openvino.Core()
        self._network = network
        self._n_streams = n_streams or min(usable_cores(), MOST_STREAMS)
        self._requests: OrderedDict[tuple[int, int], list[Any]] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def from_file(cls, path: Path, n_streams: int | None = None) -> "OpenVinoEngine":
        """Read a network that `quantize_int8` wrote; torch is not needed.

        Args:
            path: The .xml file; its .bin lies beside it.
            n_streams: See `__init__`.
        """
        return cls(import_openvino().Core().read_model(path), n_streams)

    @classmethod
    def from_net(cls, net: "VesselNet", n_streams: int | None = None) -> "OpenVinoEngine":
        """Convert a torch network, in full precision."""
        return cls(converted(net), n_streams)

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (N, K, H, W) in [0, 1] for (N, C, H, W); H and W are multiples of 32."""
        stacks = np.ascontiguousarray(stacks, np.float32)
        with self._lock:
            requests = self._requests_for(stacks.shape[1:])
            one = requests[0].get_compiled_model().output(0).shape
            answers = np.empty((len(stacks), *one[1:]), np.float32)
            for number in range(len(stacks) + len(requests)):
                request, before = requests[number % len(requests)], number - len(requests)
                if 0 <= before < len(stacks):
                    request.wait()
                    answers[before] = request.get_output_tensor(0).data[0]
                if number < len(stacks):
                    # The network reads where the stack lies; both stay where they are until all are done.
                    request.start_async({0: stacks[number : number + 1]}, share_inputs=True)
        return answers

    def _requests_for(self, shape: tuple[int, ...]) -> list[Any]:
        """Return the requests for an input size, one for each stream; compiled when they are first needed."""
        size = (shape[1], shape[2])
        if size in self._requests:
            self._requests.move_to_end(size)
            return self._requests[size]
        while len(self._requests) >= KEPT_SIZES:
            self._requests.popitem(last=False)
        network = self._network.clone()
        network.reshape([1, *shape])
        # Its threads are started here. They hold no lock of Python, so nobody waits for who stands behind.
        compiled = behind_others(lambda: self._core.compile_model(network, "CPU", self._options()))
        self._requests[size] = [compiled.create_infer_request() for _ in range(self._n_streams)]
        return self._requests[size]

    def _options(self) -> dict[str, Any]:
        """Return how OpenVINO divides the cores; full precision stays full on every CPU."""
        return {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "NUM_STREAMS": self._n_streams,
            "INFERENCE_NUM_THREADS": self._n_streams,
            "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,
        }


def converted(net: "VesselNet") -> Any:
    """Return the `openvino.Model` of a torch network; its last layer turns logits into probabilities."""
    import torch

    openvino = import_openvino()
    size = 4 * int(net.size_step)
    example = torch.zeros(1, net.n_channels, size, size)
    with torch.no_grad():
        whole = torch.nn.Sequential(net, torch.nn.Sigmoid()).eval()
        return openvino.convert_model(whole, example_input=example, input=[-1, net.n_channels, -1, -1])
