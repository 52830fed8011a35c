"""Makes an INT8 network for OpenVINO out of a trained one, without training it again."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.networks.engine_openvino import converted
from lib.networks.openvino_door import import_nncf, import_openvino

if TYPE_CHECKING:
    from lib.networks.vessel_net import VesselNet

logger = logging.getLogger(__name__)

NAME: Final = "vessels-int8"


def quantize_int8(
    net: "VesselNet", calibration_stacks: Iterable[NDArray[np.float32]], folder: Path, name: str = NAME
) -> tuple[Path, Path]:
    """Write the INT8 network of a trained one.

    Weights and the values between layers become whole numbers of 8 bits; their scales are measured on the
    stacks, and the mean error that rounding makes is taken out of each layer's bias. The first layer stays as
    it is: 8 bits of a stack are coarser than the contrast of a pale vessel.

    Args:
        net: The trained network.
        calibration_stacks: 200 to 300 of (C, H, W), as `stack_at` makes them, sides multiples of 32, from
            runs of the training.
        folder: Gets the two files.
        name: Their name without suffix.

    Returns:
        The .xml and the .bin file.
    """
    nncf, openvino = import_nncf(), import_openvino()
    nncf.set_log_level(logging.ERROR)
    stacks = [stack[np.newaxis] for stack in calibration_stacks]
    network = converted(net)
    quantized = nncf.quantize(
        network,
        nncf.Dataset(stacks),
        ignored_scope=nncf.IgnoredScope(names=[_first_convolution(network)]),
        preset=nncf.QuantizationPreset.PERFORMANCE,
        subset_size=len(stacks),
        fast_bias_correction=True,
    )
    graph = folder / f"{name}.xml"
    _write(openvino, quantized, graph)
    logger.info("quantized the network with %d stacks", len(stacks))
    return graph, graph.with_suffix(".bin")


def _first_convolution(network: Any) -> str:
    """Return the name of the layer that sees the stacks."""
    kinds = ((layer.get_type_name(), layer.get_friendly_name()) for layer in network.get_ordered_ops())
    return str(next(name for kind, name in kinds if kind == "Convolution"))


def _write(openvino: Any, network: Any, graph: Path) -> None:
    """Write both files beside their place and then move them there."""
    graph.parent.mkdir(parents=True, exist_ok=True)
    unfinished = graph.with_name(f"unfinished-{graph.name}")
    openvino.save_model(network, unfinished, compress_to_fp16=True)
    unfinished.with_suffix(".bin").replace(graph.with_suffix(".bin"))
    unfinished.replace(graph)
