"""Versions of agreements as ``save_draft`` takes them, read many at once, and the names in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Model, QuerySet

from timshel.context.organization.models import Customer, Team, Unit
from timshel.context.people.models import Person
from timshel.leadership.authority.queries import role_list
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BusinessCalendar,
    EscalationRule,
    Goal,
    Target,
)
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    EscalationContent,
    GoalContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.rules.phrases import Names
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
)
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Offering, Service

RELATED = ("customer", "unit", "provider_team", "recipient_team", "supplier")


def contents_of(rows: QuerySet[Agreement]) -> dict[int, tuple[Agreement, AgreementContent]]:
    """Return versions of agreements and all that they say, by their keys, in six queries.

    Args:
        rows: the versions.
    """
    found = {
        row.pk: row
        for row in rows.select_related(*RELATED).prefetch_related("services", "offerings")
    }
    targets: dict[int, list[TargetContent]] = defaultdict(list)
    for target in _lines(Target, found).select_related("service", "offering"):
        targets[target.agreement_id].append(_target(target))
    goals: dict[int, list[GoalContent]] = defaultdict(list)
    for goal in _lines(Goal, found):
        goals[goal.agreement_id].append(_goal(goal))
    rules: dict[int, list[EscalationContent]] = defaultdict(list)
    for rule in _lines(EscalationRule, found):
        rules[rule.agreement_id].append(EscalationContent.of(rule))
    return {
        key: (row, _content(row, targets[key], goals[key], rules[key]))
        for key, row in found.items()
    }


def names_in(contents: Iterable[AgreementContent], *, language: str) -> Names:
    """Return what people call all that some agreements name, in at most ten queries.

    Args:
        contents: what the agreements say.
        language: the reader's.
    """
    given = list(contents)
    lines = [line for each in given for line in each.targets]
    services = {code for each in given for code in each.services}
    services |= {line.service for line in lines if line.service}
    offerings = {code for each in given for code in each.offerings}
    offerings |= {line.offering for line in lines if line.offering}
    teams = {code for each in given for code in (each.provider_team, each.recipient_team)}
    calendars = {each.calendar for each in given} | {line.calendar for line in lines}
    owners = {each.owner_id for each in given if each.owner_id}
    return Names(
        services=_named(Service, services, language),
        offerings=_named(Offering, offerings, language),
        customers=_named(Customer, {each.customer for each in given}, language),
        units=_named(Unit, {each.unit for each in given}, language),
        teams=_named(Team, teams, language),
        suppliers=_named(Supplier, {each.supplier for each in given}, language),
        calendars=calendar_names(calendars),
        roles=dict(role_list(language=language)) if _name_roles(given) else {},
        people=dict(Person.objects.filter(pk__in=owners).values_list("pk", "name")),
    )


def calendar_names(codes: Collection[str] | None = None) -> dict[str, str]:
    """Return the names of calendars by code, of each its last version's, in one query."""
    rows = BusinessCalendar.objects.order_by("valid_from")
    if codes is not None:
        rows = rows.filter(code__in=codes)
    return dict(rows.values_list("code", "name"))


def services_of_offerings(codes: Collection[str]) -> dict[str, str]:
    """Return the code of the service of each offering, by the offering's code; one query."""
    return dict(Offering.objects.filter(code__in=codes).values_list("code", "service__code"))


def _name_roles(contents: Iterable[AgreementContent]) -> bool:
    return any(rule.role_code for each in contents for rule in each.escalations)


def _named(model: type[Model], codes: Collection[str | None], language: str) -> dict[str, str]:
    """Return the names of translated rows by code."""
    rows: Any = model._default_manager.filter(code__in=[code for code in codes if code])  # noqa: SLF001 - of several models
    return {row.code: row.text("name", language) for row in rows}


def _lines(model: type[Any], agreements: Mapping[int, Agreement]) -> Any:
    return model.objects.filter(agreement__in=list(agreements)).order_by("pk")


def _goal(goal: Goal) -> GoalContent:
    return GoalContent(
        measure=GoalMeasure(goal.measure),
        value=goal.value,
        name=goal.name,
        unit=goal.unit,
        is_minimum=goal.is_minimum,
    )


def _target(target: Target) -> TargetContent:
    return TargetContent(
        kind=ClockKind(target.kind),
        amount=target.amount,
        unit=DurationUnit(target.unit),
        priority=target.priority,
        service=target.service.code if target.service else None,
        offering=target.offering.code if target.offering else None,
        calendar=target.calendar_code,
        attainment_percent=target.attainment_percent,
    )


def _content(
    row: Agreement,
    targets: Iterable[TargetContent],
    goals: Iterable[GoalContent],
    rules: Iterable[EscalationContent],
) -> AgreementContent:
    return AgreementContent(
        kind=AgreementKind(row.kind),
        name=row.name,
        calendar=row.calendar_code,
        text=row.text,
        customer=row.customer.code if row.customer else None,
        unit=row.unit.code if row.unit else None,
        customer_category=row.customer_category,
        provider_team=row.provider_team.code if row.provider_team else None,
        recipient_team=row.recipient_team.code if row.recipient_team else None,
        supplier=row.supplier.code if row.supplier else None,
        services=tuple(sorted(each.code for each in row.services.all())),
        offerings=tuple(sorted(each.code for each in row.offerings.all())),
        targets=tuple(targets),
        goals=tuple(goals),
        escalations=tuple(rules),
        restarts_on_reopening=row.restarts_on_reopening,
        owner_id=row.owner_id,
        review_date=row.review_date,
        is_option=row.is_option,
        price=row.price,
        currency=row.currency,
        price_period=row.price_period,
    )
