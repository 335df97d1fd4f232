"""What is out of order now, for everybody, and what is told of one incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.operation.work.access import Known
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import covers, may_view
from timshel.operation.work.states import OPEN_STAGES, Stage
from timshel.resolution_fulfilment.incident.access import find
from timshel.resolution_fulfilment.outage.access import DECLARE
from timshel.resolution_fulfilment.outage.models import Affected, Outage
from timshel.service_portfolio.service.models import Service
from timshel.service_portfolio.service.queries import named, words_along

MOST = 20


@dataclass(frozen=True, slots=True)
class OutageView:
    """An outage as everybody is told of it.

    Args:
        number: of its incident.
        title: in the reader's language.
        message: Markdown, in the reader's language; may be empty.
        service: the name of the service, or empty.
        service_code: its code.
        declared_at: since when it is told.
        changed_at: when the words were last changed.
        is_affected: whether the reader said that they are hit too.
        affected: how many said so; None for those who may not see the incident itself.
    """

    number: str
    title: str
    message: str
    service: str
    service_code: str
    declared_at: datetime
    changed_at: datetime
    is_affected: bool
    affected: int | None


@dataclass(frozen=True, slots=True)
class ToldWords:
    """What everybody is told of an incident, as its form shows it.

    Args:
        title: in the first language.
        message: in the first language.
        translations: in the others.
        declared_at: since when.
        is_running: whether everybody is told now.
        affected: how many said that they are hit too.
    """

    title: str
    message: str
    translations: Mapping[str, Mapping[str, str]]
    declared_at: datetime
    is_running: bool
    affected: int


def running_outages(
    *, actor: Actor, service: str | None = None, limit: int = MOST
) -> tuple[OutageView, ...]:
    """Return what is out of order now, the newest first, in one query.

    Args:
        actor: who reads.
        service: of this service alone, by its code.
        limit: how many at most.
    """
    running = Outage.objects.filter(
        ended_at__isnull=True, incident__work_item__stage__in=sorted(OPEN_STAGES)
    )
    if service is not None:
        running = running.filter(
            incident__work_item__service_id__in=Service.objects.filter(code=service).values("pk")
        )
    rows = _with_standing(running, actor).order_by("-declared_at")[:limit]
    return tuple(_view(row, actor) for row in rows)


def words_of(work_item_id: int) -> ToldWords | None:
    """Return what everybody is or was told of an incident; None where nobody ever was. One query.

    Whether the reader may see the incident is for the caller to know.
    """
    row = (
        Outage.objects.filter(incident_id=work_item_id)
        .select_related("incident__work_item")
        .annotate(said=Count("affected"))
        .first()
    )
    if row is None:
        return None
    is_open = row.incident.work_item.stage in OPEN_STAGES
    return ToldWords(
        row.title,
        row.message,
        row.translations,
        row.declared_at,
        is_running=is_open and row.ended_at is None,
        affected=row.said,
    )


def may_declare(work: Known, *, actor: Actor) -> bool:
    """Tell whether a reader may tell everybody of an incident as it stands; one query, or none
    where it was found before.
    """
    item = find(work, actor=actor)
    return Stage(item.stage) in OPEN_STAGES and covers(actor, DECLARE, item)


def affected_people(work_item_id: int) -> tuple[int, ...]:
    """Return the keys of the active people who said that they are hit by an outage; one query."""
    people = Person.objects.filter(
        is_active=True, pk__in=Affected.objects.filter(outage_id=work_item_id).values("person_id")
    )
    return tuple(people.order_by("pk").values_list("pk", flat=True))


def _with_standing(running: QuerySet[Outage], actor: Actor) -> QuerySet[Outage]:
    own = Affected.objects.filter(outage=OuterRef("pk"), person_id=actor.person_id or 0)
    return running.select_related("incident__work_item").annotate(
        said=Count("affected"),
        is_affected=Exists(own),
        service=words_along("incident__work_item__service_id"),
    )


def _view(row: Outage, actor: Actor) -> OutageView:
    item: WorkItem = row.incident.work_item
    service: Mapping[str, Any] | None = row.service  # type: ignore[attr-defined]
    return OutageView(
        number=item.number,
        title=row.text("title", actor.language),
        message=row.text("message", actor.language),
        service=named(service, language=actor.language),
        service_code=service["code"] if service else "",
        declared_at=row.declared_at,
        changed_at=row.changed_at,
        is_affected=row.is_affected,  # type: ignore[attr-defined]
        affected=row.said if may_view(actor, item) else None,  # type: ignore[attr-defined]
    )


def outage_told(work_item_id: int) -> dict[str, Any] | None:
    """Return an outage as other systems are told of it, or None; one query.

    Everybody in the house may know it.
    """
    rows = Outage.objects.filter(incident_id=work_item_id).select_related("incident__work_item")
    row = rows.annotate(service=words_along("incident__work_item__service_id")).first()
    if row is None:
        return None
    service: Mapping[str, Any] | None = row.service
    return {
        "number": row.incident.work_item.number,
        "title": row.title,
        "message": row.message,
        "service": service["code"] if service else None,
        "declared_at": row.declared_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }
