"""Which elements lie after which: what joins wait for, and what going back takes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from timshel.kernel.bpmn.diagram import Diagram


@lru_cache(maxsize=4_096)
def after(diagram: Diagram, element_id: str, without: str = "") -> frozenset[str]:
    """Return the elements and flows that can follow an element beside it in its process.

    Boundary events follow the activity they are attached to. What lies within a sub-process does
    not follow from outside of it.

    Args:
        diagram: the diagram.
        element_id: where to begin; it is in the result only where a way leads back to it.
        without: an element that no way may pass; flows that arrive at it are in the result.
    """
    found: set[str] = set()
    open_ends = [element_id]
    while open_ends:
        here = open_ends.pop()
        for event in diagram.boundary(here):
            if event.id not in found:
                found.add(event.id)
                open_ends.append(event.id)
        for flow in diagram.outgoing(here):
            found.add(flow.id)
            if flow.target not in found and flow.target != without:
                found.add(flow.target)
                open_ends.append(flow.target)
    return frozenset(found)


def may_still_arrive(
    diagram: Diagram, join: str, arrived: Iterable[str], elsewhere: Iterable[str]
) -> bool:
    """Tell whether an inclusive join must wait (BPMN 2.0, section 13.4.2).

    It must while some token elsewhere has a way to a flow of the join that has no token yet,
    and no way to one that has.

    Args:
        diagram: the diagram.
        join: id of the joining gateway.
        arrived: ids of its incoming flows that hold a token.
        elsewhere: ids of the elements at which other tokens stand.
    """
    full = frozenset(arrived)
    empty = frozenset(flow.id for flow in diagram.incoming(join)) - full
    for element_id in elsewhere:
        ahead = after(diagram, element_id, join)
        if ahead & empty and not ahead & full:
            return True
    return False


def components(
    nodes: Iterable[str], following: Callable[[str], Iterable[str]]
) -> list[frozenset[str]]:
    """Return the groups of nodes that lie on common circles.

    Args:
        nodes: all nodes.
        following: gives the nodes that follow one.

    Returns:
        Only real circles: groups of several nodes, and nodes that follow themselves.
    """
    wanted = list(nodes)
    known = set(wanted)
    edges = {node: [each for each in following(node) if each in known] for node in wanted}
    reach = {node: _reach(node, edges) for node in wanted}
    found: list[frozenset[str]] = []
    seen: set[str] = set()
    for node in wanted:
        if node in reach[node] and node not in seen:
            circle = frozenset(each for each in reach[node] if node in reach[each])
            seen |= circle
            found.append(circle)
    return found


def _reach(node: str, edges: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    open_ends = [node]
    while open_ends:
        for each in edges[open_ends.pop()]:
            if each not in found:
                found.add(each)
                open_ends.append(each)
    return found
