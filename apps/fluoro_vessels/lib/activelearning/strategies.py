"""MONAI Label's strategies: which run a person should label next."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from monailabel.interfaces.datastore import Datastore
from monailabel.interfaces.tasks.strategy import Strategy


class First(Strategy):  # type: ignore[misc]
    """The first run without a submitted label, in the order of the list."""

    def __init__(self) -> None:
        super().__init__("The first run that has no submitted label")

    def __call__(self, request: Mapping[str, Any], datastore: Datastore) -> dict[str, Any] | None:
        """Return the run as `{"id": image id, "reason": sentence}`, or None when all are done."""
        open_runs = _open_runs(request, datastore)
        if not open_runs:
            return None
        return {"id": open_runs[0], "reason": f"First of {len(open_runs)} runs without a submitted label."}


class Random(Strategy):  # type: ignore[misc]
    """Any run without a submitted label, each with the same chance."""

    def __init__(self, generator: random.Random | None = None) -> None:
        super().__init__("A random run that has no submitted label")
        self._generator = generator or random.Random()

    def __call__(self, request: Mapping[str, Any], datastore: Datastore) -> dict[str, Any] | None:
        """Return the run as `{"id": image id, "reason": sentence}`, or None when all are done."""
        open_runs = _open_runs(request, datastore)
        if not open_runs:
            return None
        chosen = self._generator.choice(open_runs)
        return {"id": chosen, "reason": f"Drawn from {len(open_runs)} runs without a submitted label."}


def _open_runs(request: Mapping[str, Any], datastore: Datastore) -> Sequence[str]:
    tag = request.get("label_tag")
    found: Sequence[str] = datastore.get_unlabeled_images(str(tag) if tag else None, request.get("labels"))
    return found
