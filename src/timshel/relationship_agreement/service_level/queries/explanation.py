"""Why a clock says what it says: the agreement and the line, the calendar, and every interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from timshel.context.organization.models import Customer, Team, Unit
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.operation.work.access import find
from timshel.operation.work.rules import VIEW, covers
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BusinessCalendar,
    Target,
)
from timshel.relationship_agreement.service_level.queries.clocks import (
    ClockView,
    view_of_reading,
)
from timshel.relationship_agreement.service_level.queries.readings import WorkLife, work_life
from timshel.relationship_agreement.service_level.rules.book import Candidate
from timshel.relationship_agreement.service_level.rules.clock import ClockReading, DueAlert
from timshel.relationship_agreement.service_level.rules.explanation import (
    ExplainedStretch,
    explain_reading,
)
from timshel.relationship_agreement.service_level.rules.happenings import Facts, Holder
from timshel.relationship_agreement.service_level.rules.laps import ENDS
from timshel.relationship_agreement.service_level.rules.phrases import CATEGORY_NAMES
from timshel.relationship_agreement.service_level.rules.precedence import Mismatch, Standing
from timshel.relationship_agreement.service_level.rules.terms import Terms
from timshel.relationship_agreement.service_level.rules.weighing import reason_sentence
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
)
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Offering, Service

NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class CandidateView:
    """An agreement that was weighed.

    Args:
        code: of the agreement.
        number: of its version.
        name: of the agreement.
        kind: between whom it is made.
        valid_from: since when this version holds.
        valid_until: until when, or None.
        is_chosen: whether it is the one that applies.
        applies: whether it would apply if no other went before it.
        mismatch: why it does not apply, or None.
        reason: the same in a sentence.
    """

    code: str
    number: int
    name: str
    kind: AgreementKind
    valid_from: datetime
    valid_until: datetime | None
    is_chosen: bool
    applies: bool
    mismatch: Mismatch | None
    reason: str


@dataclass(frozen=True, slots=True)
class TargetView:
    """The line of the agreement that promises so much.

    Args:
        amount: how much, in ``unit``.
        unit: minutes, hours or working days.
        is_own: whether the work states it itself, as the task of a step can; the agreement then
            lends its calendar and its alerts alone.
        priority: for which, or None for each.
        service: for which, or nothing for each that the agreement covers.
        offering: for which, or nothing.
        attainment_percent: how many of a hundred are to be in time, or None.
    """

    amount: int
    unit: DurationUnit
    is_own: bool
    priority: int | None
    service: str
    offering: str
    attainment_percent: float | None


@dataclass(frozen=True, slots=True)
class FactsView:
    """What of the work decided about the agreement, in names; empty where there is none."""

    priority: int
    service: str
    offering: str
    customer: str
    unit: str


@dataclass(frozen=True, slots=True)
class TermsView:
    """What was promised from one moment of a lap on.

    Args:
        since: the moment.
        agreement_name: which agreement promised it; empty where nothing was promised.
        calendar_name: where it was counted.
        target: how much, or None where nothing was promised.
    """

    since: datetime
    agreement_name: str
    calendar_name: str
    target: timedelta | None


@dataclass(frozen=True, slots=True)
class LapView:
    """One lap of the clock, with whose time it measures where it measures somebody's."""

    clock: ClockView
    holder: str


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """A clock, the promise behind it and all the time that it counted or did not.

    Args:
        clock: what it says.
        read_at: the moment for which it says that.
        holder: whose time it measures, for kind ``hop`` and for tasks.
        agreement_name: the agreement that applies.
        agreement_code: by which it is known.
        agreement_number: of its version.
        agreement_kind: between whom it is made.
        facts: what of the work decided about it.
        decided_at: the moment for which it was found.
        candidates: all agreements that were weighed then: those that apply in their order, the
            first of which is the one, and after them the others.
        target: the line of the agreement.
        terms: what was promised in the course of the lap, oldest first.
        calendar_name: the calendar in which the target is counted.
        calendar_code: by which it is known.
        calendar_zone: that calendar's time zone.
        calendar_from: since when this version of it holds.
        calendar_until: until when, or None.
        stretches: all time from the opening to the reading and on to the due moment.
        withdrawn_breaches: breaches that a later, more generous target made void.
        alerts: whom the running clock tells when.
        laps: all laps of this kind of clock, oldest first.
    """

    clock: ClockView
    read_at: datetime
    holder: str
    agreement_name: str
    agreement_code: str
    agreement_number: int
    agreement_kind: AgreementKind
    facts: FactsView
    decided_at: datetime
    candidates: tuple[CandidateView, ...]
    target: TargetView
    terms: tuple[TermsView, ...]
    calendar_name: str
    calendar_code: str
    calendar_zone: str
    calendar_from: datetime
    calendar_until: datetime | None
    stretches: tuple[ExplainedStretch, ...]
    withdrawn_breaches: tuple[datetime, ...]
    alerts: tuple[DueAlert, ...]
    laps: tuple[LapView, ...]


def explain_clock(
    work_item_id: int,
    kind: ClockKind,
    *,
    at: datetime,
    lap: int | None = None,
    language: str = "en",
) -> ClockExplanation:
    """Return why a clock says what it says, in a fixed number of queries.

    Args:
        work_item_id: the work; the caller has asked whether the reader may see it.
        kind: which clock.
        at: the moment of the reading; it may lie in the past.
        lap: which run of it; the present one where none is named.
        language: of the names of services, teams and suppliers.

    Raises:
        NotFound: nothing is promised for this work at that moment, or there is no such lap.
    """
    work = work_life(work_item_id, at=at)
    laps = [each for each in work.readings if each.kind is kind]
    reading = next((each for each in laps if _is_asked(each, lap)), None)
    if reading is None or reading.terms.agreement_id is None:
        raise NotFound
    situation_at, facts = _decision(work, reading)
    candidates = work.promised.book.candidates(
        kind, facts=facts, at=situation_at, holder=reading.holder
    )
    agreements = _agreements(candidates, reading)
    calendars = BusinessCalendar.objects.in_bulk(_calendar_ids(reading))
    agreement = agreements[reading.terms.agreement_id or 0]
    calendar = calendars[reading.terms.calendar_id or 0]
    holders = _holders([each.holder for each in laps], language)
    return ClockExplanation(
        clock=view_of_reading(work_item_id, reading),
        read_at=reading.read_at,
        holder=holders.get(reading.holder, ""),
        agreement_name=agreement.name,
        agreement_code=agreement.code,
        agreement_number=agreement.number,
        agreement_kind=AgreementKind(agreement.kind),
        facts=_facts(facts, language),
        decided_at=situation_at,
        candidates=_weighed(candidates, agreements, reading, language),
        target=_target(reading.terms.target_id, facts, language),
        terms=tuple(_terms(reading, agreements, calendars)),
        calendar_name=calendar.name,
        calendar_code=calendar.code,
        calendar_zone=calendar.time_zone,
        calendar_from=calendar.valid_from,
        calendar_until=calendar.valid_until,
        stretches=explain_reading(reading, at=reading.read_at),
        withdrawn_breaches=reading.withdrawn_breaches,
        alerts=reading.alerts,
        laps=tuple(
            LapView(view_of_reading(work_item_id, each), holders.get(each.holder, ""))
            for each in laps
        ),
    )


@dataclass(frozen=True, slots=True)
class WorkExplanation:
    """A clock of a piece of work, explained."""

    number: str
    title: str
    explanation: ClockExplanation


def work_explanation(
    number: str, kind: ClockKind, *, work: str, lap: int | None = None, actor: Actor, at: datetime
) -> WorkExplanation:
    """Return why a clock of a piece of work says what it says, in a fixed number of queries.

    Args:
        number: of the work.
        kind: which clock.
        work: the kind of work that the number is to be of.
        lap: which run of the clock; the present one where none is named.
        actor: who reads.
        at: now.

    Raises:
        NotFound: there is no such work, clock or lap, or the reader may not know of it.
        NotAllowed: the reader only asked for it.
    """
    item = find(number, kind=work, actor=actor)
    if not covers(actor, VIEW, item):
        raise NotAllowed
    explained = explain_clock(item.pk, kind, lap=lap, at=at, language=actor.language)
    return WorkExplanation(item.number, item.title, explained)


def _is_asked(reading: ClockReading, lap: int | None) -> bool:
    return reading.is_current if lap is None else reading.lap == lap


def _decision(work: WorkLife, reading: ClockReading) -> tuple[datetime, Facts]:
    """Return when the terms that hold were found, and for which facts."""
    deciding = next(
        (each for each in reversed(reading.spans) if each.status not in ENDS), reading.spans[0]
    )
    found = [each for each in work.life if (each.start, each.end) == (deciding.start, deciding.end)]
    return deciding.start, found[-1].situation.facts


def _agreements(candidates: Iterable[Candidate], reading: ClockReading) -> Mapping[int, Agreement]:
    wanted = {each.version.id for each in candidates}
    wanted |= {span.terms.agreement_id or 0 for span in reading.spans if span.terms}
    rows: QuerySet[Agreement] = Agreement.objects.select_related(
        "customer", "unit", "provider_team", "recipient_team", "supplier"
    ).prefetch_related("services", "offerings")
    return rows.in_bulk(wanted)


def _calendar_ids(reading: ClockReading) -> set[int]:
    found = {reading.terms.calendar_id or 0}
    return found | {span.terms.calendar_id or 0 for span in reading.spans if span.terms}


def _holders(holders: Iterable[Holder | None], language: str) -> dict[Holder | None, str]:
    """Return the names of whoever had the work, in two queries."""
    known = [each for each in holders if each is not None]
    teams = Team.objects.in_bulk({each.team_id for each in known if each.team_id})
    suppliers = Supplier.objects.in_bulk({each.supplier_id for each in known if each.supplier_id})
    found: dict[Holder | None, str] = {}
    for each in known:
        row = teams.get(each.team_id or 0) or suppliers.get(each.supplier_id or 0)
        found[each] = row.text("name", language) if row else ""
    return found


def _facts(facts: Facts, language: str) -> FactsView:
    service = Service.objects.filter(pk=facts.service_id or 0).first()
    offering = Offering.objects.filter(pk=facts.offering_id or 0).first()
    customer = Customer.objects.filter(pk=facts.customer_id or 0).first()
    unit = Unit.objects.filter(pk=facts.unit_id or 0).first()
    return FactsView(
        priority=facts.priority,
        service=service.text("name", language) if service else "",
        offering=offering.text("name", language) if offering else "",
        customer=str(customer or ""),
        unit=unit.text("name", language) if unit else "",
    )


def _weighed(
    candidates: Iterable[Candidate],
    agreements: Mapping[int, Agreement],
    reading: ClockReading,
    language: str,
) -> tuple[CandidateView, ...]:
    found = []
    for each in candidates:
        row = agreements[each.version.id]
        is_chosen = row.pk == reading.terms.agreement_id
        is_silent = isinstance(each.found, Standing) and not is_chosen
        found.append(
            CandidateView(
                code=row.code,
                number=row.number,
                name=row.name,
                kind=AgreementKind(row.kind),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                is_chosen=is_chosen,
                applies=is_chosen or is_silent,
                mismatch=each.found if isinstance(each.found, Mismatch) else None,
                reason=reason_sentence(
                    each.found,
                    is_first=is_chosen,
                    is_hop=row.kind != AgreementKind.SERVICE,
                    party=_party(row, each.found, language),
                    coverage=_coverage(row, language),
                ),
            )
        )
    return tuple(found)


def _party(row: Agreement, found: Standing | Mismatch, language: str) -> str:
    """Return with whom an agreement is made, or between whom for those behind the service."""
    if row.customer:
        return str(row.customer)
    if row.unit:
        return row.unit.text("name", language)
    if row.customer_category:
        return str(CATEGORY_NAMES[row.customer_category])
    provider = row.supplier or row.provider_team
    if found is Mismatch.OTHER_PROVIDER and provider:
        return provider.text("name", language)
    return row.recipient_team.text("name", language) if row.recipient_team else ""


def _coverage(row: Agreement, language: str) -> str:
    names = [each.text("name", language) for each in (*row.services.all(), *row.offerings.all())]
    first = ", ".join(sorted(names)[:NAMED_AT_MOST])
    if len(names) <= NAMED_AT_MOST:
        return first
    return _("%(names)s and others") % {"names": first}


def _target(key: int | None, facts: Facts, language: str) -> TargetView:
    own = facts.target
    if own is not None:
        return TargetView(
            amount=own.amount,
            unit=own.unit,
            is_own=True,
            priority=None,
            service="",
            offering="",
            attainment_percent=None,
        )
    row = Target.objects.select_related("service", "offering").get(pk=key or 0)
    percent = row.attainment_percent
    return TargetView(
        amount=row.amount,
        unit=DurationUnit(row.unit),
        is_own=False,
        priority=row.priority,
        service=row.service.text("name", language) if row.service else "",
        offering=row.offering.text("name", language) if row.offering else "",
        attainment_percent=None if percent is None else float(percent),
    )


def _terms(
    reading: ClockReading,
    agreements: Mapping[int, Agreement],
    calendars: Mapping[int, BusinessCalendar],
) -> Iterable[TermsView]:
    """Yield what was promised, each time that it changed; a stopped clock keeps what it had."""
    before: Terms | None = None
    is_first = True
    for span in reading.spans:
        if span.status in ENDS or (span.terms == before and not is_first):
            continue
        before, is_first = span.terms, False
        agreement = agreements.get(span.terms.agreement_id or 0) if span.terms else None
        calendar = calendars.get(span.terms.calendar_id or 0) if span.terms else None
        yield TermsView(
            since=span.start,
            agreement_name=agreement.name if agreement else "",
            calendar_name=calendar.name if calendar else "",
            target=span.terms.target if span.terms else None,
        )
