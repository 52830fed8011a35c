"""Frames of a run side by side on all cores; OpenCV and NumPy let go of the interpreter while they work."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST: Final = 8


def cores() -> int:
    """Return how many cores this process may use, at most `MOST`."""
    return min(len(os.sched_getaffinity(0)), MOST)


def each(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Apply `work` to every item and keep their order; the first error is raised."""
    with ThreadPoolExecutor(max_workers=cores()) as pool:
        return list(pool.map(work, items))
