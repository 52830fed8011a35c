"""Fluoro Vessels as MONAI Label sees it: the wiring of the rooms, nothing else."""

import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from monailabel.interfaces.app import MONAILabelApp
from monailabel.interfaces.tasks.infer_v2 import InferTask
from monailabel.interfaces.tasks.strategy import Strategy
from monailabel.interfaces.tasks.train import TrainTask

from lib.activelearning.strategies import next_run_strategies
from lib.datastore.xa_datastore import XaDatastore, open_datastore
from lib.errors import ModelsFileError, UnknownLabelError, UnknownStrategyError
from lib.infers.algorithm import Algorithm
from lib.infers.algorithms.network import installed_model
from lib.infers.automatic import AlgorithmTask
from lib.infers.catalogue import AUTOMATIC, FALLBACK, VESSELS, find_algorithms
from lib.infers.clicking import open_clicker
from lib.infers.clicks import CLICKS, ClicksTask
from lib.infers.propagation_task import PROPAGATION, PropagationTask
from lib.infers.saved_label import saved_in
from lib.infers.tools.task import tool_tasks
from lib.labels import LabelTable, load_label_table
from lib.labels.editor import OWN_SET
from lib.propagation.open_tracker import TrackerName, tracker_opener
from lib.propagation.tracker import Tracker
from lib.registry import Model
from lib.settings import load_settings
from lib.trainers.queue import training_queue
from lib.trainers.task import queued_trainings

logger = logging.getLogger(__name__)

EDGE = "lib.server.app"
NO_EDGE = (
    "The edge is missing: MONAI Label's own server was started, whose routes read and write files of this "
    "machine for anybody who reaches it. Use it on loopback, to try things out; ./start_server.sh starts the "
    "real one."
)
STANDS_IN = "Stands in for the network, whose weights are not installed."


class FluoroVesselsApp(MONAILabelApp):  # type: ignore[misc]
    """The MONAI Label app; building it touches neither the PACS nor a model."""

    def __init__(self, app_dir: str, studies: str, conf: Mapping[str, str]) -> None:
        self.settings = load_settings(pacs={"url": studies})
        self.table = load_label_table(self.settings.labels, self.settings.data / "labels")
        super().__init__(
            app_dir=app_dir,
            studies=studies,
            conf=dict(conf),
            name="Fluoro Vessels",
            description="Blood vessels in X-ray fluoroscopy and angiography (XA, RF)",
            version="0.1.0",
            labels={label.name: label.index for label in self.table.set(self.settings.label_set)},
        )

    def info(self) -> dict[str, Any]:
        """Return what `/info/` shows; labels that people add to the running server are among its labels."""
        shown = [label for label in self.table if label.set_name in (self.settings.label_set, OWN_SET)]
        return {**super().info(), "labels": {label.name: label.index for label in shown}}

    def init_datastore(self) -> XaDatastore:
        """Open the ledger and the cache; the PACS is asked when somebody asks us."""
        return open_datastore(self.settings, self.table)

    def init_infers(self) -> dict[str, InferTask]:
        """List every algorithm under its own name and the best one as `vessels`; then what people guide."""
        algorithms = find_algorithms()
        model = _installed()
        if model is None:
            del algorithms[AUTOMATIC]
        best = algorithms.get(AUTOMATIC, algorithms[FALLBACK])
        tasks = _tasks({VESSELS: best} | algorithms, self.table)
        if model is None:
            logger.warning("vessels are segmented by %s: no weights of the network are installed", FALLBACK)
            tasks[VESSELS].description = f"{STANDS_IN} {tasks[VESSELS].description}"
        else:
            logger.info("vessels are segmented by the network %s, %s", model.card.id, model.card.version)
        trackers = tracker_opener(self.settings.propagation)
        return tasks | _guided_tasks(self.table, self.datastore, trackers)

    def init_trainers(self) -> dict[str, TrainTask]:
        """List what can be trained; all trainings share one queue."""
        return queued_trainings(lambda: training_queue(self._datastore.ledger, self.settings))

    def init_strategies(self) -> dict[str, Strategy]:
        """List the strategies of Next Sample."""
        return next_run_strategies(self._datastore, self.settings.learning)

    def next_sample(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Name the run to label next; without `path`, as its volume is made when a client asks for it."""
        name = str(request.get("strategy") or self.settings.learning.strategy)
        if name not in self._strategies:
            raise UnknownStrategyError(name, list(self._strategies))
        return self._strategies[name](request, self._datastore) or {}

    def batch_infer(self, request: Mapping[str, Any], datastore: XaDatastore | None = None) -> dict[str, Any]:
        """Segment many runs; without a GPU, MONAI Label would divide by the number of GPUs."""
        wants_gpus = bool(request.get("multi_gpu", True)) and torch.cuda.is_available()
        return dict(super().batch_infer({**request, "multi_gpu": wants_gpus}, datastore))

    def on_init_complete(self) -> None:
        """Say if the edge is missing, and begin to send what waits; only a server does, no subprocess."""
        super().on_init_complete()
        if EDGE not in sys.modules:
            logger.warning(NO_EDGE)
        self._datastore.start_sending()

    def on_save_label(self, image_id: str, label_id: str) -> dict[str, Any]:
        """Say in the answer to a saved label which version it became and where it is."""
        return dict(self._datastore.saved(label_id))


def _tasks(algorithms: Mapping[str, Algorithm], table: LabelTable) -> dict[str, InferTask]:
    """Return a task for each algorithm; one whose labels the table no longer has is logged and left out."""
    tasks: dict[str, InferTask] = {}
    for name, algorithm in algorithms.items():
        try:
            tasks[name] = AlgorithmTask(algorithm, table)
        except UnknownLabelError as error:
            logger.error("left out the infer task %s: %s", name, error)
    return tasks


def _guided_tasks(
    table: LabelTable,
    open_store: Callable[[], XaDatastore],
    open_tracker: Callable[[TrackerName], Tracker],
) -> dict[str, InferTask]:
    """Return the tasks that begin with what a person drew: clicks, tools, propagation."""

    def file_of(label_id: str) -> Path:
        return Path(open_store().get_label_uri(label_id, ""))

    try:
        return {
            CLICKS: ClicksTask(open_clicker, table, file_of),
            PROPAGATION: PropagationTask(open_tracker, table, saved_in(open_store)),
            **tool_tasks(table),
        }
    except UnknownLabelError as error:
        logger.error("left out clicks, tools and propagation: %s", error)
        return {}


def _installed() -> Model | None:
    """Return the network's model; a damaged list of models is logged, and the server starts all the same."""
    try:
        return installed_model()
    except ModelsFileError as error:
        logger.error("%s", error)
        return None
