"""The queue of all kinds of work: filtered, under the reader's rights, what is due next first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.filters import EVERYTHING, Asker, Filter
from timshel.kernel.paging import Page
from timshel.operation.view.columns import is_order, keyset
from timshel.operation.view.fields import FIELDS, words_condition
from timshel.operation.work.models import OPEN, WorkItem, WorkItemQuerySet
from timshel.relationship_agreement.service_level.queries.work_fields import (
    is_late,
    waited_for,
)
from timshel.relationship_agreement.service_level.queries.work_rows import (
    WorkRow,
    plain,
    rows_of,
)
from timshel.service_portfolio.service.models import Service

__all__ = [
    "COUNT_LIMIT",
    "WorkFilters",
    "WorkRow",
    "filtered",
    "is_late",
    "text_condition",
    "work_count",
    "work_list",
]

COUNT_LIMIT = 10_000
text_condition = words_condition


@dataclass(frozen=True, slots=True)
class WorkFilters:
    """What of all visible work is asked for; None asks for no restriction.

    Args:
        kinds: any of these kinds of work, such as ``incident``.
        numbers: any of these, in capitals.
        view: ``mine`` (assigned to me), ``teams`` (my teams'), ``unassigned`` (nobody's, in my
            teams if I have any), ``all``.
        open: only those not finished, or only those finished.
        stages: any of these.
        priorities: any of these.
        team: its code.
        service: its code.
        assignee_id: a person.
        requester_id: a person.
        text: words of title and description, or a number.
        breached: with a broken promise, or without: any lap of any clock that was late or is by
            now, as the rows are marked.
        unit: the code of a unit; of that itself, not of those below it.
        customer: the code of a customer.
        supplier: the code of a supplier that was waited for at any time.
        opened_from: opened at this moment or later.
        opened_until: opened before this moment.
        reopened: that was reopened at any time.
        handed_over: that was handed from one team or person to another at any time.
        conditions: what a view asks for, besides.
        further: what is asked for beyond the view.
    """

    view: str | None = None
    kinds: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    open: bool | None = None
    stages: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    team: str | None = None
    service: str | None = None
    assignee_id: int | None = None
    requester_id: int | None = None
    text: str = ""
    breached: bool | None = None
    unit: str | None = None
    customer: str | None = None
    supplier: str | None = None
    opened_from: datetime | None = None
    opened_until: datetime | None = None
    reopened: bool | None = None
    handed_over: bool | None = None
    conditions: Filter = EVERYTHING
    further: Filter = EVERYTHING


def work_list(
    filters: WorkFilters,
    *,
    actor: Actor,
    at: datetime,
    sort: str = "due",
    cursor: str | None = None,
    size: int = 50,
    with_place: bool = False,
) -> Page[WorkRow]:
    """Return one page of a queue, in two queries whatever its size, or in three where somebody
    waits for a supplier.

    Args:
        filters: what is asked for.
        actor: who reads.
        at: now, for the clocks.
        sort: ``due`` (next deadline first), ``opened``, ``updated`` (newest first), ``priority``
            and the others of ``operation.view.columns``; a minus before it turns it round.
        cursor: where to go on, from an earlier page.
        size: lines to a page.
        with_place: whether to read of which unit or customer the work is.

    Raises:
        Invalid: an unknown view, sort or cursor.
    """
    if not is_order(sort):
        raise Invalid({"sort": [_("This order does not exist.")]})
    items = plain(filtered(filters, actor, at=at), with_place=with_place)
    page: Page[Any] = keyset(sort).page(items, cursor=cursor, size=size)
    rows = rows_of(page.items, actor=actor, at=at)
    return Page(tuple(rows), page.next_cursor, page.previous_cursor)


def work_count(
    filters: WorkFilters, *, actor: Actor, at: datetime, limit: int | None = COUNT_LIMIT
) -> int:
    """Count what a list would show.

    Args:
        filters: what is asked for.
        actor: who reads.
        at: now, for what is late.
        limit: where to stop counting, as pages do that only say "many"; None counts all.
    """
    return filtered(filters, actor, at=at).values("pk")[:limit].count()


def work_numbers(
    filters: WorkFilters, *, actor: Actor, at: datetime, sort: str = "due", limit: int
) -> tuple[str, ...]:
    """Return the numbers of all that a list would show, in its order, in one query.

    Args:
        filters: what is asked for.
        actor: who reads.
        at: now, for what is late.
        sort: the order of the list.
        limit: how many at most.

    Raises:
        Invalid: an unknown view or order.
    """
    if not is_order(sort):
        raise Invalid({"sort": [_("This order does not exist.")]})
    found = keyset(sort).in_order(filtered(filters, actor, at=at))
    return tuple(found.values_list("number", flat=True)[:limit])


def filtered(filters: WorkFilters, actor: Actor, *, at: datetime) -> WorkItemQuerySet:
    """Return the rows that a list or a count is about.

    Args:
        filters: what is asked for.
        actor: who reads.
        at: now, for what is late.
    """
    items = WorkItem.objects.visible_to(actor)
    if filters.kinds:
        items = items.filter(kind__in=filters.kinds)
    if filters.numbers:
        items = items.filter(number__in=filters.numbers)
    asker = Asker(actor, at)
    asked = FIELDS.condition(filters.conditions, asker) & FIELDS.condition(filters.further, asker)
    return items.filter(
        _view(filters.view, actor), *_conditions(filters, at=at), *_whole(filters), asked
    )


def _view(view: str | None, actor: Actor) -> Q:
    if view in (None, "all"):
        return Q()
    if view == "mine":
        return Q(assignee_id=actor.person_id)
    if view == "teams":
        return Q(team_id__in=actor.team_ids)
    if view == "unassigned":
        mine = Q(team_id__in=actor.team_ids) | Q(team_id__isnull=True)
        return Q(assignee_id__isnull=True) & (mine if actor.team_ids else Q())
    raise Invalid({"view": [_("This queue does not exist.")]})


def _conditions(filters: WorkFilters, *, at: datetime) -> list[Q]:
    found: list[Q] = []
    if filters.open is not None:
        found.append(OPEN if filters.open else ~OPEN)
    if filters.stages:
        found.append(Q(stage__in=filters.stages))
    if filters.priorities:
        found.append(Q(priority__in=filters.priorities))
    if filters.team:
        found.append(Q(team__code=filters.team))
    if filters.service:
        found.append(Q(service_id__in=Service.objects.filter(code=filters.service).values("pk")))
    if filters.assignee_id is not None:
        found.append(Q(assignee_id=filters.assignee_id))
    if filters.requester_id is not None:
        found.append(Q(requester_id=filters.requester_id))
    if filters.text.strip():
        found.append(text_condition(filters.text))
    if filters.breached is not None:
        found.append(Q(is_late(at)) if filters.breached else ~Q(is_late(at)))
    return found


def _whole(filters: WorkFilters) -> list[Q]:
    """Return the conditions on the whole life of the work: of whom, opened when, and its way."""
    found: list[Q] = []
    if filters.unit:
        found.append(Q(unit__code=filters.unit))
    if filters.customer:
        found.append(Q(customer__code=filters.customer))
    if filters.supplier:
        found.append(waited_for(filters.supplier))
    if filters.opened_from is not None:
        found.append(Q(opened_at__gte=filters.opened_from))
    if filters.opened_until is not None:
        found.append(Q(opened_at__lt=filters.opened_until))
    if filters.reopened is not None:
        found.append(Q(reopenings__gt=0) if filters.reopened else Q(reopenings=0))
    if filters.handed_over is not None:
        found.append(Q(reassignments__gt=0) if filters.handed_over else Q(reassignments=0))
    return found
