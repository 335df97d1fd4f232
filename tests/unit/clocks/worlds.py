"""Whole worlds by chance: calendars in difficult nights, agreements, customers, units and work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from tests.unit.clocks.desk import ALWAYS, HOUR, MINUTE, OFFICE
from tests.unit.clocks.walk import Papers
from timshel.kernel.calendar import DAY, BusinessCalendar, around_the_clock, business_calendar
from timshel.kernel.calendar import Exceptional as ExceptionalDay
from timshel.relationship_agreement.service_level.rules.book import AgreementBook
from timshel.relationship_agreement.service_level.rules.happenings import (
    Answered,
    ClockEvent,
    Facts,
    FactsChanged,
    HandedOver,
    Opened,
    OwnTarget,
    Phase,
    RequesterWrote,
    StageChanged,
    TakenUp,
)
from timshel.relationship_agreement.service_level.rules.precedence import (
    AgreementVersion,
    Choice,
    DatedTerms,
    TargetLine,
    World,
)
from timshel.relationship_agreement.service_level.rules.terms import Alert, Terms
from timshel.relationship_agreement.service_level.rules.waiting import (
    WaitingBook,
    WaitingRules,
    WaitingVersion,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    Recipient,
)

NIGHTS = {
    "Europe/Zurich": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Kathmandu": (date(2026, 12, 31), date(1985, 12, 31)),
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 9, 24)),
    "Europe/Dublin": (date(2026, 3, 29), date(2026, 10, 25)),
}
"""Zones, and nights in them in which something happens to the clocks; that of Dublin takes an
hour off its standard time in winter, Apia skips a day."""

SERVICES, OFFERINGS, TEAMS, SUPPLIERS = (7, 8), (70, 80), (1, 2), (1, 2)
UNITS = {1: (1,), 2: (2, 1), 3: (3, 2, 1), 4: (4, 1)}
CATEGORIES = {1: "gold", 2: "", 3: "gold"}
REASONS = ("requester", "supplier")
WAITING: WaitingRules = {
    (ClockKind.RESOLVE, "requester"): True,
    (ClockKind.FULFIL, "requester"): True,
    (ClockKind.UPDATE, "requester"): True,
    (ClockKind.HOP, "requester"): True,
    (ClockKind.HOP, "supplier"): False,
}
ALERTS = (
    Alert(75, Recipient.ASSIGNEE),
    Alert(None, Recipient.LEAD, before=timedelta(hours=1)),
    Alert(150, Recipient.SERVICE_OWNER),
)
OF_HOLDERS: tuple[ClockKind, ...] = (ClockKind.HOP,)
OF_TEAMS = (ClockKind.HOP, ClockKind.FULFIL)
OF_ASKERS = (ClockKind.RESPOND, ClockKind.UPDATE, ClockKind.RESOLVE, ClockKind.FULFIL)

Moments = st.SearchStrategy[datetime]


@dataclass(frozen=True)
class Case:
    """A world, a piece of work in it and the moment at which its clocks are read."""

    papers: Papers
    events: tuple[ClockEvent, ...]
    at: datetime

    @property
    def book(self) -> AgreementBook:
        """The same papers as the product keeps them."""
        return AgreementBook(self.papers.versions, self.papers.world)

    @property
    def waiting(self) -> WaitingBook:
        """What waiting does by the same papers."""
        return WaitingBook(self.papers.waiting, defaults=WAITING)


@st.composite
def business_calendars(draw: st.DrawFn, night: date, zone: str) -> BusinessCalendar:
    """Hours of any kind around a night, with a feast and an exception."""
    days = [night + timedelta(days=n) for n in range(-2, 3)]
    marks = st.lists(st.integers(0, 48), max_size=4, unique=True).map(sorted)
    hours = marks.map(
        lambda m: tuple((a * 1800, b * 1800) for a, b in zip(m[::2], m[1::2], strict=False))
    )
    weekly = draw(
        st.one_of(
            st.just((((0, DAY),),) * 7),
            st.just((OFFICE,) * 7),
            st.lists(hours, min_size=7, max_size=7),
        )
    )
    return business_calendar(
        zone,
        weekly,
        holidays=dict.fromkeys(draw(st.lists(st.sampled_from(days), max_size=1)), "Feast"),
        exceptions=draw(
            st.dictionaries(st.sampled_from(days), hours.map(ExceptionalDay), max_size=1)
        ),
    )


@st.composite
def target_lines(
    draw: st.DrawFn, kind: ClockKind, calendars: list[BusinessCalendar], moments: Moments
) -> TargetLine:
    """A line on one or two versions of a calendar, of which the first may come too late."""
    terms = st.builds(
        Terms,
        st.integers(0, 1_800).map(lambda n: n * MINUTE),
        st.sampled_from(calendars),
        alerts=st.sampled_from([(), ALERTS]),
        restarts_on_reopening=st.booleans(),
        working_day=st.sampled_from([HOUR, 6 * HOUR]),
    )
    change = draw(st.none() | moments)
    begin = draw(st.just(ALWAYS) | st.just(ALWAYS) | moments)
    dated = [DatedTerms(begin, change, draw(terms))]
    if change is not None:
        dated.append(DatedTerms(change, None, draw(terms)))
    return TargetLine(
        kind,
        draw(st.sampled_from([None, None, 1, 2])),
        draw(st.sampled_from([None, None, None, *SERVICES])),
        draw(st.sampled_from([None, None, None, *OFFERINGS])),
        tuple(dated),
    )


@st.composite
def versions(
    draw: st.DrawFn, code: str, calendars: list[BusinessCalendar], moments: Moments
) -> list[AgreementVersion]:
    """One agreement: a version, or two that follow each other."""
    kind = draw(st.sampled_from([AgreementKind.SERVICE] * 3 + list(AgreementKind)[1:]))
    told: dict[str, object] = {"kind": kind}
    if kind is AgreementKind.SERVICE:
        told |= draw(
            st.sampled_from(
                [{}, {}, *({"customer_id": n} for n in CATEGORIES), {"category": "gold"}]
                + [{"unit_id": n} for n in UNITS]
                + [{"is_option": True}] * 2
            )
        )
    else:
        told["recipient_team_id"] = draw(st.sampled_from([None, None, *TEAMS]))
        own = {"provider_team_id": draw(st.sampled_from(TEAMS))}
        told |= own if kind is AgreementKind.OPERATIONAL else {
            "supplier_id": draw(st.sampled_from(SUPPLIERS))
        }  # fmt: skip
    told["services"] = draw(st.frozensets(st.sampled_from(SERVICES), max_size=1))
    told["offerings"] = draw(st.frozensets(st.sampled_from(OFFERINGS), max_size=1))
    kinds = OF_HOLDERS
    if kind is AgreementKind.SERVICE:
        kinds = OF_ASKERS
    elif kind is AgreementKind.OPERATIONAL:
        kinds = OF_TEAMS
    line = st.sampled_from(kinds).flatmap(lambda of: target_lines(of, calendars, moments))
    some = st.lists(
        line,
        min_size=1,
        max_size=6,
        unique_by=lambda each: (each.kind, each.priority, each.service_id, each.offering_id),
    )
    ends = draw(st.none() | moments)
    found = [_version(code, 1, draw(st.just(ALWAYS) | moments), ends, draw(some), told)]
    if ends is not None and draw(st.booleans()):
        found.append(_version(code, 2, ends, draw(st.none() | moments), draw(some), told))
    return [
        each for each in found if each.valid_until is None or each.valid_from < each.valid_until
    ]


def _version(
    code: str,
    number: int,
    begins: datetime,
    ends: datetime | None,
    lines: list[TargetLine],
    told: dict[str, object],
) -> AgreementVersion:
    return AgreementVersion(
        id=number,
        code=code,
        number=number,
        valid_from=begins,
        valid_until=ends,
        lines=tuple(lines),
        **told,  # type: ignore[arg-type]
    )


@st.composite
def usual(draw: st.DrawFn, calendars: list[BusinessCalendar]) -> list[AgreementVersion]:
    """What is promised where nothing else is: something about each clock."""

    def promised(*kinds: ClockKind) -> list[TargetLine]:
        terms = st.builds(
            Terms,
            st.integers(0, 900).map(lambda n: n * MINUTE),
            st.sampled_from(calendars),
            alerts=st.just(ALERTS),
            restarts_on_reopening=st.booleans(),
        )
        return [
            TargetLine(kind, priority, None, None, (DatedTerms(ALWAYS, None, draw(terms)),))
            for kind in kinds
            for priority in (None, 1)
        ]

    told: list[tuple[str, dict[str, object]]] = [("z", {"kind": AgreementKind.SERVICE})]
    told += [
        (f"team {n}", {"kind": AgreementKind.OPERATIONAL, "provider_team_id": n}) for n in TEAMS
    ]
    told += [
        (f"supplier {n}", {"kind": AgreementKind.SUPPLIER, "supplier_id": n}) for n in SUPPLIERS
    ]
    return [
        _version(code, 1, ALWAYS, None, promised(*(OF_ASKERS if code == "z" else OF_HOLDERS)), of)
        for code, of in told
    ]


@st.composite
def papers(draw: st.DrawFn, calendars: list[BusinessCalendar], moments: Moments) -> Papers:
    """Some agreements, and customers who chose levels."""
    made = draw(usual(calendars))
    codes = draw(st.lists(st.sampled_from("abcdefgh"), max_size=5, unique=True))
    made += [each for code in codes for each in draw(versions(code, calendars, moments))]
    if not codes:
        return Papers(tuple(made), World(UNITS, CATEGORIES))
    choices = st.builds(
        Choice,
        st.sampled_from(codes),
        st.sampled_from(sorted(CATEGORIES)),
        st.just(ALWAYS) | moments,
        st.none() | moments,
    )
    chosen = draw(st.lists(choices, max_size=3))
    return Papers(tuple(made), World(UNITS, CATEGORIES, tuple(chosen)))


FACTS = {
    "priority": st.integers(1, 2),
    "service_id": st.sampled_from([None, *SERVICES]),
    "offering_id": st.sampled_from([None, *OFFERINGS]),
    "customer_id": st.sampled_from([None, *CATEGORIES]),
    "unit_id": st.sampled_from([None, *UNITS]),
}


def happenings(moments: Moments) -> st.SearchStrategy[ClockEvent]:
    """Anything that can happen to a piece of work after its opening."""
    return st.one_of(
        st.builds(
            FactsChanged,
            moments,
            st.fixed_dictionaries({}, optional=FACTS),
        ),
        st.builds(HandedOver, moments, st.sampled_from([None, *TEAMS])),
        st.builds(Answered, moments),
        st.builds(TakenUp, moments),
        st.builds(RequesterWrote, moments),
        st.builds(
            StageChanged,
            moments,
            st.just(Phase.WAITING),
            st.sampled_from(REASONS),
            st.sampled_from([None, *SUPPLIERS]),
        ),
        st.builds(StageChanged, moments, st.sampled_from([Phase.ACTIVE, Phase.DONE])),
        st.builds(StageChanged, moments, st.sampled_from(list(Phase))),
    )


def possible(events: list[ClockEvent]) -> list[ClockEvent]:
    """Leave out what no work does: cancelled work stays so, resolved work is not cancelled."""
    found, phase = [], Phase.ACTIVE
    for event in events:
        if isinstance(event, StageChanged):
            if phase is Phase.CANCELLED:
                continue
            if phase is Phase.DONE and event.phase is Phase.CANCELLED:
                continue
            phase = event.phase
        found.append(event)
    return found


@st.composite
def waiting_rules(
    draw: st.DrawFn, moments: st.SearchStrategy[datetime]
) -> tuple[WaitingVersion, ...]:
    """Rules that were set once or twice for some clocks and reasons."""
    made: list[WaitingVersion] = []
    for kind, reason in draw(st.lists(st.sampled_from(sorted(WAITING)), max_size=2, unique=True)):
        dates = sorted(draw(st.lists(moments, min_size=1, max_size=2, unique=True)))
        ends = [*dates[1:], None]
        pauses = draw(st.booleans())
        for begins, until in zip(dates, ends, strict=True):
            made.append(WaitingVersion(kind, reason, pauses, begins, until))
            pauses = not pauses
    return tuple(made)


OWN_TARGETS = st.none() | st.builds(
    OwnTarget, st.integers(1, 6), st.sampled_from([DurationUnit.HOURS, DurationUnit.WORKING_DAYS])
)


@st.composite
def cases(draw: st.DrawFn, process: str = "incident") -> Case:
    """Two days around a night on which something happens to the clocks.

    The moments are few, so that much of it happens at once.
    """
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    night = draw(st.sampled_from(NIGHTS[zone]))
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=1)
    calendars = [draw(business_calendars(night, zone)) for _ in range(2)]
    calendars.append(around_the_clock())
    anywhere = st.integers(0, 2 * 1440).map(lambda n: start + n * MINUTE)
    few = draw(st.lists(anywhere, min_size=1, max_size=4))
    moments = anywhere | st.sampled_from(few)
    made = replace(draw(papers(calendars, moments)), waiting=draw(waiting_rules(moments)))
    events = sorted(
        draw(st.lists(happenings(moments), min_size=3, max_size=14)), key=lambda each: each.at
    )
    first = min(start, *(each.at for each in events))
    opening = Opened(
        first,
        Facts(
            process=process,
            target=draw(OWN_TARGETS) if process == "task" else None,
            **draw(st.fixed_dictionaries(FACTS)),
        ),
        team_id=draw(st.sampled_from([None, *TEAMS])),
    )
    last = max(each.at for each in events)
    return Case(made, (opening, *possible(events)), draw(st.just(last + HOUR) | moments))


@st.composite
def shelves(draw: st.DrawFn) -> tuple[Papers, Facts, datetime]:
    """Many agreements that all might apply to the same work, each with another target."""
    at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    begins = st.sampled_from([at - timedelta(days=n) for n in (-1, 0, 1, 1, 2)])
    party = st.sampled_from(
        [{}, {"customer_id": 1}, {"customer_id": 2}, {"category": "gold"}, {"is_option": True}]
        + [{"unit_id": n} for n in (1, 2, 3, 4)] * 2
    )
    coverage = st.sampled_from(
        [
            {},
            {"services": frozenset({7})},
            {"offerings": frozenset({70})},
            {"services": frozenset({8})},
            {"services": frozenset({7}), "offerings": frozenset({80})},
        ]
    )
    codes = draw(st.lists(st.sampled_from("abcdefghijkl"), min_size=3, max_size=10, unique=True))
    made = []
    for number, code in enumerate(codes):
        lines = [
            TargetLine(
                ClockKind.RESOLVE,
                draw(st.sampled_from([None, None, 1, 2])),
                draw(st.sampled_from([None, None, 7])),
                draw(st.sampled_from([None, None, 70])),
                (
                    DatedTerms(
                        ALWAYS, None, Terms((10 * number + each) * MINUTE, around_the_clock())
                    ),
                ),
            )
            for each in range(1, draw(st.integers(2, 4)))
        ]
        unique = {(each.priority, each.service_id, each.offering_id): each for each in lines}
        told = {"kind": AgreementKind.SERVICE, **draw(party), **draw(coverage)}
        ends = draw(st.sampled_from([None, None, None, at, at + MINUTE]))
        begun = draw(begins)
        if ends is None or begun < ends:
            made.append(_version(code, 1, begun, ends, list(unique.values()), told))
    choices = tuple(Choice(code, 1, ALWAYS, None) for code in codes[:2])
    facts = Facts(
        priority=draw(st.sampled_from([1, 1, 2])),
        service_id=draw(st.sampled_from([7, 7, 7, 8, None])),
        offering_id=draw(st.sampled_from([70, 70, None])),
        customer_id=draw(st.sampled_from([None, None, 1, 3])),
        unit_id=draw(st.sampled_from([3, 3, 3, 4, None])),
    )
    return Papers(tuple(made), World(UNITS, CATEGORIES, choices)), facts, at
