"""nnU-Net models that people imported, as algorithms beside our own."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from lib.arrays import LabelMap
from lib.errors import NnUnetFolderError
from lib.frames.cine import Cine
from lib.infers.algorithm import Algorithm
from lib.infers.given_up import require_wanted
from lib.infers.parameter import Parameter, ParameterType, ParameterValue, validate
from lib.labels import LabelTable
from lib.networks.nnunet_model import DESCRIPTION, NnUnetModel, read_nnunet_model
from lib.networks.sizes import working_size

if TYPE_CHECKING:
    from lib.networks.nnunet import NnUnet

logger = logging.getLogger(__name__)


class ImportedNnUnet(Algorithm):
    """An nnU-Net that looks at every frame by itself; `algorithm_of` makes one for each model."""

    folder: ClassVar[Path]
    model: ClassVar[NnUnetModel]
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "mirroring",
            ParameterType.BOOL,
            False,
            "Average over mirrored frames as nnU-Net does by default: four times as slow, a little better.",
        ),
    )

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._loaded: dict[bool, NnUnet] = {}

    def segment(self, cine: Cine, values: Mapping[str, ParameterValue], table: LabelTable) -> LabelMap:
        """Segment every frame of a run; see `Algorithm.segment`."""
        chosen = validate(self.parameters, values, self.name)
        working_size(*cine.frames.shape[1:])  # refuses the sizes that no network here takes
        lookup = np.zeros(256, np.uint8)
        for value, name in self.model.labels.items():
            lookup[int(value)] = table.by_name(name).index
        label_map = np.zeros(cine.frames.shape, np.uint8)
        network = self._network(bool(chosen["mirroring"]))
        for t, labelled in network.label_frames(cine.frames, cine.header.spacing):
            require_wanted("segmentation")
            label_map[t] = lookup[labelled]
        return label_map

    def _network(self, mirroring: bool) -> "NnUnet":
        """Return the network, loaded when it is first needed and kept; one variant at a time."""
        from lib.networks.nnunet import NnUnet

        with self._loading:
            if mirroring not in self._loaded:
                self._loaded.clear()
                self._loaded[mirroring] = NnUnet(self.folder, mirroring=mirroring)
            return self._loaded[mirroring]


def imported_algorithms(models: Path) -> dict[str, Algorithm]:
    """Return one algorithm for every nnU-Net in a folder of models; a damaged one is left out and logged."""
    found: dict[str, Algorithm] = {}
    for description in sorted(models.glob(f"*/{DESCRIPTION}")):
        name = description.parent.name
        if name.startswith("."):
            continue
        try:
            found[name] = algorithm_of(name, description.parent)
        except NnUnetFolderError as error:
            logger.warning("left out model %s: %s", name, error)
    return found


def algorithm_of(name: str, folder: Path) -> Algorithm:
    """Return the algorithm of one imported model.

    Raises:
        NnUnetFolderError: The folder was damaged.
    """
    model = read_nnunet_model(folder)
    facts: dict[str, Any] = {
        "__doc__": ImportedNnUnet.__doc__,
        "name": name,
        "version": model.version,
        "description": (
            f"Imported nnU-Net v2 ({model.configuration}, {len(model.weights)} folds, {model.trainer}); "
            "every frame by itself."
        ),
        "labels": tuple(dict.fromkeys(model.labels.values())),
        "folder": folder,
        "model": model,
    }
    return cast("type[ImportedNnUnet]", type("ImportedNnUnet", (ImportedNnUnet,), facts))()
