"""What a training learns from: fixed when it begins, so that a process that goes on learns from the same."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lib.datastore.durable import write_bytes_whole
from lib.datastore.records import LabelVersion
from lib.errors import FluoroError, NotFoundError
from lib.registry import UsedLabel
from lib.trainers.lessons import Lessons
from lib.trainers.split import Part


@dataclass(frozen=True)
class Planned:
    """A label that a training may use.

    Attributes:
        label_id: Of the ledger.
        image_id: Its run.
        version: Of the label.
        part: What its patient is for.
    """

    label_id: str
    image_id: str
    version: int
    part: Part

    @property
    def used(self) -> UsedLabel:
        """What the registry keeps of it."""
        return UsedLabel(self.label_id, self.image_id, self.version)


@dataclass(frozen=True)
class Plan:
    """All that a training learns from.

    Attributes:
        parent: Version of the model that it goes on from.
        labels: In the order of the ledger.
    """

    parent: str
    labels: tuple[Planned, ...]

    def of(self, part: Part) -> list[Planned]:
        """Return the labels of one part."""
        return [one for one in self.labels if one.part is part]


def planned(path: Path, lessons: Lessons, parent: str) -> Plan:
    """Return the plan that lies at a path; the first time it is made and written there.

    Raises:
        PacsUnavailableError: It has to be asked whose a run is, and does not answer.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        plan = Plan(parent, tuple(_parted(lessons, lessons.labels())))
        write_bytes_whole(path, json.dumps(asdict(plan)).encode())
        return plan


def labels_of(lessons: Lessons, planned_labels: Sequence[Planned]) -> list[LabelVersion]:
    """Return the labels of a plan as the ledger has them; one that is gone is left out."""
    found: list[LabelVersion] = []
    for one in planned_labels:
        try:
            found.append(lessons.runs.ledger.label(one.label_id))
        except NotFoundError as error:
            lessons.left_out[one.image_id] = str(error)
    return found


def _parted(lessons: Lessons, labels: Sequence[LabelVersion]) -> list[Planned]:
    found: list[Planned] = []
    for label in labels:
        try:
            found.append(Planned(label.id, label.image_id, label.version, lessons.part(label)))
        except FluoroError as error:
            lessons.leave_out(label, error)
    return found


def _read(path: Path) -> Plan:
    said = json.loads(path.read_bytes())
    labels = (Planned(**{**one, "part": Part(one["part"])}) for one in said["labels"])
    return Plan(said["parent"], tuple(labels))
