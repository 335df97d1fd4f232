"""What was promised about an incident and how it went, for helpers and for whoever asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.operation.work.access import find as find_work
from timshel.operation.work.access import require_following
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import VIEW, covers
from timshel.relationship_agreement.service_level.queries import (
    ClockExplanation,
    ClockView,
    clock_laps,
    explain_clock,
)
from timshel.relationship_agreement.service_level.queries.chain import ChainView, chain
from timshel.relationship_agreement.service_level.rules.explanation import ExplainedStretch
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident.access import find

TO_REQUESTER = (ClockKind.RESOLVE, ClockKind.FULFIL, ClockKind.RESPOND)
"""The promises that are made to whoever asked, the one they want to know of first."""


@dataclass(frozen=True, slots=True)
class IncidentClocks:
    """All laps of the clocks of one incident, with what names it."""

    number: str
    title: str
    clocks: tuple[ClockView, ...]


@dataclass(frozen=True, slots=True)
class IncidentExplanation:
    """Why a clock of one incident says what it says."""

    number: str
    title: str
    explanation: ClockExplanation


@dataclass(frozen=True, slots=True)
class IncidentChain:
    """The way of one incident through teams and suppliers."""

    number: str
    title: str
    chain: ChainView


@dataclass(frozen=True, slots=True)
class CasePromise:
    """What was promised to whoever asked; nothing in it names teams, suppliers or agreements.

    Args:
        number: of the case.
        title: of the case.
        clock: what the promise says, or None where nothing is promised.
        calendar_zone: the time zone of the hours that count.
        stretches: all time from the report on, counted or not.
    """

    number: str
    title: str
    clock: ClockView | None
    calendar_zone: str
    stretches: tuple[ExplainedStretch, ...]


def sees_inside(item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether the reader helps with this work or oversees it, and so may know who has it,
    what was agreed with them, and for which supplier it waits."""
    return covers(actor, VIEW, item)


def incident_clocks(number: str, *, actor: Actor, at: datetime) -> IncidentClocks:
    """Return all laps of the clocks of an incident; whoever asked does not see those of teams and
    suppliers. In a fixed number of queries.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(number, actor=actor)
    inside = sees_inside(item, actor=actor)
    laps = clock_laps(item.pk, at=at)
    shown = tuple(each for each in laps if inside or each.kind is not ClockKind.HOP)
    return IncidentClocks(item.number, item.title, shown)


def incident_explanation(
    number: str, kind: ClockKind, *, lap: int | None = None, actor: Actor, at: datetime
) -> IncidentExplanation:
    """Return why a clock of an incident says what it says, in a fixed number of queries.

    Args:
        number: the incident.
        kind: which clock.
        lap: which run of it; the present one where none is named.
        actor: who reads.
        at: now.

    Raises:
        NotFound: there is no such incident, clock or lap, or the reader may not know of it.
        NotAllowed: the reader only asked for it; :func:`case_promise` is for them.
    """
    item = _inside(number, actor=actor)
    explained = explain_clock(item.pk, kind, lap=lap, at=at, language=actor.language)
    return IncidentExplanation(item.number, item.title, explained)


def incident_chain(number: str, *, actor: Actor, at: datetime) -> IncidentChain:
    """Return the way of an incident through teams and suppliers, in a fixed number of queries.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
        NotAllowed: the reader only asked for it.
    """
    item = _inside(number, actor=actor)
    return IncidentChain(item.number, item.title, chain(item.pk, at=at, language=actor.language))


def case_promise(number: str, *, actor: Actor, at: datetime) -> CasePromise:
    """Return what was promised about a case that one follows, and how the time was counted.

    Raises:
        NotFound: it does not exist, or the reader does not follow it.
    """
    # What was promised is told of reports and of requests alike.
    item = find_work(number, actor=actor)
    require_following(item, actor=actor)
    for kind in TO_REQUESTER:
        try:
            found = explain_clock(item.pk, kind, at=at, language=actor.language)
        except NotFound:
            continue
        return CasePromise(
            number=item.number,
            title=item.title,
            clock=found.clock,
            calendar_zone=found.calendar_zone,
            stretches=found.stretches,
        )
    return CasePromise(item.number, item.title, None, "", ())


def _inside(number: str, *, actor: Actor) -> WorkItem:
    item = find(number, actor=actor)
    if not sees_inside(item, actor=actor):
        raise NotAllowed
    return item
