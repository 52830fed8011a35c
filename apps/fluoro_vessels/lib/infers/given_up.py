"""Whether anybody still waits for the work that this thread does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from lib.errors import GivenUpError

_IS_GIVEN_UP: Final[ContextVar[Callable[[], bool] | None]] = ContextVar("is_given_up", default=None)


@contextmanager
def work_for(is_given_up: Callable[[], bool]) -> Iterator[None]:
    """Let the work within, also in threads that it is handed to, see whether it is given up."""
    token = _IS_GIVEN_UP.set(is_given_up)
    try:
        yield
    finally:
        _IS_GIVEN_UP.reset(token)


def is_given_up() -> bool:
    """Return whether nobody waits any more; always False for work that no request began."""
    asked = _IS_GIVEN_UP.get()
    return asked is not None and asked()


def require_wanted(work: str) -> None:
    """Raise GivenUpError when nobody waits any more; long work asks between two frames."""
    if is_given_up():
        raise GivenUpError(work)
