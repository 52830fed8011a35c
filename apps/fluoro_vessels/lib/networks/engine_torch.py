"""Runs a network with torch: in half precision on a GPU, plainly on a CPU for comparison."""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from lib.errors import NoGpuError

if TYPE_CHECKING:
    from lib.networks.vessel_net import VesselNet

logger = logging.getLogger(__name__)

GPU_BATCH: Final = 16


class TorchEngine:
    """A network for torch; it may be called from any thread, callers take turns."""

    def __init__(
        self, net: "VesselNet", device: str = "cpu", compile_: Callable[[Any], Any] | None = torch.compile
    ) -> None:
        """Move a network to its device.

        Args:
            net: Its answer is logits.
            device: As torch names it: `cpu`, `cuda`, `cuda:1`.
            compile_: Makes the network faster on a GPU; None runs it as it is.

        Raises:
            NoGpuError: There is no such GPU.
        """
        self._device = _device(device)
        is_gpu = self._device.type == "cuda"
        self._type = torch.float16 if is_gpu else torch.float32
        self.batch = GPU_BATCH if is_gpu else 1
        plain: Any = net.eval()
        self._plain = plain.to(self._device, self._type)
        self._fast: Any = None
        if is_gpu:
            self._plain = self._plain.to(memory_format=torch.channels_last)
            self._fast = compile_(self._plain) if compile_ is not None else None
        self._lock = threading.Lock()

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (N, K, H, W) in [0, 1] for (N, C, H, W); H and W are multiples of 32."""
        filled = self._filled(stacks)
        with self._lock, torch.inference_mode():
            tensor = torch.from_numpy(filled).to(self._device, self._type)
            if self._device.type == "cuda":
                tensor = tensor.contiguous(memory_format=torch.channels_last)
            answers = torch.sigmoid(self._logits(tensor)).float()[: len(stacks)]
            return np.asarray(answers.cpu().numpy())

    def _filled(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the stacks as a whole batch; a compiled network is compiled for one length only."""
        missing = self.batch - len(stacks)
        if self._fast is None or missing <= 0:
            return stacks
        return np.concatenate([stacks, np.zeros((missing, *stacks.shape[1:]), np.float32)])

    def _logits(self, stacks: torch.Tensor) -> torch.Tensor:
        """Run the compiled network; where compiling fails, the plain one from then on."""
        if self._fast is not None:
            try:
                return torch.as_tensor(self._fast(stacks))
            except RuntimeError as error:
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                logger.warning("torch could not compile the network, so it runs as it is: %s", reason)
                self._fast = None
        return torch.as_tensor(self._plain(stacks))


def has_gpu() -> bool:
    """Say whether torch can use a GPU."""
    return bool(torch.cuda.is_available())


def _device(name: str) -> torch.device:
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise NoGpuError(name)
    return device
