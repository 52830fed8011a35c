"""`fluoro train`: the vessel network goes on learning from what people labelled."""

import time
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
import yaml

from lib.cli.assignments import split_assignments
from lib.cli.output import AsJson, print_json, say
from lib.cli.remember import user_here
from lib.settings import settings

if TYPE_CHECKING:
    from lib.datastore.training_records import TrainingRecord
    from lib.trainers.queue import TrainingQueue

LOOK_S: Final = 1.0
REASON: Final = "by hand, ./fluoro train"
SET_HELP: Final = "A setting of this training, as in --set backend=nnunet; see docs/training.md."


def train(
    trainer: Annotated[
        str, typer.Option("--trainer", help="vessels or clicks: the same network.")
    ] = "vessels",
    is_waited_for: Annotated[bool, typer.Option("--wait", help="Stay, and show how far it is.")] = False,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=SET_HELP)
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Train on submitted and approved labels. It runs in a process of its own, with a server or without."""
    from lib.datastore.ledger import Ledger
    from lib.trainers.queue import training_queue

    ours = settings()
    changes = {name: yaml.safe_load(text) for name, text in split_assignments(assignments or ()).items()}
    ledger = Ledger.in_folder(ours.data, ours.datastore.ledger_url)
    try:
        queue = training_queue(ledger, ours)
        training = queue.ask(trainer, REASON, user_here(), changes)
        if is_waited_for:
            training = _wait(queue, training)
        _report(queue, training, as_json)
    finally:
        ledger.close()
    return 1 if training.is_over and training.version is None else 0


def _wait(queue: "TrainingQueue", training: "TrainingRecord") -> "TrainingRecord":
    """Say what the training does until it has ended; who leaves leaves it running."""
    from lib.trainers.telling import line_of

    told = ""
    while not (training := queue.ledger.training(training.id)).is_over:
        tail = queue.folder(training.id).tail(1)
        line = line_of(tail[-1]) if tail else training.state.value
        if line != told:
            say(line)
            told = line
        time.sleep(LOOK_S)
        queue.advance()
    return training


def _report(queue: "TrainingQueue", training: "TrainingRecord", as_json: bool) -> None:
    folder = queue.folder(training.id).path
    if as_json:
        print_json({**_plain(training), "folder": folder})
        return
    said = training.outcome or f"It is {training.state}; look into {folder}."
    say(f"Training {training.id}: {said}")


def _plain(training: "TrainingRecord") -> dict[str, Any]:
    names = ("id", "trainer", "reason", "state", "version", "outcome", "attempts", "created_at")
    return {name: getattr(training, name) for name in names}
