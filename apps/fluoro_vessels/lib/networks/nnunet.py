"""Runs an imported nnU-Net over the frames of a run with nnU-Net's own predictor."""

import copy
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.arrays import Frame, Frames
from lib.frames.spacing import Spacing
from lib.networks.nnunet_folder import DATASET, PLANS
from lib.networks.nnunet_model import (
    NnUnetModel,
    build_network,
    check_files,
    plans_manager,
    read_nnunet_model,
)

if TYPE_CHECKING:
    from torch import nn

SLICE_GAP: Final = 999.0
"""nnU-Net's spacing across the single slice of a picture: larger than any within it."""
PIXEL_READERS: Final = frozenset({"NaturalImage2DIO"})
"""Readers of training pictures that know no mm: there a pixel has size 1."""
MOST_RESAMPLED: Final = 4.0
"""Where spacing asks for more enlargement or reduction than this, it is not believed."""


class NnUnet:
    """An imported model with its weights loaded; one frame at a time, from any thread."""

    def __init__(self, folder: Path, *, mirroring: bool = False, device: str | None = None) -> None:
        """Load a model of `<data>/models`.

        Args:
            folder: What `write_nnunet_model` wrote.
            mirroring: Average over mirrored frames: four times the work in 2-D, a little better.
            device: As torch names it; the GPU where there is one.

        Raises:
            NnUnetFolderError: A file is missing or was changed.
        """
        self.model = read_nnunet_model(folder)
        check_files(folder, self.model)
        plans, dataset = (json.loads((folder / name).read_bytes()) for name in (PLANS, DATASET))
        self._dataset = {"file_ending": ".png", **dataset}
        self._manager = plans_manager(plans)
        self._configuration = self._manager.get_configuration(self.model.configuration)
        self._preprocessor = self._configuration.preprocessor_class(verbose=False)
        network = build_network(plans, dataset, self.model.configuration)
        self._predictor = self._open(network, folder, mirroring, device)
        self._lock = threading.Lock()

    def label_frames(
        self,
        frames: Frames,
        spacing: Spacing | None = None,
        *,
        on_progress: Callable[[float], None] | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Label frame after frame.

        Args:
            frames: (T, H, W) in [0, 1], vessels dark.
            spacing: Pixel size, used where the model was trained in mm.
            on_progress: Told the share that is done, in (0, 1], after each frame.
            is_cancelled: Asked before each frame; the rest is left out once it says yes.

        Yields:
            t, and (H, W) uint8 with the values that the model gives, 0 for background.
        """
        for t, frame in enumerate(frames):
            if is_cancelled is not None and is_cancelled():
                return
            yield t, self.label(frame, spacing)
            if on_progress is not None:
                on_progress((t + 1) / len(frames))

    def label(self, frame: Frame, spacing: Spacing | None = None) -> NDArray[np.uint8]:
        """Label one frame, (H, W); a frame without any contrast is all background."""
        if float(frame.max()) <= float(frame.min()):
            return np.zeros(frame.shape, np.uint8)
        image = np.rint(frame * self.model.white).astype(np.float32)[np.newaxis, np.newaxis]
        with self._lock:
            return self._label(image, {"spacing": self._spacing(spacing)})

    def _label(self, image: NDArray[np.float32], properties: dict[str, Any]) -> NDArray[np.uint8]:
        """Do what nnU-Net's predictor does with one picture, (1, 1, H, W), without its processes."""
        import torch
        from nnunetv2.inference.export_prediction import (
            convert_predicted_logits_to_segmentation_with_correct_shape,
        )

        data, _, properties = self._preprocessor.run_case_npy(
            image, None, properties, self._manager, self._configuration, self._dataset
        )
        logits = self._predictor.predict_logits_from_preprocessed_data(torch.from_numpy(data))
        values = convert_predicted_logits_to_segmentation_with_correct_shape(
            logits,
            self._manager,
            self._configuration,
            self._predictor.label_manager,
            properties,
            num_threads_torch=torch.get_num_threads(),
        )
        return np.asarray(values[0], np.uint8)

    def _spacing(self, spacing: Spacing | None) -> list[float]:
        """Return (slice, row, column): the frame's size in mm where the model was trained in mm."""
        row, column = (float(size) for size in self._configuration.spacing)
        if self._manager.plans.get("image_reader_writer") in PIXEL_READERS:
            return [SLICE_GAP, 1.0, 1.0]
        if spacing is not None:
            factors = (spacing.row_mm / row, spacing.column_mm / column)
            if all(1.0 / MOST_RESAMPLED <= factor <= MOST_RESAMPLED for factor in factors):
                return [SLICE_GAP, spacing.row_mm, spacing.column_mm]
        return [SLICE_GAP, row, column]

    def _open(self, network: "nn.Module", folder: Path, mirroring: bool, device: str | None) -> Any:
        """Return nnU-Net's predictor, which prints on standard output while it is made."""
        import torch
        from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

        place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        with redirect_stdout(io.StringIO()):
            predictor = nnUNetPredictor(
                use_mirroring=mirroring,
                perform_everything_on_device=place.type == "cuda",
                device=place,
                allow_tqdm=False,
            )
            predictor.manual_initialization(
                network,
                self._manager,
                self._configuration,
                _weights(network, folder, self.model),
                self._dataset,
                self.model.trainer,
                self.model.mirror_axes or None,
            )
        return predictor


def _weights(network: "nn.Module", folder: Path, model: NnUnetModel) -> list[dict[str, Any]]:
    """Return the state dictionary of each fold; tensors that a network shares stay shared."""
    from safetensors.torch import load_model

    states = []
    for file in model.weights.values():
        load_model(network, str(folder / file))
        states.append(copy.deepcopy(dict(network.state_dict())))
    return states
