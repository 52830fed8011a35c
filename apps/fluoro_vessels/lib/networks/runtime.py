"""Runs a network over the frames of a run: one interface, OpenVINO on a CPU and torch on a GPU behind it."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Frames
from lib.networks.behind import stand_behind
from lib.networks.cores import usable_cores
from lib.networks.sizes import WorkingSize, working_size
from lib.networks.stack import background_of, stack_at
from lib.registry import Model, verified_file

logger = logging.getLogger(__name__)

Precision: TypeAlias = Literal["int8", "fp32"]
Probabilities: TypeAlias = NDArray[np.float32]
"""(K, H, W), float32 in [0, 1]; one plane for each class of the network."""

GPU_FILES: Final = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
"""One of these is there when a GPU may be; torch, which takes seconds to import, is asked only then."""

N_CLASSES: Final = 2
LEAST_RANGE: Final = 1e-3
"""A run whose values differ by less shows nothing; a grey level of 256 is 0.004."""

KEPT_ENGINES: Final = 2


class Engine(Protocol):
    """What runs a network; safe to call from any thread."""

    batch: int
    """How many stacks it likes at a time."""

    def probabilities(self, stacks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (N, K, H, W) in [0, 1] for (N, C, H, W); H and W are multiples of 32."""
        ...


def open_engine(model: Model, precision: Precision | None = None, device: str | None = None) -> Engine:
    """Open the engine for a model after its files were verified.

    Args:
        model: Of the registry.
        precision: On a CPU: `int8` where the model has it, else `fp32`; a GPU computes in half precision.
        device: `cpu` or as torch names a GPU; a GPU where there is one and None is given.

    Raises:
        WeightsMissingError: A file is not there.
        WeightsChecksumError: A file is another one; nothing was loaded.
        ModelFileRoleError: The model has not been quantized, or has no weights for torch.
        NoGpuError: A GPU was asked for and there is none.
    """
    device = device or ("cuda" if model.has("weights") and _sees_gpu() else "cpu")
    precision = precision or ("int8" if model.has("openvino-int8") else "fp32")
    if device == "cpu" and precision == "int8":
        from lib.networks.engine_openvino import OpenVinoEngine

        return OpenVinoEngine.from_file(verified_file(model, "openvino-int8", ".xml"))
    return _engine_of_weights(model, device)


def _engine_of_weights(model: Model, device: str) -> Engine:
    from lib.networks.weights import load_net

    net = load_net(verified_file(model, "weights", ".safetensors"))
    if device == "cpu":
        from lib.networks.engine_openvino import OpenVinoEngine

        return OpenVinoEngine.from_net(net)
    from lib.networks.engine_torch import TorchEngine

    return TorchEngine(net, device)


class Engines:
    """Engines that are open; who asks for the same model gets the same one."""

    def __init__(self, open_: Callable[[Model], Engine] = open_engine) -> None:
        self._open = open_
        self._engines: OrderedDict[tuple[str, ...], Engine] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, model: Model) -> Engine:
        """Return the engine of a model, opened when it is first asked for."""
        key = (str(model.folder), *(file.sha256 for file in model.card.files))
        with self._lock:
            if key not in self._engines:
                self._engines[key] = self._open(model)
                while len(self._engines) > KEPT_ENGINES:
                    self._engines.popitem(last=False)
            self._engines.move_to_end(key)
            return self._engines[key]


ENGINES: Final = Engines()
"""The engines of this process."""


def segment_run(
    frames: Frames,
    engine: Engine,
    *,
    on_progress: Callable[[float], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Iterator[tuple[int, Probabilities]]:
    """Return an iterator over the frames of a run with their probabilities.

    Args:
        frames: (T, H, W) in [0, 1], vessels dark; sides of 64 to 2048 pixels.
        engine: Runs the network.
        on_progress: Told the share that is done, in (0, 1], with each frame.
        is_cancelled: Asked before each batch; the rest is left out once it says yes.

    Yields:
        t, and (2, H, W) float32 in [0, 1] of the native size, in order of t.

    Raises:
        ImageSizeError: A side is too short or too long; raised at once, not at the first frame.
    """
    size = working_size(*frames.shape[1:])
    is_cancelled = is_cancelled or _never
    if float(frames.max()) - float(frames.min()) < LEAST_RANGE:
        logger.info("left out the network: all %d frames are of one grey", len(frames))
        found = _nothing(frames, is_cancelled)
    else:
        found = _segmented(size, frames, engine, is_cancelled)
    return _reported(found, len(frames), on_progress)


def _segmented(
    size: WorkingSize, frames: Frames, engine: Engine, is_cancelled: Callable[[], bool]
) -> Iterator[tuple[int, Probabilities]]:
    """Yield the frames; while the engine works on a batch, the next one is made ready."""
    small = size.to_working(frames)
    background = background_of(small)
    batches = [range(t, min(t + engine.batch, len(frames))) for t in range(0, len(frames), engine.batch)]
    with ThreadPoolExecutor(max_workers=usable_cores(), initializer=stand_behind) as pool:
        waiting = _prepare(pool, size, small, background, batches[0])
        for number, batch in enumerate(batches):
            if is_cancelled():
                return
            stacks = np.stack([stack.result() for stack in waiting])
            if number + 1 < len(batches):
                waiting = _prepare(pool, size, small, background, batches[number + 1])
            for t, probabilities in zip(batch, engine.probabilities(stacks), strict=True):
                yield t, size.to_native(probabilities)


def _prepare(
    pool: ThreadPoolExecutor, size: WorkingSize, frames: Frames, background: Frame, batch: range
) -> list[Future[NDArray[np.float32]]]:
    """Begin to build the padded stacks of a batch."""
    return [pool.submit(lambda t: size.pad(stack_at(frames, t, background)), t) for t in batch]


def _nothing(frames: Frames, is_cancelled: Callable[[], bool]) -> Iterator[tuple[int, Probabilities]]:
    """Yield probability 0 for every frame."""
    for t, frame in enumerate(frames):
        if is_cancelled():
            return
        yield t, np.zeros((N_CLASSES, *frame.shape), np.float32)


def _reported(
    found: Iterator[tuple[int, Probabilities]], n_frames: int, on_progress: Callable[[float], None] | None
) -> Iterator[tuple[int, Probabilities]]:
    """Pass the frames on and say what share is done."""
    for t, probabilities in found:
        if on_progress is not None:
            on_progress((t + 1) / n_frames)
        yield t, probabilities


def _never() -> bool:
    return False


def _sees_gpu() -> bool:
    if not any(file.exists() for file in GPU_FILES):
        return False
    from lib.networks.engine_torch import has_gpu

    return has_gpu()
