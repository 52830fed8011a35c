"""Who may call us: pairs of an AE title and an address, because a title alone proves nothing."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Senders:
    """The list of those who may.

    Attributes:
        allowed: AE titles with the networks that they call from.
    """

    allowed: tuple[tuple[str, Network], ...]

    @classmethod
    def parse(cls, lines: Iterable[str]) -> "Senders":
        """Return the list that the settings write as AET@ADDRESS or AET@NETWORK."""
        parts = (line.rpartition("@") for line in lines)
        return cls(tuple((title.strip(), ipaddress.ip_network(network)) for title, _, network in parts))

    def know_address(self, address: str) -> bool:
        """Say whether anybody may call from an address."""
        return any(_is_in(address, network) for _, network in self.allowed)

    def may(self, ae_title: str, address: str) -> bool:
        """Say whether this title may call from this address."""
        return any(title == ae_title.strip() and _is_in(address, network) for title, network in self.allowed)


def _is_in(address: str, network: Network) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    return (getattr(found, "ipv4_mapped", None) or found) in network
