"""Many incidents at once, written as history; some of which refuse what is done to the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.cast import AT, SYSTEM, Cast, later
from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.incident.actions import IncidentReport
from timshel.resolution_fulfilment.incident.bulk import write_histories
from timshel.resolution_fulfilment.incident.histories import (
    Cancelled,
    Doer,
    IncidentHistory,
    Started,
)

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Many:
    """Numbers of incidents, in the order in which they were opened.

    Args:
        numbers: all of them.
        cancelled: those that were cancelled.
        elsewhere: those of a service whose team the agents of the desk are not in.
    """

    numbers: tuple[str, ...]
    cancelled: frozenset[str]
    elsewhere: frozenset[str]

    @property
    def refusing(self) -> frozenset[str]:
        """Those that an agent of the desk cannot work on, by stage or by right."""
        return self.cancelled | self.elsewhere


def many_incidents(cast: Cast, count: int, *, cancelled: int = 0, elsewhere: int = 0) -> Many:
    """Write incidents of the requester's: new ones, started ones, and some that refuse.

    Args:
        cast: whose.
        count: how many in all.
        cancelled: how many of them were cancelled.
        elsewhere: how many of them are of the facilities desk.
    """
    refusing = [count * each // (cancelled + elsewhere) for each in range(cancelled + elsewhere)]
    gone, away = set(refusing[:cancelled]), set(refusing[cancelled:])
    written: dict[str, str] = {}
    for start in range(0, count, BATCH):
        rows = [
            _history(each, cast, is_cancelled=each in gone, is_elsewhere=each in away)
            for each in range(start, min(start + BATCH, count))
        ]
        written |= write_histories(rows, source="many", actor=SYSTEM, at=later(9))
    return Many(
        numbers=tuple(written[str(each)] for each in range(count)),
        cancelled=frozenset(written[str(each)] for each in gone),
        elsewhere=frozenset(written[str(each)] for each in away),
    )


def _history(each: int, cast: Cast, *, is_cancelled: bool, is_elsewhere: bool) -> IncidentHistory:
    requester, lead = _doer(cast.requester), _doer(cast.lead)
    happenings: tuple[Any, ...] = ()
    if is_cancelled:
        happenings = (Cancelled(later(5), lead, "Reported twice."),)
    elif each % 2:
        happenings = (Started(later(5), lead),)
    return IncidentHistory(
        external_id=str(each),
        fingerprint="",
        report=IncidentReport(
            title=f"Case {each}",
            service="heating" if is_elsewhere else "laptop",
            requester_id=cast.requester.person_id,
        ),
        opened_at=AT,
        opened_by=requester,
        happenings=happenings,
    )


def _doer(who: Actor) -> Doer:
    return Doer(who.person_id, who.name, who.channel)
