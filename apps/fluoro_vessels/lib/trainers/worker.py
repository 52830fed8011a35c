"""The process of a training: `python -m lib.trainers.worker ID`, or several of them under torch's launcher.

It outlives the server, writes its end into the ledger, and finds its way again after a crash.
"""

import logging
import os
import sys
from datetime import UTC, datetime
from functools import partial
from traceback import extract_tb
from typing import Final

from lib.datastore.labelled import open_labelled_runs
from lib.datastore.ledger import Ledger
from lib.datastore.patients import PatientTokens
from lib.datastore.run_reader import RunReader
from lib.datastore.training_records import TrainingRecord, TrainingState
from lib.errors import FluoroError, TrainingStoppedError
from lib.labels import load_label_table
from lib.pacs.dicomweb import connect
from lib.registry import VersionStore
from lib.settings import TrainingSettings, settings
from lib.trainers import processes
from lib.trainers.guard import Guard, end_whole_group
from lib.trainers.lessons import Lessons
from lib.trainers.nnunet_training import train_nnunet
from lib.trainers.own_training import train_own
from lib.trainers.queue import CANCELLED
from lib.trainers.training_folder import News, TrainingFolder, folder_of
from lib.trainers.work import Outcome, Work

logger = logging.getLogger("lib.trainers.worker")

BACKENDS: Final = {"own": train_own, "nnunet": train_nnunet}


def main(training_id: str) -> int:
    """Work on a training that the ledger has until it ends; returns the exit code."""
    _configure_logging()
    chosen = settings()
    runs = open_labelled_runs(chosen, connect(chosen.pacs))
    ledger, folder = runs.ledger, folder_of(chosen.data, training_id)
    training = ledger.training(training_id)
    if training.is_over:
        return 0
    reader = RunReader(ledger, runs.shelf, PatientTokens(chosen.data))
    lessons = Lessons(runs, reader, load_label_table(chosen.labels, chosen.data / "labels"))
    guard = Guard(folder, partial(_give_up, ledger, training_id))
    work = Work(training_id, chosen, _wish(training), folder, lessons, VersionStore(chosen.data), guard)
    with processes.together(), guard.looking():
        state, outcome = _done(work)
    if processes.is_first():
        _note(ledger, folder, training_id, state, outcome)
    ledger.close()
    return 0 if state is TrainingState.DONE else 1


def _done(work: Work) -> tuple[TrainingState, Outcome]:
    """Do the work; whatever is raised becomes a sentence."""
    try:
        return TrainingState.DONE, BACKENDS[work.wish.backend](work)
    except TrainingStoppedError:
        return TrainingState.CANCELLED, Outcome(CANCELLED, None)
    except FluoroError as error:
        return TrainingState.FAILED, Outcome(str(error), None)
    except Exception as error:
        place = extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119
        logger.error("failed: %s", where)
        return TrainingState.FAILED, Outcome(
            f"The training met a fault of this program ({where}). Report it with {work.folder.log}.", None
        )


def _wish(training: TrainingRecord) -> TrainingSettings:
    return TrainingSettings.model_validate(training.settings)


def _note(
    ledger: Ledger, folder: TrainingFolder, training_id: str, state: TrainingState, outcome: Outcome
) -> None:
    """Write down how it ended, for people and for the queue."""
    folder.tell(News(f"{state}: {outcome.sentence}"))
    ledger.end_training(training_id, state, outcome.sentence, datetime.now(UTC), outcome.version)
    folder.tidy()
    logger.info("training %s ended: %s. %s", training_id, state, outcome.sentence)


def _give_up(ledger: Ledger, training_id: str) -> None:
    """End at once: somebody cancelled the training, and the work does not hear of it."""
    if processes.is_first():
        ledger.end_training(training_id, TrainingState.CANCELLED, CANCELLED, datetime.now(UTC))
    end_whole_group()


def _configure_logging() -> None:
    """Let our own rooms speak, and nobody else: pydicom quotes malformed values."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(logging.Filter("lib"))
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
