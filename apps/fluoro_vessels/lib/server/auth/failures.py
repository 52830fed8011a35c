"""Counts sign-ins that failed, so that nobody can try one key after another.

What is counted is a pair: an address, and the id of the key that somebody claims to have. A wrong key
therefore locks out neither its neighbours behind one address nor the same key from elsewhere.
"""

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from lib.errors import TooManyFailuresError

MOST: Final = 10_000
"""So many pairs are remembered; the one that failed longest ago is forgotten first."""

IPV6_PREFIX: Final = 64
"""Whoever has one IPv6 address has all with the same beginning."""


class Failures:
    """Remembers failures of the last minutes; used in one thread, the event loop's.

    Args:
        most: After so many failures a pair has to wait.
        within_s: As long as a failure counts.
        now: The clock, in seconds.
    """

    def __init__(self, most: int, within_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._within_s = within_s
        self._now = now
        self._times: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def require_few(self, address: str, claim: str) -> None:
        """Make sure that somebody may try.

        Raises:
            TooManyFailuresError: Too many tries failed lately.
        """
        times = self._recent((network_of(address), claim))
        if len(times) >= self._most:
            raise TooManyFailuresError(int(times[0] + self._within_s - self._now()) + 1)

    def count(self, address: str, claim: str) -> None:
        """Remember that a try failed."""
        pair = (network_of(address), claim)
        times = self._recent(pair)
        times.append(self._now())
        self._times[pair] = times
        self._times.move_to_end(pair)
        while len(self._times) > MOST:
            self._times.popitem(last=False)

    def _recent(self, pair: tuple[str, str]) -> deque[float]:
        times = self._times.get(pair) or deque(maxlen=self._most)
        while times and self._now() - times[0] > self._within_s:
            times.popleft()
        return times


def network_of(address: str) -> str:
    """Return what stands for an address: itself, or the network of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, IPV6_PREFIX), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)
