"""Who may know how a service does: the public, people of the house, or nobody; asked here only."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.service_portfolio.catalogue.models import Entry
from timshel.service_portfolio.service.models import LifeCycle, Service

MANAGE = "service.manage"
LONGEST_CODE = 80


def known_services(*, actor: Actor, at: datetime) -> QuerySet[Service]:
    """Return the live services of which an actor may know how they do, as a query.

    Strangers know those that are public; people of the house also the others, unless the
    catalogue shows none of what these give to them. Confidential services nobody is shown.

    Args:
        actor: who reads; a stranger has no person.
        at: now.
    """
    services = Service.objects.filter(life_cycle=LifeCycle.LIVE, is_confidential=False)
    public = Q(status_setting__is_public=True)
    if actor.person_id is None:
        return services.filter(public)
    today = actor.day_at(at)
    told = Entry.objects.filter(offering__service=OuterRef("pk")).shown(today)
    own = Entry.objects.filter(offering__service=OuterRef("pk")).visible_to(actor.person_id, today)
    shown = Q(status_setting__isnull=True) | Q(status_setting__is_shown=True)
    return services.filter(public | (shown & (~Exists(told) | Exists(own))))


def known_service(code: str, *, actor: Actor, at: datetime) -> Service:
    """Return one service of which an actor may know how it does.

    Raises:
        NotFound: there is none, or it is not told.
    """
    if len(code) > LONGEST_CODE or not is_storable(code):
        raise NotFound
    found = known_services(actor=actor, at=at).select_related("area").filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may say who is told how services do.

    Raises:
        NotAllowed: the right is missing, or holds only in a part.
    """
    if not actor.scope(MANAGE).everywhere:
        raise NotAllowed
