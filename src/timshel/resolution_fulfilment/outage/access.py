"""The right to tell everybody of an outage; saying that one is hit too needs none."""

from __future__ import annotations

from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.operation.work.access import MAXIMUM_NUMBER
from timshel.operation.work.models import OPEN, WorkItem
from timshel.resolution_fulfilment.incident import access as incident
from timshel.resolution_fulfilment.outage.models import Outage

DECLARE = "incident.declare_outage"


def require_incident(number: str, *, actor: Actor) -> WorkItem:
    """Return an incident, locked, of which the actor may tell everybody.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: the actor sees it but lacks the right.
    """
    return incident.require(number, DECLARE, actor=actor)


def running(number: str, *, actor: Actor, at: datetime) -> Outage:  # noqa: ARG001
    """Return a running outage by the number of its incident; everybody in the house may know it.

    Raises:
        NotFound: there is none, or it is over.
        NotAllowed: the actor is nobody.
    """
    if actor.person_id is None:
        raise NotAllowed
    if len(number) > MAXIMUM_NUMBER or not is_storable(number):
        raise NotFound
    work = WorkItem.objects.filter(OPEN, number=number.upper()).values("pk")
    found = Outage.objects.filter(incident_id__in=work, ended_at__isnull=True).first()
    if found is None:
        raise NotFound
    return found
