"""Where a request came from, told apart from where its sender says that it came from."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

LONGEST = 100
HOSTS_OF_ONE = 64  # the length of the network, in bits, that one customer of a provider has


def origin(peer: str, *, forwarded: str, trusted: Iterable[str]) -> str:
    """Return the network address that a request came from.

    The header that proxies write is believed only as far as proxies we trust wrote it: from the
    right, the first address that is not one of ours.

    Args:
        peer: the address at the other end of the connection.
        forwarded: the header ``X-Forwarded-For`` as it came, or empty.
        trusted: addresses and networks of our own proxies.
    """
    ours = tuple(trusted)
    address = peer
    for hop in reversed(forwarded.split(",")):
        if not _is_one_of(address, ours) or not hop.strip():
            break
        address = hop.strip()
    return address[:LONGEST]


def neighbourhood(address: str) -> str:
    """Return what one who asks too much is counted by: an address, or of version 6 its network.

    Whoever has one address of version 6 has 2**64 of them, and would never be counted twice.

    Args:
        address: as ``origin`` returns it.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, ipaddress.IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), HOSTS_OF_ONE), strict=False))


def _is_one_of(address: str, networks: Iterable[str]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
        return any(parsed in ipaddress.ip_network(each, strict=False) for each in networks)
    except ValueError:
        return False
