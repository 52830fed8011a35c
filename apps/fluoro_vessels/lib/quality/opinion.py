"""What the live model says about some frames of a run."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lib.errors import UnknownModelError
from lib.frames.cine import Cine
from lib.infers.algorithms.network import RULES_VERSION, TASK, Network, installed_model, rules_of
from lib.infers.cleanup import VESSEL, classes_of
from lib.infers.parameter import validate
from lib.registry import Model


class Opinion(Protocol):
    """Somebody or something that says where the vessels of a frame are."""

    @property
    def version(self) -> str:
        """What it is: another one may say something else."""
        ...

    def vessels(self, cine: Cine, times: Sequence[int]) -> Iterator[NDArray[np.bool_]]:
        """Yield (H, W) for each of the frames `times` of a run, in this order."""
        ...


class NetworkOpinion:
    """What "automatic" would draw with its defaults, computed on the wanted frames only."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def version(self) -> str:
        """That of the model and of the rules that turn its answer into labels."""
        card = self._model.card
        return f"{card.id}@{card.version}-{RULES_VERSION}"

    def vessels(self, cine: Cine, times: Sequence[int]) -> Iterator[NDArray[np.bool_]]:
        """Yield (H, W) for each of the frames, in their order.

        Raises:
            WeightsChecksumError: A file of the model was changed; nothing was loaded.
            ImageSizeError: A side has fewer than 64 or more than 2048 pixels.
        """
        from lib.networks.one_frame import probabilities_at
        from lib.networks.runtime import ENGINES
        from lib.networks.sizes import working_size

        rules = rules_of(validate(Network.parameters, {}, Network.name), cine.header)
        size, engine = working_size(*cine.frames.shape[1:]), ENGINES.of(self._model)
        for t in times:
            probabilities = size.to_native(probabilities_at(cine.frames, t, engine))
            yield classes_of(probabilities, rules) == VESSEL


def live_opinion() -> Opinion:
    """Return what serves `vessels` now, or raise UnknownModelError."""
    model = installed_model()
    if model is None:
        raise UnknownModelError(TASK, [])
    return NetworkOpinion(model)
