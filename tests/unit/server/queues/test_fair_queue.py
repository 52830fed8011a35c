"""Places are bounded, handed on in turn between people, and never lost."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from lib.errors import QueueFullError
from lib.sections.running import QueueSettings
from lib.server.queues.fair_queue import FairQueue, Ticket

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def run() -> Run:
    return asyncio.run


def a_queue(at_once: int = 1, waiting: int = 8) -> FairQueue:
    return FairQueue("infer", QueueSettings(at_once=at_once, waiting=waiting))


def is_granted(ticket: Ticket) -> bool:
    return ticket.granted.done()


def test_a_free_place_is_granted_at_once(run: Run) -> None:
    async def act() -> None:
        queue = a_queue(at_once=2)

        tickets = [queue.ask("anna") for _ in range(3)]

        assert [is_granted(ticket) for ticket in tickets] == [True, True, False]
        assert (queue.n_running, queue.n_waiting) == (2, 1)

    run(act())


def test_who_has_many_waiting_does_not_keep_others_back(run: Run) -> None:
    async def act() -> None:
        queue, served = a_queue(), []
        tickets = {queue.ask("anna"): "anna 0"}
        tickets |= {queue.ask("anna"): f"anna {number}" for number in (1, 2, 3)}
        tickets |= {queue.ask("ben"): "ben 1", queue.ask("cleo"): "cleo 1"}

        while tickets:
            done = next(ticket for ticket in tickets if is_granted(ticket))
            served.append(tickets.pop(done))
            queue.give_back(done, 0.1)

        assert served == ["anna 0", "anna 1", "ben 1", "cleo 1", "anna 2", "anna 3"]
        assert (queue.n_running, queue.n_waiting) == (0, 0)

    run(act())


def test_a_full_queue_refuses_and_says_when_to_come_again(run: Run) -> None:
    async def act() -> None:
        queue = a_queue(waiting=2)
        queue.ask("anna")
        queue.ask("anna")
        queue.ask("ben")

        with pytest.raises(QueueFullError, match="2 requests wait for infer") as refused:
            queue.ask("cleo")

        assert refused.value.retry_after_s >= 1
        assert (queue.n_waiting, queue.n_refused) == (2, 1)

    run(act())


def test_one_person_may_not_fill_the_queue(run: Run) -> None:
    async def act() -> None:
        queue = a_queue(waiting=4)
        for _ in range(3):
            queue.ask("anna")

        with pytest.raises(QueueFullError):
            queue.ask("anna")
        queue.ask("ben")

        assert queue.n_waiting == 3

    run(act())


def test_who_leaves_while_waiting_frees_the_place_in_the_queue(run: Run) -> None:
    async def act() -> None:
        queue = a_queue(waiting=2)
        running, left, next_one = (queue.ask(name) for name in ("anna", "ben", "cleo"))

        queue.give_back(left)
        queue.give_back(running, 1.0)

        assert (is_granted(left), is_granted(next_one)) == (False, True)
        assert (queue.n_running, queue.n_waiting, queue.n_abandoned) == (1, 0, 1)

    run(act())


def test_the_pause_follows_how_long_requests_take(run: Run) -> None:
    async def act() -> None:
        quick, slow = a_queue(), a_queue()
        for queue, seconds in ((quick, 0.01), (slow, 20.0)):
            for _ in range(30):
                queue.give_back(queue.ask("anna"), seconds)

        assert quick.retry_after_s() == 1
        assert 15 <= slow.retry_after_s() <= 20

    run(act())
