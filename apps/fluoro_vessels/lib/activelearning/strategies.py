"""MONAI Label's strategies: which run a person should label next, and which frames of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from monailabel.interfaces.datastore import Datastore
from monailabel.interfaces.tasks.strategy import Strategy

from lib.activelearning.choose import STRATEGIES
from lib.activelearning.suggest import Suggester
from lib.datastore.incoming import author_of
from lib.datastore.states import FINAL_TAG
from lib.datastore.xa_datastore import XaDatastore
from lib.settings import LearningSettings

DESCRIPTIONS: Final[Mapping[str, str]] = {
    "mixed": "What the model is unsure about and has no labelled run like it, spread over patients and views",
    "uncertainty": "What the model is most unsure about",
    "diverse": "What looks unlike the labelled runs, spread over patients and views",
    "random": "By chance, most often where the model sees vessels",
    "first": "The first run that waits",
}


class NextRun(Strategy):  # type: ignore[misc]
    """One way to choose the next run."""

    def __init__(self, name: str, suggester: Suggester) -> None:
        super().__init__(DESCRIPTIONS[name])
        self._name = name
        self._suggester = suggester

    def __call__(self, request: Mapping[str, Any], datastore: Datastore) -> dict[str, Any] | None:
        """Return the run and its frames, reserved for who asks, or None when nothing is left for them.

        Args:
            request: `client_id` or `user` say who asks, `label_tag` whose labels count as done.
            datastore: Not asked; the ledger knows what waits.
        """
        del datastore
        tag = str(request.get("label_tag") or FINAL_TAG)
        found = self._suggester.suggest(self._name, author_of(request), tag)
        if found is None:
            return None
        return {
            "id": found.image_id,
            "frames": list(found.frames),
            "frame_numbers": [t + 1 for t in found.frames],
            "reason": found.reason,
        }


def next_run_strategies(datastore: XaDatastore, settings: LearningSettings) -> dict[str, Strategy]:
    """Return all strategies by name; the one of the settings comes first."""
    lasting = timedelta(minutes=settings.reservation_minutes)
    suggester = Suggester(datastore.ledger, lasting, datastore.list_images)
    names = sorted(STRATEGIES, key=lambda name: name != settings.strategy)
    return {name: NextRun(name, suggester) for name in names}
