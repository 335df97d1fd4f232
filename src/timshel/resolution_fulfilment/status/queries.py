"""The board of all services, one service in full, what feeds carry, and who is told what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from timshel.design_transition.maintenance.queries import PlannedWorkRow, planned_between
from timshel.kernel.actor import Actor, system_actor
from timshel.resolution_fulfilment.status.access import (
    known_service,
    known_services,
    require_manage,
)
from timshel.resolution_fulfilment.status.models import Happening, StatusSetting, Subscriber
from timshel.resolution_fulfilment.status.rules import (
    DAYS,
    DayLine,
    Span,
    day_lines,
    state_at,
    worst,
)
from timshel.resolution_fulfilment.status.states import Cause, ServiceHealth
from timshel.service_portfolio.service.models import LifeCycle, Service

AHEAD = timedelta(days=60)  # how far planned work is told beforehand
MOST_IN_FEED = 50
MOST_PLANNED = 50


@dataclass(frozen=True, slots=True)
class HappeningView:
    """Something that is or was the matter with a service.

    Args:
        id: its key.
        kind: of what sort.
        state: how the service did because of it.
        title: in the reader's language; where nobody wrote one, what can be said of its sort.
        message: Markdown; may be empty.
        service: the name of the service.
        service_code: its code.
        began_at: since when.
        ended_at: until when; None while it lasts.
        changed_at: when it last changed.
    """

    id: int
    kind: Cause
    state: ServiceHealth
    title: str
    message: str
    service: str
    service_code: str
    began_at: datetime
    ended_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """How a service does.

    Args:
        code: of the service.
        name: in the reader's language.
        state: how it does now.
        since: since when it does not do well; None where it works.
        running: what is the matter now, the worst first.
        days: the last ninety days, the earliest first.
    """

    code: str
    name: str
    state: ServiceHealth
    since: datetime | None
    running: tuple[HappeningView, ...]
    days: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class AreaLines:
    """A chapter of the catalogue with how its services do."""

    name: str
    services: tuple[ServiceLine, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """How all services do of which the reader may know.

    Args:
        state: the worst of all.
        areas: in the order of the catalogue.
        running: what is the matter now, the worst first.
        planned: planned work that is to come, the soonest first.
    """

    state: ServiceHealth
    areas: tuple[AreaLines, ...]
    running: tuple[HappeningView, ...]
    planned: tuple[PlannedWorkRow, ...]


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service in full.

    Args:
        line: how it does.
        summary: what it is.
        past: what happened in the last ninety days, the latest first.
        planned: planned work on it that is to come.
        is_subscribed: whether the reader hears of it by mail.
    """

    line: ServiceLine
    summary: str
    past: tuple[HappeningView, ...]
    planned: tuple[PlannedWorkRow, ...]
    is_subscribed: bool


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """Of what somebody hears by mail.

    Args:
        id: of the subscription.
        service: the code of a service; empty for all of which they may know.
        asked_at: since when.
    """

    id: int
    service: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class SettingRow:
    """Who may know how a service does."""

    code: str
    name: str
    area: str
    is_confidential: bool
    is_shown: bool
    is_public: bool


def status_board(*, actor: Actor, at: datetime) -> Board:
    """Return how all services do of which the actor may know; three queries.

    Args:
        actor: who reads; a stranger has no person.
        at: now.
    """
    services = list(
        known_services(actor=actor, at=at)
        .select_related("area")
        .order_by("area__position", "area__name", "name")
    )
    happened = _happened(services, actor=actor, at=at)
    areas: dict[str, list[ServiceLine]] = defaultdict(list)
    for each in services:
        line = _line(each, happened[each.pk], actor=actor, at=at)
        areas[each.area.text("name", actor.language)].append(line)
    lines = [line for found in areas.values() for line in found]
    return Board(
        state=worst(line.state for line in lines),
        areas=tuple(AreaLines(name, tuple(found)) for name, found in areas.items()),
        running=_worst_first(each for line in lines for each in line.running),
        planned=_planned(services, language=actor.language, at=at),
    )


def service_status(code: str, *, actor: Actor, at: datetime) -> ServiceStatus:
    """Return one service in full; four queries.

    Raises:
        NotFound: there is none, or it is not told to the actor.
    """
    service = known_service(code, actor=actor, at=at)
    happened = _happened([service], actor=actor, at=at)[service.pk]
    own = Subscriber.objects.filter(
        Q(service=service) | Q(service__isnull=True), person_id=actor.person_id or 0
    )
    return ServiceStatus(
        line=_line(service, happened, actor=actor, at=at),
        summary=service.text("summary", actor.language),
        past=tuple(
            each
            for each in sorted(happened, key=lambda each: each.began_at, reverse=True)
            if each.ended_at is not None
        ),
        planned=_planned([service], language=actor.language, at=at),
        is_subscribed=own.exists(),
    )


def latest_happenings(
    *, actor: Actor, at: datetime, service: str = ""
) -> tuple[HappeningView, ...]:
    """Return what lately began or ended, for a feed, the last change first; at most three queries.

    Args:
        actor: who reads.
        at: now.
        service: of this service alone, by its code.

    Raises:
        NotFound: there is no such service for the actor.
    """
    known = known_services(actor=actor, at=at)
    if service:
        known = known.filter(pk=known_service(service, actor=actor, at=at).pk)
    rows = Happening.objects.filter(service__in=known, began_at__lte=at).select_related("service")
    found = rows.order_by("-changed_at", "-pk")[:MOST_IN_FEED]
    return tuple(_view(row, row.service, actor.language) for row in found)


def planned_ahead(*, actor: Actor, at: datetime, service: str = "") -> tuple[PlannedWorkRow, ...]:
    """Return the planned work that is to come on services that the actor may know; two queries.

    Raises:
        NotFound: there is no such service for the actor.
    """
    known = (
        [known_service(service, actor=actor, at=at)]
        if service
        else list(known_services(actor=actor, at=at))
    )
    return _planned(known, language=actor.language, at=at)


def is_subscribed_to_all(*, actor: Actor) -> bool:
    """Tell whether somebody hears by mail of all that they may know; one query."""
    own = Subscriber.objects.filter(service__isnull=True, person_id=actor.person_id or 0)
    return own.exists()


def own_subscriptions(*, actor: Actor) -> tuple[SubscriptionRow, ...]:
    """Return of what somebody hears by mail, the earliest wish first; one query."""
    own = Subscriber.objects.filter(person_id=actor.person_id or 0).select_related("service")
    return tuple(
        SubscriptionRow(each.pk, "" if each.service is None else each.service.code, each.asked_at)
        for each in own.order_by("pk")
    )


def status_settings(*, actor: Actor) -> tuple[SettingRow, ...]:
    """Return who may know how each live service does, by area and name; two queries.

    Raises:
        NotAllowed: without the right to keep services.
    """
    require_manage(actor)
    settings = {row.service_id: row for row in StatusSetting.objects.all()}
    services = Service.objects.filter(life_cycle=LifeCycle.LIVE).select_related("area")
    return tuple(
        SettingRow(
            code=each.code,
            name=each.text("name", actor.language),
            area=each.area.text("name", actor.language),
            is_confidential=each.is_confidential,
            is_shown=settings[each.pk].is_shown if each.pk in settings else True,
            is_public=settings[each.pk].is_public if each.pk in settings else False,
        )
        for each in services.order_by("area__position", "area__name", "name")
    )


def status_told(service_id: int, *, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Return how a service does as other systems are told, or None where the actor may not know.

    Two queries.
    """
    service = known_services(actor=actor, at=at).filter(pk=service_id).first()
    if service is None:
        return None
    running = Happening.objects.filter(service=service, ended_at__isnull=True, began_at__lte=at)
    found = list(running.order_by("began_at"))
    return {
        "service": service.code,
        "name": service.name,
        "state": worst(each.state for each in found).value,
        "titles": [each.title for each in found if each.title],
    }


def _happened(
    services: list[Service], *, actor: Actor, at: datetime
) -> dict[int, list[HappeningView]]:
    """Return what happened to some services within the days that are shown; one query."""
    by_key = {each.pk: each for each in services}
    since = at - timedelta(days=DAYS + 1)
    rows = Happening.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=since), service_id__in=by_key, began_at__lte=at
    )
    found: dict[int, list[HappeningView]] = defaultdict(list)
    for row in rows.order_by("began_at", "pk"):
        found[row.service_id].append(_view(row, by_key[row.service_id], actor.language))
    return found


def _line(
    service: Service, happened: list[HappeningView], *, actor: Actor, at: datetime
) -> ServiceLine:
    spans = [Span(each.state, each.began_at, each.ended_at) for each in happened]
    running = _worst_first(each for each in happened if each.ended_at is None or each.ended_at > at)
    state = state_at(spans, at=at)
    return ServiceLine(
        code=service.code,
        name=service.text("name", actor.language),
        state=state,
        since=min((each.began_at for each in running if each.state is state), default=None),
        running=running,
        days=day_lines(spans, at=at, time_zone=actor.time_zone),
    )


def _worst_first(found: Iterable[HappeningView]) -> tuple[HappeningView, ...]:
    order = [each.value for each in ServiceHealth]
    return tuple(sorted(found, key=lambda each: (-order.index(each.state.value), each.began_at)))


def _planned(
    services: Iterable[Service], *, language: str, at: datetime
) -> tuple[PlannedWorkRow, ...]:
    """Return planned work to come, with the names of those services alone that were asked for."""
    known = {each.pk for each in services}
    if not known:
        return ()
    rows = planned_between(
        actor=replace(system_actor(), language=language),
        start=at,
        end=at + AHEAD,
        at=at,
        service_ids=known,
        limit=MOST_PLANNED,
    )
    return tuple(
        replace(row, services=tuple(each for each in row.services if each.id in known))
        for row in rows
        if row.starts_at > at
    )


def _view(row: Happening, service: Service, language: str) -> HappeningView:
    kind = Cause(row.kind)
    return HappeningView(
        id=row.pk,
        kind=kind,
        state=ServiceHealth(row.state),
        title=row.text("title", language) or str(kind.label),
        message=row.text("message", language),
        service=service.text("name", language),
        service_code=service.code,
        began_at=row.began_at,
        ended_at=row.ended_at,
        changed_at=row.changed_at,
    )
