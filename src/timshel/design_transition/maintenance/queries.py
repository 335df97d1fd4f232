"""Planned work that runs, comes or is over, for people, for the status page and for monitoring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from timshel.design_transition.maintenance.access import known, may_plan
from timshel.design_transition.maintenance.models import (
    PlannedService,
    PlannedSite,
    PlannedWork,
)
from timshel.design_transition.maintenance.rules import PLAN
from timshel.design_transition.maintenance.states import PlannedState
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.translation import translated
from timshel.service_portfolio.service.models import LifeCycle, Service

SOONEST: KeysetOrder[PlannedWork] = KeysetOrder(SortKey("starts_at", is_time=True), SortKey("id"))
LATEST: KeysetOrder[PlannedWork] = KeysetOrder(
    SortKey("starts_at", descending=True, is_time=True), SortKey("id", descending=True)
)
WHENS = ("open", "running", "coming", "over")


@dataclass(frozen=True, slots=True)
class Named:
    """A service or a site, in the reader's language."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PlannedWorkRow:
    """Planned work as people are told of it.

    Args:
        id: its key.
        title: in the reader's language.
        message: Markdown, in the reader's language; may be empty.
        state: where it stands at the moment that was asked for.
        starts_at: its first moment.
        ends_at: the first moment after it, as planned.
        over_at: when it was or will be over: earlier where it was finished or called off.
        planned_by: who planned it; empty for a rule.
        changed_at: when it was last changed.
        services: what it is about, by name.
        sites: where it is noticed, by name; none for everywhere.
        may_change: whether the reader may change it as it stands.
    """

    id: int
    title: str
    message: str
    state: PlannedState
    starts_at: datetime
    ends_at: datetime
    over_at: datetime
    planned_by: str
    changed_at: datetime
    services: tuple[Named, ...]
    sites: tuple[Named, ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class PlannedWords:
    """The words of planned work in all languages, as its form shows them."""

    title: str
    message: str
    translations: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Window:
    """A running window as monitoring asks for it.

    Args:
        id: of the planned work.
        title: in the first language.
        over_at: when it will be over.
        service_ids: the services that are worked on.
        sites: the codes of the sites it is limited to; empty for everywhere.
    """

    id: int
    title: str
    over_at: datetime
    service_ids: frozenset[int]
    sites: frozenset[str]


def planned_work_list(
    *,
    actor: Actor,
    at: datetime,
    when: str = "open",
    service: str | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[PlannedWorkRow]:
    """Return a page of planned work that the actor may know of, in one query.

    Args:
        actor: who reads.
        at: now.
        when: ``open`` (running or to come, the soonest first), ``running``, ``coming``, or
            ``over`` (done or called off, the latest first).
        service: about this service alone, by its code.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = PlannedWork.objects.visible_to(actor)
    if when == "over":
        rows = rows.filter(
            Q(cancelled_at__isnull=False) | Q(finished_at__lte=at) | Q(ends_at__lte=at)
        )
    else:
        rows = rows.running(at) if when == "running" else rows.not_over(at)
        if when == "coming":
            rows = rows.filter(starts_at__gt=at)
    if service is not None:
        about = PlannedService.objects.filter(planned_work=OuterRef("pk"), service__code=service)
        rows = rows.filter(Exists(about))
    order = LATEST if when == "over" else SOONEST
    page = order.page(_with_names(rows), cursor=cursor, size=size)
    return page.map(lambda row: _row(row, actor=actor, at=at))


def planned_work(planned_work_id: int, *, actor: Actor, at: datetime) -> PlannedWorkRow:
    """Return one piece of planned work, in two queries.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    work = known(planned_work_id, actor=actor)
    row = _with_names(PlannedWork.objects.filter(pk=work.pk)).get()
    return _row(row, actor=actor, at=at)


def planned_words(planned_work_id: int, *, actor: Actor) -> PlannedWords:
    """Return the words of planned work in all languages; one query.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    work = known(planned_work_id, actor=actor)
    return PlannedWords(work.title, work.message, work.translations)


def planned_between(
    *,
    actor: Actor,
    start: datetime,
    end: datetime,
    at: datetime,
    service_ids: Iterable[int] | None = None,
    limit: int = 500,
) -> tuple[PlannedWorkRow, ...]:
    """Return the planned work between two moments that was not called off; one query.

    Args:
        actor: who reads; a status page that is open to everybody asks as the system, and names
            the services that it may show.
        start: the first moment.
        end: the first moment after.
        at: now, by which it is planned, runs or is done.
        service_ids: about one of these services; None for all.
        limit: how many at most, the soonest first.
    """
    rows = PlannedWork.objects.visible_to(actor).within(start, end)
    if service_ids is not None:
        about = PlannedService.objects.filter(
            planned_work=OuterRef("pk"), service_id__in=set(service_ids)
        )
        rows = rows.filter(Exists(about))
    found = SOONEST.first(_with_names(rows), size=limit)
    return tuple(_row(row, actor=actor, at=at) for row in found)


def running_windows(*, at: datetime, limit: int = 500) -> tuple[Window, ...]:
    """Return the windows that run at a moment; one query. Rights are the caller's."""
    rows = _with_names(PlannedWork.objects.running(at)).order_by("ends_at", "pk")[:limit]
    return tuple(
        Window(
            id=row.pk,
            title=row.title,
            over_at=row.finished_at or row.ends_at,
            service_ids=frozenset(each["id"] for each in _json(row, "about")),
            sites=frozenset(each["code"] for each in _json(row, "places")),
        )
        for row in rows
    )


def planned_told(planned_work_id: int, *, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Return planned work as other systems are told of it, or None for what is not to be known.

    Two queries.

    Args:
        planned_work_id: which.
        actor: whose rights decide, and in whose language it is said.
        at: now, by which it is planned, runs or is over.
    """
    try:
        row = planned_work(planned_work_id, actor=actor, at=at)
    except NotFound:
        return None
    return {
        "id": row.id,
        "title": row.title,
        "message": row.message,
        "state": row.state.value,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "over_at": row.over_at.isoformat(),
        "services": [{"code": each.code, "name": each.name} for each in row.services],
        "sites": [{"code": each.code, "name": each.name} for each in row.sites],
    }


def plannable_services(*, actor: Actor) -> list[tuple[str, str]]:
    """Return code and name of the live services for which an actor may plan; one query."""
    scope = actor.scope(PLAN)
    rows = Service.objects.filter(life_cycle=LifeCycle.LIVE)
    if not scope.everywhere:
        rows = rows.filter(pk__in=scope.keys("service"))
    named = [(each.code, each.text("name", actor.language)) for each in rows]
    return sorted(named, key=lambda each: each[1].casefold())


def _with_names(rows: QuerySet[PlannedWork]) -> QuerySet[PlannedWork]:
    """Read services, sites and planner along, so that a page is one query."""
    about = PlannedService.objects.filter(planned_work=OuterRef("pk")).order_by("service_id")
    places = PlannedSite.objects.filter(planned_work=OuterRef("pk")).order_by("site_id")
    return rows.select_related("planned_by").annotate(
        about=ArraySubquery(about.values(json=_words("service"))),
        places=ArraySubquery(places.values(json=_words("site"))),
    )


def _words(relation: str) -> JSONObject:
    return JSONObject(
        id=F(f"{relation}_id"),
        code=F(f"{relation}__code"),
        name=F(f"{relation}__name"),
        translations=F(f"{relation}__translations"),
    )


def _json(row: PlannedWork, name: str) -> list[dict[str, Any]]:
    return list(getattr(row, name))


def _names(row: PlannedWork, name: str, language: str) -> tuple[Named, ...]:
    named = [
        Named(
            each["id"],
            each["code"],
            translated(each["name"], each["translations"], "name", language),
        )
        for each in _json(row, name)
    ]
    return tuple(sorted(named, key=lambda each: (each.name.casefold(), each.code)))


def _row(row: PlannedWork, *, actor: Actor, at: datetime) -> PlannedWorkRow:
    services = _names(row, "about", actor.language)
    state = row.state(at)
    is_open = state in (PlannedState.PLANNED, PlannedState.RUNNING)
    return PlannedWorkRow(
        id=row.pk,
        title=row.text("title", actor.language),
        message=row.text("message", actor.language),
        state=state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        over_at=row.cancelled_at or row.finished_at or row.ends_at,
        planned_by=row.planned_by.name if row.planned_by else "",
        changed_at=row.changed_at,
        services=services,
        sites=_names(row, "places", actor.language),
        may_change=is_open and may_plan([each.id for each in services], actor=actor),
    )
