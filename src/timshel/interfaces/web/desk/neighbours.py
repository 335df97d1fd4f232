"""The way to the next and the previous piece of work in the view that a record was opened from.

The address of a record carries the view with its unsaved changes and where the record stood in
it, as ``?view=``; whatever is done to the record meanwhile, "next" is what stood behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

from timshel.interfaces.web.addresses import record_address
from timshel.interfaces.web.desk.queue_state import QueueState, record_link, unpacked
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Refused
from timshel.relationship_agreement.service_level.queries.work_shapes import (
    Neighbour,
    work_neighbours,
)

LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The list that a record was opened from.

    Args:
        name: of the view.
        list: its address, as it was.
        previous: the address of the record before, or nothing.
        next: the address of the record after, or nothing.
        previous_title: number and title of the record before.
        next_title: number and title of the record after.
    """

    name: str
    list: str
    previous: str
    next: str
    previous_title: str
    next_title: str


def neighbours(request: TimshelRequest, number: str) -> Neighbours | None:
    """Return the list that a record was opened from, with what stands beside the record.

    Two queries, three where the view is a saved one, none where the address tells of no list.

    Args:
        request: of the record's page; its address may carry ``view``.
        number: of the record.

    Returns:
        None where the address tells of no list, or of one that is no longer there.
    """
    told = request.GET.get("view", "")
    if not told or len(told) > LONGEST:
        return None
    packed, _mark, place = told.rpartition("~") if "~" in told else (told, "", "")
    try:
        state = unpacked(packed, actor=request.actor)
        before, after = work_neighbours(
            state.filters,
            number,
            sort=state.look.sort,
            place=place,
            actor=request.actor,
            at=request.at,
        )
    except Refused:
        return None
    return Neighbours(
        name=state.view.name,
        list=state.address(),
        previous=_address(before, state),
        next=_address(after, state),
        previous_title=_title(before),
        next_title=_title(after),
    )


def _address(found: Neighbour | None, state: QueueState) -> str:
    if found is None:
        return ""
    link = record_link(state.packed(), found.place)
    return record_address(found.kind, found.number) + link


def _title(found: Neighbour | None) -> str:
    return f"{found.number} {found.title}" if found else ""
