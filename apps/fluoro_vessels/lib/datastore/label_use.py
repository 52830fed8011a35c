"""Who has a label of the table: what stops people from deleting it, and its index from being given again."""

from dataclasses import dataclass
from datetime import timedelta

from lib.arrays import from_volume
from lib.datastore.desk import LabelDesk, indices_in
from lib.datastore.ledger import Ledger
from lib.datastore.volumes import read_label
from lib.errors import LabelFileLostError
from lib.labels import Label


@dataclass(frozen=True)
class LabelUse:
    """Looks into saved labels, sessions and masks.

    Attributes:
        ledger: Where they are noted.
        desk: Where the files of saved labels are.
        idle: After so long without a change a session has expired.
    """

    ledger: Ledger
    desk: LabelDesk
    idle: timedelta

    def held(self) -> frozenset[int]:
        """Return the indices that anything stored holds."""
        return self.ledger.held_indices()

    def users(self, label: Label) -> list[str]:
        """Return what has a label, in words, such as "2 saved labels"; empty where nothing has it."""
        self._note_what_is_missing()
        counts = {
            "saved label": self.ledger.labels_with_index(label.index),
            "saved label whose file is lost": len(self.ledger.labels_without_indices()),
            "session": self.ledger.sessions_with_index(label.index, self.idle),
            "mask": self.ledger.masks_with_index(label.index),
        }
        return [_counted(number, thing) for thing, number in counts.items() if number]

    def _note_what_is_missing(self) -> None:
        """Read the labels that were saved before the ledger noted what they have."""
        for label_id in self.ledger.labels_without_indices():
            try:
                volume, _ = read_label(self.desk.path(self.ledger.label(label_id)))
            except LabelFileLostError:
                continue
            self.ledger.note_label_indices(label_id, indices_in(from_volume(volume)))


def _counted(number: int, thing: str) -> str:
    noun, _, rest = thing.partition(" whose ")
    return f"{number} {noun}{'s' if number > 1 else ''}{f' whose {rest}' if rest else ''}"
