"""A bounded queue that serves people in turn, however many requests each of them has waiting."""

import asyncio
import math
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from lib.errors import QueueFullError
from lib.sections.running import QueueSettings

LONGEST_PAUSE_S: Final = 60
_WEIGHT: Final = 0.2
"""What the newest request counts in the mean time that one takes."""


@dataclass(frozen=True, eq=False)
class Ticket:
    """A place, or the wait for one: `granted` is done once the work may begin."""

    owner: str
    granted: "asyncio.Future[None]"


class FairQueue:
    """Places for one kind of work; used in one thread, the event loop's.

    Who waits is granted the next place in turn: one request of each owner, then the next of each. One
    owner may fill half of what may wait, so that others are let in.
    """

    def __init__(self, name: str, settings: QueueSettings) -> None:
        self.name = name
        self.at_once = settings.at_once
        self.most_waiting = settings.waiting
        self.n_running = 0
        self.n_waiting = 0
        self.n_refused = 0
        self.n_abandoned = 0
        self._mean_s = 1.0
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()

    def ask(self, owner: str) -> Ticket:
        """Return a ticket, which is granted at once where a place is free.

        Raises:
            QueueFullError: So many wait already; nothing was begun.
        """
        ticket = Ticket(owner, asyncio.get_running_loop().create_future())
        if self.n_running < self.at_once:
            self._grant(ticket)
            return ticket
        own = self._waiting.get(owner, ())
        if self.n_waiting >= self.most_waiting or len(own) >= math.ceil(self.most_waiting / 2):
            self.n_refused += 1
            raise QueueFullError(self.name, self.n_waiting, self.retry_after_s())
        self._waiting.setdefault(owner, deque()).append(ticket)
        self.n_waiting += 1
        return ticket

    def give_back(self, ticket: Ticket, seconds: float | None = None) -> None:
        """End a ticket, granted or not; the next who waits has its place.

        Args:
            ticket: What `ask` returned.
            seconds: How long the work took, None where none was done.
        """
        if ticket.granted.done() and not ticket.granted.cancelled():
            self.n_running -= 1
            if seconds is not None:
                self._mean_s += _WEIGHT * (seconds - self._mean_s)
        else:
            self._withdraw(ticket)
        self._grant_next()

    def retry_after_s(self) -> int:
        """Return when a place may be free for who comes last."""
        wait_s = (self.n_waiting + 1) * self._mean_s / self.at_once
        return max(1, min(LONGEST_PAUSE_S, math.ceil(wait_s)))

    def _grant(self, ticket: Ticket) -> None:
        self.n_running += 1
        ticket.granted.set_result(None)

    def _grant_next(self) -> None:
        while self._waiting and self.n_running < self.at_once:
            owner, tickets = self._waiting.popitem(last=False)
            self._grant(tickets.popleft())
            self.n_waiting -= 1
            if tickets:
                self._waiting[owner] = tickets

    def _withdraw(self, ticket: Ticket) -> None:
        """Take a ticket out of those that wait."""
        tickets = self._waiting[ticket.owner]
        tickets.remove(ticket)
        if not tickets:
            del self._waiting[ticket.owner]
        self.n_waiting -= 1
        self.n_abandoned += 1
