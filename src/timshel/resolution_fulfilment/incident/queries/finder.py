"""Who works without an agreement of their own, ranked by volume and pain (clause 8.3.3).

A service, unit, customer, team or supplier that no agreement names works under the standard one,
or under none. Each figure is a count of the cases that ``incident_list`` gives for the filters
beside it, under the same reader's rights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Customer, Team, Unit
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.operation.work.actions import SUBJECT
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import Agreement, LevelChoice, in_force
from timshel.relationship_agreement.service_level.states import AgreementKind
from timshel.resolution_fulfilment.incident.queries.listing import (
    IncidentFilters,
    filtered,
    is_late,
)
from timshel.resolution_fulfilment.incident.states import KIND
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Service

MOST_ROWS = 100
LATE_WEIGHT = 2
JOURNAL = "journal_entry"


class Finds(StrEnum):
    """What may work without an agreement of its own."""

    SERVICE = "service"
    UNIT = "unit"
    CUSTOMER = "customer"
    TEAM = "team"
    SUPPLIER = "supplier"


FINDS_NAMES: Mapping[Finds, Promise] = {
    Finds.SERVICE: _("Services"),
    Finds.UNIT: _("Units"),
    Finds.CUSTOMER: _("Customers"),
    Finds.TEAM: _("Teams"),
    Finds.SUPPLIER: _("Suppliers"),
}


@dataclass(frozen=True, slots=True)
class FinderRow:
    """Something that works without an agreement of its own.

    Args:
        code: of the service, unit, customer, team or supplier.
        name: in the reader's language.
        cases: how many were opened in the period.
        late: how many of them broke a promise, or are late by now.
        reopened: how many were reopened.
        handed_over: how many were handed from one team or person to another.
        open_time: how long all of them were open in sum, until now where they still are.
        weight: what it is ranked by: cases + 2 × late + reopened + handed over.
        filters: of the list of the cases; with ``breached``, ``reopened`` or ``handed_over`` set
            they give the lists of the other figures.
    """

    code: str
    name: str
    cases: int
    late: int
    reopened: int
    handed_over: int
    open_time: timedelta
    weight: int
    filters: IncidentFilters

    @property
    def late_percent(self) -> int:
        """The share that was late, rounded half up."""
        return (200 * self.late + self.cases) // (2 * self.cases)

    @property
    def mean_open(self) -> timedelta:
        """How long one of them was open on average."""
        return self.open_time / self.cases


@dataclass(frozen=True, slots=True)
class _Figures:
    """One group of cases, as the database counts it."""

    key: int
    cases: int
    late: int
    reopened: int
    handed_over: int
    open_time: timedelta

    @property
    def weight(self) -> int:
        return self.cases + LATE_WEIGHT * self.late + self.reopened + self.handed_over


def finder(
    finds: Finds, *, opened_from: datetime, opened_until: datetime, actor: Actor, at: datetime
) -> tuple[FinderRow, ...]:
    """Return what works without an agreement of its own, the heaviest first; at most 100 rows.

    Args:
        finds: services, units, customers, teams or suppliers.
        opened_from: the first moment of the period in which the cases were opened.
        opened_until: the first moment after it.
        actor: who reads; counted over what they may see.
        at: now, for agreements in force and for what is late.

    Raises:
        NotAllowed: without the right to see agreements.
        Invalid: a period that ends before it begins.
    """
    access.require_view(actor)
    if opened_until <= opened_from:
        raise Invalid({"opened_until": [_("The period must end after it begins.")]})
    period = IncidentFilters(kinds=(KIND,), opened_from=opened_from, opened_until=opened_until)
    items = filtered(period, actor, at=at)
    without = _WITHOUT[finds](at)
    if finds is Finds.SUPPLIER:
        groups = _by_supplier(items, without, at=at)
    else:
        groups = _by_column(items, _COLUMNS[finds], without, at=at)
    rows = _ROWS[finds].objects.in_bulk([group.key for group in groups])
    return tuple(
        _row(group, rows[group.key], finds, period, actor.language)
        for group in groups
        if group.key in rows
    )


def _row(
    group: _Figures, row: Any, finds: Finds, period: IncidentFilters, language: str
) -> FinderRow:
    named: dict[str, Any] = {finds.value: row.code}
    return FinderRow(
        code=row.code,
        name=row.text("name", language),
        cases=group.cases,
        late=group.late,
        reopened=group.reopened,
        handed_over=group.handed_over,
        open_time=group.open_time,
        weight=group.weight,
        filters=replace(period, **named),
    )


def _figures(at: datetime) -> dict[str, Any]:
    """Return the aggregates of a group, each in the words of the filter that lists it."""
    ended = Coalesce(F("resolved_at"), F("closed_at"), Value(at))
    return {
        "cases": Count("pk"),
        "late": Count("pk", filter=Q(is_late=True)),
        "reopened": Count("pk", filter=Q(reopenings__gt=0)),
        "handed_over": Count("pk", filter=Q(reassignments__gt=0)),
        "open_time": Sum(ExpressionWrapper(ended - F("opened_at"), output_field=DurationField())),
    }


def _by_column(
    items: QuerySet[WorkItem], column: str, without: QuerySet[Any], *, at: datetime
) -> list[_Figures]:
    weight = F("cases") + LATE_WEIGHT * F("late") + F("reopened") + F("handed_over")
    rows = (
        items.filter(**{f"{column}__in": without.values("pk")})
        .annotate(is_late=is_late(at))
        .order_by()
        .values(column)
        .annotate(**_figures(at))
        .order_by(weight.desc(), column)
    )
    names = ("cases", "late", "reopened", "handed_over", "open_time")
    return [_Figures(*row) for row in rows.values_list(column, *names)[:MOST_ROWS]]


# A supplier has a case while somebody waits for it; the journal knows each time that was so.
_SUPPLIERS = """
WITH items AS ({items}),
hops AS (
    SELECT DISTINCT (entry.changes -> 'supplier' -> 1 ->> 'id')::bigint AS supplier_id, items.*
    FROM {entries} AS entry JOIN items ON entry.subject_id = items.id
    WHERE entry.subject_kind = %s AND entry.changes ? 'supplier'
      AND jsonb_typeof(entry.changes -> 'supplier' -> 1) = 'object'
)
SELECT supplier_id, count(*), count(*) FILTER (WHERE is_late),
       count(*) FILTER (WHERE reopenings > 0), count(*) FILTER (WHERE reassignments > 0),
       sum(coalesce(resolved_at, closed_at, %s) - opened_at)
FROM hops WHERE supplier_id IN ({without})
GROUP BY supplier_id
ORDER BY count(*) + {late_weight} * count(*) FILTER (WHERE is_late)
    + count(*) FILTER (WHERE reopenings > 0) + count(*) FILTER (WHERE reassignments > 0) DESC,
    supplier_id
LIMIT {most}
"""


def _by_supplier(
    items: QuerySet[WorkItem], without: QuerySet[Any], *, at: datetime
) -> list[_Figures]:
    shown = items.annotate(is_late=is_late(at)).values(
        "id",
        "is_late",
        "reopenings",
        "reassignments",
        "resolved_at",
        "closed_at",
        "opened_at",
    )
    item_sql, item_values = shown.order_by().query.sql_with_params()
    without_sql, without_values = without.order_by().values("pk").query.sql_with_params()
    sql = _SUPPLIERS.format(
        items=item_sql,
        entries=JOURNAL,
        without=without_sql,
        late_weight=LATE_WEIGHT,
        most=MOST_ROWS,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*item_values, SUBJECT, at, *without_values])
        return [_Figures(*row) for row in cursor.fetchall()]


def _services(at: datetime) -> QuerySet[Any]:
    """Return the services that no service level agreement names, itself or an offering of it."""
    named = _current(at, AgreementKind.SERVICE).filter(is_option=False)
    return Service.objects.exclude(
        pk__in=named.filter(services__isnull=False).values("services")
    ).exclude(pk__in=named.filter(offerings__isnull=False).values("offerings__service"))


def _units(at: datetime) -> QuerySet[Any]:
    """Return the units with which no agreement is made, nor with one above them."""
    paths = (
        _current(at, AgreementKind.SERVICE)
        .filter(unit__isnull=False)
        .values_list("unit__path", flat=True)
    )
    units = Unit.objects.all()
    for path in sorted(set(paths)):
        units = units.exclude(path__startswith=path)
    return units


def _customers(at: datetime) -> QuerySet[Any]:
    """Return the customers with whom no agreement is made, who are of no category with one and
    who chose no level."""
    current = _current(at, AgreementKind.SERVICE).filter(is_option=False)
    offered = _current(at, AgreementKind.SERVICE).filter(is_option=True).values("code")
    chosen = LevelChoice.objects.filter(in_force(at), agreement_code__in=offered)
    return (
        Customer.objects.exclude(pk__in=current.filter(customer__isnull=False).values("customer"))
        .exclude(category__in=current.exclude(customer_category="").values("customer_category"))
        .exclude(pk__in=chosen.values("customer"))
    )


def _teams(at: datetime) -> QuerySet[Any]:
    """Return the teams that promise nothing to the others."""
    return Team.objects.exclude(
        pk__in=_current(at, AgreementKind.OPERATIONAL).values("provider_team")
    )


def _suppliers(at: datetime) -> QuerySet[Any]:
    """Return the suppliers without a contract."""
    return Supplier.objects.exclude(pk__in=_current(at, AgreementKind.SUPPLIER).values("supplier"))


def _current(at: datetime, kind: AgreementKind) -> QuerySet[Agreement]:
    return Agreement.objects.filter(in_force(at), is_draft=False, kind=kind)


_WITHOUT: Mapping[Finds, Callable[[datetime], QuerySet[Any]]] = {
    Finds.SERVICE: _services,
    Finds.UNIT: _units,
    Finds.CUSTOMER: _customers,
    Finds.TEAM: _teams,
    Finds.SUPPLIER: _suppliers,
}
_COLUMNS: Mapping[Finds, str] = {
    Finds.SERVICE: "service_id",
    Finds.UNIT: "unit_id",
    Finds.CUSTOMER: "customer_id",
    Finds.TEAM: "team_id",
}
_ROWS: Mapping[Finds, Any] = {
    Finds.SERVICE: Service,
    Finds.UNIT: Unit,
    Finds.CUSTOMER: Customer,
    Finds.TEAM: Team,
    Finds.SUPPLIER: Supplier,
}
