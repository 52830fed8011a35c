"""The vessel network: learned on simulated runs, vessels and devices as classes of their own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import LabelMap
from lib.errors import UnknownModelError
from lib.frames.cine import Cine, RunHeader
from lib.infers.algorithm import Algorithm
from lib.infers.cleanup import Rules, classes_of
from lib.infers.given_up import require_wanted
from lib.infers.parameter import Parameter, ParameterType, ParameterValue, validate
from lib.labels import LabelTable
from lib.registry import Model, model_for
from lib.ridges.grid import grid_for

if TYPE_CHECKING:
    from lib.networks.runtime import Engine

TASK: Final = "vessels"
RULES_VERSION: Final = "3"
"""Changes when the way from probabilities to labels does."""


class Network(Algorithm):
    """Segments with the model that serves `vessels`; its engine is opened when it is first used."""

    name: ClassVar[str] = "network"
    description: ClassVar[str] = (
        "Neural network, trained on simulated angiograms: the whole visible vessel tree, and catheters and "
        "wires as devices."
    )
    labels: ClassVar[tuple[str, ...]] = ("vessel", "device")
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "threshold",
            ParameterType.FLOAT,
            0.7,
            "Probability that a pixel needs; lower finds thinner and paler vessels, and more that is none.",
            range=(0.05, 0.95),
        ),
        Parameter(
            "certainty",
            ParameterType.FLOAT,
            0.98,
            "Probability that a connected piece reaches; lower keeps faint pieces that hang on nothing.",
            range=(0.0, 0.99),
        ),
        Parameter(
            "branches",
            ParameterType.CHOICE,
            "all",
            "The whole visible tree, or its main branches by calibre and connection.",
            choices=("all", "main"),
        ),
        Parameter(
            "min_length_mm",
            ParameterType.FLOAT,
            2.0,
            "Connected pieces shorter than this are left out.",
            range=(0.0, 200.0),
        ),
        Parameter(
            "min_area_px",
            ParameterType.INT,
            12,
            "Connected pieces of fewer pixels are left out.",
            range=(0, 100_000),
        ),
        Parameter(
            "devices",
            ParameterType.CHOICE,
            "label",
            "What becomes of catheters and wires: their own label, or left out.",
            choices=("label", "remove"),
        ),
    )

    def __init__(self, model: Model | None = None) -> None:
        """Take a model; None: the one that is live at each use."""
        self._model = model

    def as_it_is(self) -> "Network":
        """Return the network with the model that is live now; see `Algorithm.as_it_is`."""
        return Network(self._model or installed_model())

    @property
    def version(self) -> str:  # type: ignore[override]
        """That of the model and of the rules that turn its answer into labels."""
        model = self._model or installed_model()
        return f"{model.card.version}-{RULES_VERSION}" if model is not None else RULES_VERSION

    def segment(self, cine: Cine, values: Mapping[str, ParameterValue], table: LabelTable) -> LabelMap:
        """Segment every frame of a run; see `Algorithm.segment`.

        Raises:
            UnknownModelError: No model for this task is installed.
            WeightsChecksumError: A file of the model was changed; nothing was loaded.
            ImageSizeError: A side has fewer than 64 or more than 2048 pixels.
        """
        from lib.networks.runtime import segment_run

        chosen = validate(self.parameters, values, self.name)
        device = table.by_name("device").index if chosen["devices"] == "label" else 0
        index = np.array([0, table.by_name("vessel").index, device], np.uint8)
        rules = rules_of(chosen, cine.header)
        label_map = np.zeros(cine.frames.shape, np.uint8)
        for t, probabilities in segment_run(cine.frames, self._engine()):
            require_wanted("segmentation")
            label_map[t] = index[classes_of(probabilities, rules)]
        return label_map

    def segment_frame(
        self, cine: Cine, t: int, values: Mapping[str, ParameterValue], table: LabelTable
    ) -> NDArray[np.uint8]:
        """Return (H, W) labels of frame t, as `segment` gives them for it; raises the same."""
        from lib.networks.one_frame import probabilities_at

        chosen = validate(self.parameters, values, self.name)
        device = table.by_name("device").index if chosen["devices"] == "label" else 0
        index = np.array([0, table.by_name("vessel").index, device], np.uint8)
        probabilities = probabilities_at(cine.frames, t, self._engine())
        return np.asarray(index[classes_of(probabilities, rules_of(chosen, cine.header))])

    def _engine(self) -> "Engine":
        """Return the engine that all of this process share."""
        from lib.networks.runtime import ENGINES

        model = self._model or installed_model()
        if model is None:
            raise UnknownModelError(TASK, [])
        return ENGINES.of(model)


def installed_model() -> Model | None:
    """Return the model that serves `vessels`, if its weights are here."""
    return model_for(TASK, "vessel-net")


def rules_of(values: Mapping[str, ParameterValue], header: RunHeader) -> Rules:
    """Return the parameters as rules in pixels of the run."""
    grid = grid_for(header)
    pixel_mm = grid.fine_mm * max(grid.fine) / max(grid.native)
    return Rules(
        threshold=float(values["threshold"]),
        certainty=float(values["certainty"]),
        min_area_px=int(values["min_area_px"]),
        min_length_px=float(values["min_length_mm"]) / pixel_mm,
        only_main=values["branches"] == "main",
    )
