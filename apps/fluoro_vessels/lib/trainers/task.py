"""MONAI Label's door to the queue of trainings: `/train/vessels` of its clients, and `train_stats`."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from monailabel.interfaces.tasks.train import TrainTask

from lib.access.person import LONGEST_NAME, proven
from lib.trainers.queue import TrainingQueue
from lib.trainers.telling import stats_of
from lib.trainers.wish import CHANGEABLE, TRAINERS

LOOK_S: Final = 1.0
REASON: Final = "by hand, through /train"

DESCRIPTIONS: Final = {
    "vessels": (
        "Goes on training the vessel network with the frames that people finished, in submitted and approved "
        "labels"
    ),
    "clicks": (
        "The same training as vessels: clicks are answered from the vessel network's probabilities, and "
        "there is no other network to train"
    ),
}


class QueuedTraining(TrainTask):  # type: ignore[misc]
    """Puts a training into the queue, and waits for it where it is called."""

    def __init__(self, name: str, open_queue: Callable[[], TrainingQueue]) -> None:
        super().__init__(DESCRIPTIONS[name])
        self._name = name
        self._open_queue = open_queue

    def config(self) -> dict[str, Any]:
        """Return what clients may change, with its present value; of a list the first."""
        own = self._open_queue().settings.training
        backends = sorted(("own", "nnunet"), key=lambda name: name != own.backend)
        return {"backend": backends, "minutes": own.minutes, "promote": own.promote}

    def stats(self) -> dict[str, Any]:
        """Return state, loss and Dice of the newest training."""
        queue = self._open_queue()
        newest = queue.ledger.trainings(most=1)
        return stats_of(newest[0], queue.folder(newest[0].id).tail()) if newest else {}

    def __call__(self, request: Mapping[str, Any], datastore: object = None) -> dict[str, Any]:
        """Train, or wait until the training that was asked for has ended; returns its figures."""
        del datastore
        queue = self._open_queue()
        training = queue.ask(self._name, REASON, asker_of(request), changes_of(request))
        while not (training := queue.ledger.training(training.id)).is_over:
            time.sleep(LOOK_S)
            queue.advance()
        return stats_of(training, queue.folder(training.id).tail())


def queued_trainings(open_queue: Callable[[], TrainingQueue]) -> dict[str, TrainTask]:
    """Return the train tasks of the app by name."""
    return {name: QueuedTraining(name, open_queue) for name in TRAINERS}


def changes_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a client of MONAI Label asks to be otherwise; it sends more than that, such as its id."""
    asked = {key: request[key] for key in CHANGEABLE if key in request}
    if isinstance(asked.get("backend"), list):  # an untouched choice comes back as it was offered
        asked["backend"] = asked["backend"][0]
    return asked


def asker_of(request: Mapping[str, Any]) -> str:
    """Return who asks: who signed in, else what the client says."""
    return proven(str(request.get("client_id") or "MONAI Label client")[:LONGEST_NAME])
