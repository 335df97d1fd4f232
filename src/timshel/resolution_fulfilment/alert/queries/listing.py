"""Alerts as lists and single pages show them, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from timshel.design_transition.maintenance.models import PlannedWork
from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.text import is_storable
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.alert.access import find, require_view
from timshel.resolution_fulfilment.alert.models import Alert, AlertMoment
from timshel.resolution_fulfilment.alert.states import AlertState, Happening
from timshel.resolution_fulfilment.incident.access import find as find_incident
from timshel.service_portfolio.service.queries import named, words_along

PAGE_SIZE = 50
SHOWN_BESIDE = 8
WORST_FIRST: KeysetOrder[Alert] = KeysetOrder(
    SortKey("severity"),
    SortKey("started_at", descending=True, is_time=True),
    SortKey("id", descending=True),
)
NEWEST_FIRST: KeysetOrder[Alert] = KeysetOrder(
    SortKey("started_at", descending=True, is_time=True), SortKey("id", descending=True)
)
WHICH = ("firing", "muted", "nobody", "resolved", "all")


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert in a list.

    Args:
        id: its key.
        source: the code of what said so, and ``source_name`` what people call it.
        state: of ``AlertState``.
        severity: 1 critical, 2 warning, 3 information.
        title: one line.
        service: its name in the reader's language; empty where it belongs to nobody.
        service_code: its code.
        incident: the number of its incident, or of the storm's; empty without one, or where the
            reader may not see it.
        started_at: since when, by the source.
        ended_at: when it cleared.
        seen_at: when it was last told of.
        times_seen: how often.
    """

    id: int
    source: str
    source_name: str
    state: str
    severity: int
    title: str
    service: str
    service_code: str
    incident: str
    started_at: datetime
    ended_at: datetime | None
    seen_at: datetime
    times_seen: int


@dataclass(frozen=True, slots=True)
class MomentRow:
    """Something that happened to an alert."""

    what: Happening
    at: datetime
    planned_work: str
    planned_work_id: int | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert with everything about it.

    Args:
        row: as in lists.
        text: further words; plain.
        labels: what it is about.
        address: where the source shows it; may be empty.
        raw: what the source said of it first.
        fingerprint: what tells it from others.
        muted_by: the title of the planned work that mutes it, or empty; with its key.
        moments: what happened to it, the newest first; at most a hundred.
        earlier: how often the same was told of before, as another alert.
    """

    row: AlertRow
    text: str
    labels: Mapping[str, str]
    address: str
    raw: Any
    fingerprint: str
    muted_by: str
    muted_by_id: int | None
    moments: tuple[MomentRow, ...]
    earlier: int


@dataclass(frozen=True, slots=True)
class AlertFilters:
    """What a reader narrows a list of alerts to; empty narrows nothing.

    Args:
        which: one of ``WHICH``; ``nobody`` are those that fire and belong to no service.
        service: the code of a service.
        source: the code of a source.
        severity: 1 to 3.
        text: a part of the title.
        incident: the number of an incident.
    """

    which: str = "firing"
    service: str = ""
    source: str = ""
    severity: int | None = None
    text: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class BesideIncident:
    """The alerts of an incident, as its page shows them beside it.

    Args:
        firing: how many fire, of those that the reader may see.
        total: how many there were.
        is_storm: whether it stands for many groups at once.
        rows: the first of them, those that fire first.
    """

    firing: int
    total: int
    is_storm: bool
    rows: tuple[AlertRow, ...]


def alert_list(
    filters: AlertFilters, *, actor: Actor, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[AlertRow]:
    """Return a page of alerts, the worst first where they fire; one query, two by an incident.

    Raises:
        NotAllowed: the actor sees nobody's work.
        NotFound: the actor may not see the incident that is asked for.
        Invalid: the cursor is not one of ours.
    """
    require_view(actor)
    rows = _narrowed(Alert.objects.visible_to(actor), filters, actor)
    is_open = filters.which in ("firing", "muted", "nobody")
    order = WORST_FIRST if is_open else NEWEST_FIRST
    page = order.page(with_words(rows, actor), cursor=cursor, size=size)
    return page.map(lambda row: row_of(row, actor))


def alert(alert_id: int, *, actor: Actor) -> AlertView:
    """Return an alert with its history; four queries.

    Raises:
        NotAllowed: the actor sees nobody's work.
        NotFound: there is none, or the actor may not see it.
    """
    key = find(alert_id, actor=actor).pk
    row = with_words(Alert.objects.filter(pk=key), actor, is_whole=True).get()
    moments = (
        AlertMoment.objects.select_related("planned_work")
        .filter(alert_id=key)
        .order_by("-at", "-pk")[:100]
    )
    known = PlannedWork.objects.visible_to(actor)
    seen = set(known.filter(pk=row.muted_by_id or 0).values_list("pk", flat=True))
    muted_by = row.muted_by if row.muted_by_id in seen else None
    earlier = Alert.objects.visible_to(actor).filter(
        source_id=row.source_id, fingerprint=row.fingerprint, started_at__lt=row.started_at
    )
    return AlertView(
        row=row_of(row, actor),
        text=row.text,
        labels=row.labels,
        address=row.address,
        raw=row.raw,
        fingerprint=row.fingerprint,
        muted_by=muted_by.text("title", actor.language) if muted_by else "",
        muted_by_id=muted_by.pk if muted_by else None,
        moments=tuple(
            MomentRow(
                Happening(each.what),
                each.at,
                each.planned_work.text("title", actor.language) if each.planned_work else "",
                each.planned_work_id,
            )
            for each in moments
        ),
        earlier=earlier.count(),
    )


def alerts_beside(work_item_id: int, *, actor: Actor) -> BesideIncident | None:
    """Return the alerts of an incident that the reader may see; None where it came by none.

    Two queries, or one where there are none. Whether the reader may see the incident is for the
    caller to know.
    """
    rows = Alert.objects.visible_to(actor).filter(of_incident(work_item_id))
    shown = list(
        with_words(rows, actor).order_by("state", "severity", "-started_at", "-pk")[:SHOWN_BESIDE]
    )
    if not shown:
        return None
    firing = Q(state=AlertState.FIRING)
    counts = rows.aggregate(
        total=_count(Q()), firing=_count(firing), storms=_count(Q(group__folded_into__isnull=False))
    )
    return BesideIncident(
        firing=counts["firing"],
        total=counts["total"],
        is_storm=counts["storms"] > 0,
        rows=tuple(row_of(each, actor) for each in shown),
    )


def of_incident(work_item_id: int) -> Q:
    """Return the condition for the alerts of an incident, or of the storm that it stands for."""
    return Q(group__incident_id=work_item_id) | Q(group__folded_into__incident_id=work_item_id)


def _count(condition: Q) -> Any:
    return Count("pk", filter=condition) if condition else Count("pk")


def _narrowed(rows: QuerySet[Alert], filters: AlertFilters, actor: Actor) -> QuerySet[Alert]:
    if filters.which == "nobody":
        rows = rows.filter(state=AlertState.FIRING, service__isnull=True)
    elif filters.which != "all":
        rows = rows.filter(state=filters.which)
    wanted: dict[str, Any] = {
        "service__code": filters.service,
        "source__code": filters.source,
        "severity": filters.severity,
        "title__icontains": filters.text,
    }
    found = {name: value for name, value in wanted.items() if value}
    if not all(is_storable(value) for value in found.values() if isinstance(value, str)):
        return rows.none()
    if filters.incident:
        item = find_incident(filters.incident, actor=actor)
        rows = rows.filter(of_incident(item.pk))
    return rows.filter(**found)


def with_words(rows: QuerySet[Alert], actor: Actor, *, is_whole: bool = False) -> QuerySet[Alert]:
    """Read source, service and incident along; an incident only where the reader may see it."""
    seen = WorkItem.objects.visible_to(actor).filter(
        pk=Coalesce(OuterRef("group__folded_into__incident_id"), OuterRef("group__incident_id"))
    )
    found = rows.select_related("source", "muted_by").annotate(
        words=words_along("service_id"), number=Subquery(seen.values("number")[:1])
    )
    return found if is_whole else found.defer("raw", "text", "labels")


def row_of(row: Alert, actor: Actor) -> AlertRow:
    """Return an alert that was read by ``with_words``."""
    words: Mapping[str, Any] | None = row.words  # type: ignore[attr-defined]
    return AlertRow(
        id=row.pk,
        source=row.source.code,
        source_name=row.source.name,
        state=row.state,
        severity=row.severity,
        title=row.title,
        service=named(words, language=actor.language),
        service_code=words["code"] if words else "",
        incident=row.number or "",  # type: ignore[attr-defined]
        started_at=row.started_at,
        ended_at=row.ended_at,
        seen_at=row.seen_at,
        times_seen=row.times_seen,
    )
