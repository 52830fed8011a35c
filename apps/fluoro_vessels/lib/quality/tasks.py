"""Work whose result is kept: one label to look at again, one pair of labels to compare."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Task:
    """One piece of work.

    Attributes:
        name: What it is about: of label ids, nothing of a patient.
        do: Does it and keeps the result. Raises FluoroError where a label or run cannot be read.
    """

    name: str
    do: Callable[[], object]


class Source(Protocol):
    """What has work to do now and then."""

    def tasks(self) -> Sequence[Task]:
        """Return what is not known yet."""
        ...
