"""What a page weighs on the wire, and whether anything on it moves by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.journeys.browser import Visitor

# How far things moved that nobody asked to move, from the first paint on; and where they stood.
STILL = 0.01  # how far a page may move by itself, as browsers score it
SHIFTS = """
window.journeyShifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const moved = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? "");
    window.journeyShifts.push([entry.value, moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True, slots=True)
class Load:
    """One load of a page.

    Args:
        sizes: compressed bytes on the wire, with headers, by address.
        shifts: how far what moved by itself, with what it was.
    """

    sizes: dict[str, int]
    shifts: list[tuple[float, list[str]]]

    @property
    def weight(self) -> int:
        """All bytes."""
        return sum(self.sizes.values())

    @property
    def shift(self) -> float:
        """How far things moved, all in all."""
        return sum(value for value, _moved in self.shifts)

    def heaviest(self) -> str:
        """Return the addresses by weight, for whoever has to make them lighter."""
        rows = sorted(self.sizes.items(), key=lambda row: -row[1])[:12]
        return "\n".join(f"{size:8} {address}" for address, size in rows)


def weigh(visitor: Visitor, path: str) -> Load:
    """Open a page and return what came over the wire until nothing came any more."""
    page = visitor.page
    session = visitor.context.new_cdp_session(page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        address = addresses.get(event["requestId"], "")
        if address.startswith("http"):
            size = int(event["encodedDataLength"])
            sizes[address] = sizes.get(address, 0) + size

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)
    visitor.open(path)
    page.wait_for_load_state("networkidle")
    shifts = page.evaluate("() => window.journeyShifts ?? []")
    session.detach()
    return Load(sizes, [(value, moved) for value, moved in shifts])
