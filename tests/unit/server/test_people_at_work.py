import asyncio
from typing import Any

import pytest

from lib.server.people_at_work import QUIET_S, CountRequests, PeopleAtWork


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def busy_while_answering(people: PeopleAtWork, method: str, path: str = "/infer/vessels") -> bool:
    """Return whether people are busy while a request is answered."""
    seen: list[bool] = []

    async def app(*_: Any) -> None:
        seen.append(people.are_busy())

    scope: Any = {"type": "http", "method": method, "path": path}
    asyncio.run(CountRequests(app, people)(scope, None, None))  # type: ignore[arg-type]
    return seen[0]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_people_are_busy_while_a_request_is_answered(method: str) -> None:
    assert busy_while_answering(PeopleAtWork(), method)


def test_who_changed_something_soon_asks_again_but_who_looked_may_have_gone() -> None:
    clock = Clock()
    people = PeopleAtWork(clock)

    busy_while_answering(people, "GET")
    assert not people.are_busy()
    busy_while_answering(people, "PUT")
    assert people.are_busy()
    clock.now += QUIET_S

    assert not people.are_busy()


def test_who_only_listens_does_not_work() -> None:
    assert not busy_while_answering(PeopleAtWork(), "GET", "/fluoro/api/jobs/1/events")


def test_a_request_that_failed_is_over_too() -> None:
    people = PeopleAtWork()

    async def app(*_: Any) -> None:
        raise RuntimeError

    scope: Any = {"type": "http", "method": "GET", "path": "/"}
    with pytest.raises(RuntimeError):
        asyncio.run(CountRequests(app, people)(scope, None, None))  # type: ignore[arg-type]

    assert not people.are_busy()
