"""Where a request came from, whatever its sender writes into its headers."""

from __future__ import annotations

import pytest

from timshel.kernel.origin import neighbourhood, origin

OURS = ("10.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
        ("::1", " 198.51.100.1 ", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "x" * 500, "x" * 100),
        ("10.0.0.1", "198.51.100.1, nonsense", "nonsense"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str, forwarded: str, found: str) -> None:
    assert origin(peer, forwarded=forwarded, trusted=OURS) == found


def test_without_proxies_of_ours_nobody_is_believed() -> None:
    assert origin("10.0.0.1", forwarded="198.51.100.1", trusted=()) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("nowhere", "nowhere"),
    ],
)
def test_the_addresses_of_one_customer_count_as_one(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted
