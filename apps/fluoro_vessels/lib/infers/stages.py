"""How long the stages of an inference took, called as MONAI Label calls them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PRE: Final = "pre"
"""Reading and decoding the run, and what the request says."""
ENCODE: Final = "encode"
"""Looking at a frame before it is clicked; nothing where it was looked at before."""
INFER: Final = "infer"
WRITE: Final = "write"
"""Writing the label map as a file."""
TOTAL: Final = "total"


class Stages:
    """Stop watches of one request, in the order in which they were first started."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Time what is within; a stage that comes again goes on."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds[name] = self._seconds.get(name, 0.0) + time.monotonic() - began

    def seconds(self) -> dict[str, float]:
        """Return the time of each stage so far, and of all since the beginning, in seconds."""
        total = time.monotonic() - self._began
        return {name: round(value, 4) for name, value in {**self._seconds, TOTAL: total}.items()}
