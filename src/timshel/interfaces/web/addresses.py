"""Where the pages of each kind of work are, told in one place."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from timshel.operation.work.rules import TASK
from timshel.resolution_fulfilment.incident import states as incident
from timshel.resolution_fulfilment.service_request import access as service_request

INCIDENT, REQUEST = incident.KIND, service_request.KIND
RECORDS: Mapping[str, str] = {
    INCIDENT: "incident",
    REQUEST: "request-record",
    TASK: "task-record",
}
PREFIXES: Mapping[str, str] = {"INC": INCIDENT, "REQ": REQUEST, "TSK": TASK}
CLOCKS: Mapping[str, str] = {
    INCIDENT: "incident-clock",
    REQUEST: "request-clock",
    TASK: "task-clock",
}


def record_address(kind: str, number: str) -> str:
    """Return where helpers see a piece of work.

    Args:
        kind: of the work, such as ``incident``.
        number: of the work.
    """
    return reverse(RECORDS[kind], args=[number])


def address_of_number(number: str) -> str:
    """Return where helpers see a piece of work of which only the number is known, or nothing."""
    kind = PREFIXES.get(number[:3].upper())
    return "" if kind is None else record_address(kind, number)


def record_addresses() -> Mapping[str, str]:
    """Return by kind of work where all its records are; a number is added to it.

    Lists ask once for all their rows.
    """
    return {kind: record_address(kind, "-").removesuffix("-") for kind in RECORDS}


def clock_address(kind: str, number: str, clock: str) -> str:
    """Return where a clock of a piece of work is explained.

    Args:
        kind: of the work.
        number: of the work.
        clock: the kind of clock.
    """
    return reverse(CLOCKS[kind], args=[number, clock])
