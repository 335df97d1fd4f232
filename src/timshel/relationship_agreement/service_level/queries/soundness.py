"""What is not sound about a draft, read together with all that it has to fit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BusinessCalendar,
    CalendarUse,
    in_force,
)
from timshel.relationship_agreement.service_level.queries.contents import (
    contents_of,
    names_in,
    services_of_offerings,
)
from timshel.relationship_agreement.service_level.rules.comparable import Hours
from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.fitting import (
    Finding,
    Keeper,
    Neighbour,
    Surroundings,
)
from timshel.relationship_agreement.service_level.rules.phrases import listed
from timshel.relationship_agreement.service_level.rules.soundness import findings
from timshel.relationship_agreement.service_level.states import AgreementKind
from timshel.service_portfolio.service.models import FunctionSupport

MOST_NAMES = 3


def draft_findings(code: str, *, today: date, actor: Actor, at: datetime) -> tuple[Finding, ...]:
    """Return what is not sound about the draft of an agreement, errors first.

    Args:
        code: of the agreement.
        today: the reader's day.
        actor: who reads.
        at: now.

    Raises:
        NotFound: there is no draft.
        NotAllowed: without the right to see agreements.
    """
    access.require_view(actor)
    found = contents_of(Agreement.objects.filter(code=code, is_draft=True))
    if not found:
        raise NotFound
    ((_row, content),) = found.values()
    return findings_of(content, code=code, language=actor.language, today=today, at=at)


def findings_of(
    content: AgreementContent, *, code: str, language: str, today: date, at: datetime
) -> tuple[Finding, ...]:
    """Return what is not sound about what an agreement is to say, in a fixed number of queries.

    Args:
        content: without faults.
        code: of the agreement.
        language: the reader's.
        today: the reader's day.
        at: now.
    """
    around = surroundings(content, code=code, language=language, at=at)
    return findings(content, code=code, around=around, at=at, today=today)


def surroundings(
    content: AgreementContent, *, code: str, language: str, at: datetime
) -> Surroundings:
    """Return what a draft has to fit: hours, agreements beside and beneath it, and all names."""
    calendars = {
        row.code: Hours(row.name, row.hours(), row.working_day)
        for row in BusinessCalendar.objects.filter(in_force(at))
    }
    others = Agreement.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), is_draft=False
    ).exclude(code=code)
    found = contents_of(others)
    contents = [content, *(each for _row, each in found.values())]
    offered_by = services_of_offerings({code for each in contents for code in each.offerings})
    covered = {*content.services, *(offered_by.get(each, "") for each in content.offerings)} - {""}
    teams = _supporting(covered)
    return Surroundings(
        calendars=calendars,
        keepers=_keepers(content, covered, teams, calendars, language),
        neighbours=tuple(
            Neighbour(row.code, each, row.valid_from, serves=_serves(each, teams))
            for row, each in found.values()
        ),
        offered_by=offered_by,
        names=names_in(contents, language=language),
    )


def _supporting(services: set[str]) -> frozenset[str] | None:
    """Return the teams that support some services, by codes; None where all services are meant."""
    if not services:
        return None
    supports = FunctionSupport.objects.filter(
        function__relations__offering__service__code__in=services
    )
    return frozenset(supports.values_list("team__code", flat=True))


def _serves(content: AgreementContent, teams: frozenset[str] | None) -> bool:
    if content.kind is not AgreementKind.OPERATIONAL or teams is None:
        return True
    return content.provider_team in teams


def _keepers(
    content: AgreementContent,
    services: set[str],
    teams: frozenset[str] | None,
    calendars: Mapping[str, Hours],
    language: str,
) -> tuple[Keeper, ...]:
    """Return who would have to keep a draft, those with the same hours together."""
    by_hours: dict[str, list[str]] = {}
    for use in _uses(content, services, teams):
        for holder in (use.service, use.team, use.supplier):
            if holder is not None and use.calendar_code in calendars:
                by_hours.setdefault(use.calendar_code, []).append(holder.text("name", language))
    return tuple(Keeper(listed(names), calendars[code]) for code, names in sorted(by_hours.items()))


def _uses(
    content: AgreementContent, services: set[str], teams: frozenset[str] | None
) -> list[CalendarUse]:
    match content.kind:
        case AgreementKind.OPERATIONAL:
            condition = Q(team__code=content.provider_team)
        case AgreementKind.SUPPLIER:
            condition = Q(supplier__code=content.supplier)
        case AgreementKind.SERVICE if teams is None:
            condition = Q(service__isnull=False) | Q(team__isnull=False)
        case AgreementKind.SERVICE:
            condition = Q(service__code__in=services) | Q(team__code__in=teams or ())
    uses = CalendarUse.objects.filter(condition).select_related("service", "team", "supplier")
    return list(uses.order_by("pk"))
