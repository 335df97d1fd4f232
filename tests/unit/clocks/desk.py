"""The desk of the examples: its office hours in Zurich, what it promises, and what happens there.

The week of the examples is that of Monday 1 June 2026.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from timshel.kernel.calendar import BusinessCalendar, business_calendar
from timshel.relationship_agreement.service_level.rules.book import AgreementBook
from timshel.relationship_agreement.service_level.rules.clock import (
    ClockReading,
    read_clock,
    read_laps,
)
from timshel.relationship_agreement.service_level.rules.happenings import (
    Answered,
    ClockEvent,
    Facts,
    FactsChanged,
    HandedOver,
    Opened,
    Phase,
    RequesterWrote,
    StageChanged,
    TakenUp,
)
from timshel.relationship_agreement.service_level.rules.precedence import (
    AgreementVersion,
    DatedTerms,
    TargetLine,
    World,
)
from timshel.relationship_agreement.service_level.rules.terms import Alert, Terms
from timshel.relationship_agreement.service_level.rules.waiting import WaitingBook
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    Recipient,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOTHING = timedelta(0)
ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
OFFICE = ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
WEEK = (OFFICE,) * 5 + ((), ())
ZURICH = ZoneInfo("Europe/Zurich")
CALENDAR = business_calendar("Europe/Zurich", WEEK)
WAITING = WaitingBook(
    defaults={
        (ClockKind.RESOLVE, "requester"): True,
        (ClockKind.RESOLVE, "supplier"): False,
        (ClockKind.FULFIL, "requester"): True,
        (ClockKind.FULFIL, "approval"): True,
        (ClockKind.UPDATE, "requester"): True,
        (ClockKind.HOP, "requester"): True,
    }
)
THREE_QUARTERS = Alert(75, Recipient.ASSIGNEE)
DESK, NETWORK = 1, 2
CARRIER, MAKER = 1, 2


def zurich(day: int, hour: int = 0, minute: int = 0, *, month: int = 6) -> datetime:
    """A moment of 2026; 1 June is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZURICH)


def promise(target: timedelta, calendar: BusinessCalendar = CALENDAR, **more: Any) -> Terms:
    """So much time, of which three quarters are told."""
    return Terms(target, calendar, **{"alerts": (THREE_QUARTERS,), **more})


def line(
    kind: ClockKind, priority: int | None, *terms: Terms | DatedTerms, **of: Any
) -> TargetLine:
    """A line of an agreement, on one version of a calendar for ever or on several."""
    dated = (
        each if isinstance(each, DatedTerms) else DatedTerms(ALWAYS, None, each) for each in terms
    )
    return TargetLine(kind, priority, of.get("service_id"), of.get("offering_id"), tuple(dated))


def agreement(code: str, *lines: TargetLine, **given: Any) -> AgreementVersion:
    """A version of an agreement, for ever and for everybody if nothing else is given."""
    told = {
        "id": 1,
        "number": 1,
        "kind": AgreementKind.SERVICE,
        "valid_from": ALWAYS,
        "valid_until": None,
        **given,
    }
    return AgreementVersion(code=code, lines=lines, **told)


def followed(at: datetime, before: Iterable[TargetLine], after: Iterable[TargetLine]) -> Any:
    """The book of one agreement whose second version takes the place of the first."""
    return AgreementBook(
        [
            agreement("standard", *before, valid_until=at),
            agreement("standard", *after, id=2, number=2, valid_from=at),
        ]
    )


def standard(
    respond: timedelta = HOUR,
    resolve: timedelta = 8 * HOUR,
    urgent: timedelta = 4 * HOUR,
    update: timedelta = 3 * HOUR,
    world: World | None = None,
    **more: Any,
) -> AgreementBook:
    """Targets of priority 3, half of them for priority 2; an update as often for each."""
    return AgreementBook(
        [
            agreement(
                "standard",
                line(ClockKind.RESPOND, 3, promise(respond, **more)),
                line(ClockKind.RESPOND, 2, promise(respond / 2, **more)),
                line(ClockKind.RESOLVE, 3, promise(resolve, **more)),
                line(ClockKind.RESOLVE, 2, promise(urgent, **more)),
                line(ClockKind.FULFIL, 3, promise(2 * resolve, **more)),
                line(ClockKind.UPDATE, None, promise(update, **more)),
            ),
            agreement(
                "desk",
                line(ClockKind.HOP, None, promise(2 * HOUR)),
                kind=AgreementKind.OPERATIONAL,
                provider_team_id=DESK,
            ),
            agreement(
                "network",
                line(ClockKind.FULFIL, None, promise(4 * HOUR)),
                kind=AgreementKind.OPERATIONAL,
                provider_team_id=NETWORK,
            ),
            agreement(
                "carrier",
                line(ClockKind.HOP, None, promise(6 * HOUR)),
                kind=AgreementKind.SUPPLIER,
                supplier_id=CARRIER,
            ),
        ],
        world,
    )


def only(kind: ClockKind, terms: Terms, priority: int | None = 3) -> AgreementBook:
    """A book with one line."""
    return AgreementBook([agreement("standard", line(kind, priority, terms))])


def read(
    kind: ClockKind, at: datetime, *events: ClockEvent, book: AgreementBook | None = None
) -> ClockReading:
    """The present lap of a clock, which is there."""
    found = read_clock(events, kind=kind, book=book or standard(), waiting=WAITING, at=at)
    assert found is not None
    return found


def laps(
    kind: ClockKind, at: datetime, *events: ClockEvent, book: AgreementBook | None = None
) -> tuple[ClockReading, ...]:
    """All laps of a clock."""
    return read_laps(events, kind=kind, book=book or standard(), waiting=WAITING, at=at)


def resolve(at: datetime, *events: ClockEvent, book: AgreementBook | None = None) -> ClockReading:
    """The clock to resolve."""
    return read(ClockKind.RESOLVE, at, *events, book=book)


def respond(at: datetime, *events: ClockEvent, book: AgreementBook | None = None) -> ClockReading:
    """The clock to respond."""
    return read(ClockKind.RESPOND, at, *events, book=book)


def opened(at: datetime, priority: int = 3, *, team_id: int | None = None, **facts: Any) -> Opened:
    """Somebody reports something."""
    return Opened(at, Facts(priority=priority, **facts), team_id=team_id)


def priority(at: datetime, number: int) -> FactsChanged:
    """Another priority."""
    return FactsChanged(at, {"priority": number})


def active(at: datetime) -> StageChanged:
    """It goes on."""
    return StageChanged(at, Phase.ACTIVE)


def waits(at: datetime, reason: str = "requester", supplier_id: int | None = None) -> StageChanged:
    """It waits."""
    return StageChanged(at, Phase.WAITING, reason, supplier_id)


def done(at: datetime) -> StageChanged:
    """It is resolved."""
    return StageChanged(at, Phase.DONE)


def cancelled(at: datetime) -> StageChanged:
    """It is withdrawn."""
    return StageChanged(at, Phase.CANCELLED)


def asked(at: datetime) -> RequesterWrote:
    """The requester writes."""
    return RequesterWrote(at)


def answered(at: datetime) -> Answered:
    """A helper answers."""
    return Answered(at)


def begun(at: datetime) -> TakenUp:
    """A helper takes a part of it up."""
    return TakenUp(at)


def handed(at: datetime, team_id: int | None) -> HandedOver:
    """Another team has it."""
    return HandedOver(at, team_id)


OPENED = opened(zurich(1, 9))
