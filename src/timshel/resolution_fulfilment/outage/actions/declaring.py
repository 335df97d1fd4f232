"""Telling everybody what is out of order, and hearing who is hit too (clause 8.6.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.operation.work.actions import Changes, change_work_item
from timshel.operation.work.models import WorkItem
from timshel.operation.work.sharing import is_confidential
from timshel.operation.work.states import OPEN_STAGES, Stage
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.outage.access import require_incident, running
from timshel.resolution_fulfilment.outage.events import (
    OutageChanged,
    OutageDeclared,
    OutageEnded,
)
from timshel.resolution_fulfilment.outage.models import Affected, Outage
from timshel.resolution_fulfilment.outage.rules import OutageWords, word_faults

REGION = "outages"


@transaction.atomic
def declare_outage(number: str, *, words: OutageWords, actor: Actor, at: datetime) -> Outage:
    """Tell everybody of an open incident, or tell them in other words; the same again does nothing.

    Args:
        number: the incident.
        words: what everybody is told.
        actor: who may declare outages of its service.
        at: when.

    Raises:
        Invalid: what is wrong with the words, by field.
        WrongState: the incident is not open, or its service is confidential.
        NotAllowed, NotFound: as they say.
    """
    item = require_incident(number, actor=actor)
    faults = word_faults(words)
    if faults:
        raise Invalid(faults)
    if Stage(item.stage) not in OPEN_STAGES:
        raise WrongState(_("Only an open incident can be told to everybody."))
    if is_confidential(item.service_id):
        raise WrongState(_("This service is confidential: nobody is told of its incidents."))
    told = replace(words, title=words.title.strip(), message=words.message.strip())
    return _tell(item, told, actor=actor, at=at)


@transaction.atomic
def end_outage(number: str, *, actor: Actor, at: datetime) -> None:
    """Tell everybody no longer; the incident goes on.

    Raises:
        NotAllowed, NotFound: as they say; where nobody is told, there is nothing to end.
    """
    item = require_incident(number, actor=actor)
    outage = Outage.objects.filter(incident_id=item.pk, ended_at__isnull=True).first()
    if outage is None:
        raise NotFound
    outage.ended_at = at
    outage.save(update_fields=["ended_at"])
    _journal(item, "outage.ended", {"outage": (outage.title, None)}, actor=actor, at=at)
    publish(OutageEnded(item.pk, item.number, at, actor.person_id))


@transaction.atomic
def join_outage(number: str, *, actor: Actor, at: datetime) -> int:
    """Say that one is hit by an outage too; saying it again does nothing.

    Returns:
        How many are hit, with the one who said so.

    Raises:
        NotFound: there is no such outage, or it is over.
    """
    outage = running(number, actor=actor, at=at)
    Affected.objects.get_or_create(
        outage=outage, person_id=actor.person_id or 0, defaults={"at": at}
    )
    live.announce({f"work_item:{outage.pk}"}, at=at)
    return Affected.objects.filter(outage=outage).count()


def _tell(item: WorkItem, words: OutageWords, *, actor: Actor, at: datetime) -> Outage:
    standing = Outage.objects.filter(incident_id=item.pk).first()
    running = standing if standing is not None and standing.ended_at is None else None
    if running is not None and _told(running) == words:
        return running
    incident = Incident.objects.get(work_item=item)
    outage = standing or Outage(incident=incident)
    changes: Changes = {
        "outage": (running and running.title, words.title),
        "outage_message": (running and running.message, words.message),
    }
    outage.title, outage.message = words.title, words.message
    outage.translations = {code: dict(texts) for code, texts in words.translations.items()}
    outage.changed_at = at
    if running is None:
        outage.declared_at, outage.ended_at = at, None
    outage.save()
    verb = "outage.changed" if running else "outage.declared"
    _journal(item, verb, changes, actor=actor, at=at)
    fact = OutageChanged if running else OutageDeclared
    publish(fact(item.pk, item.number, at, actor.person_id))
    return outage


def _told(outage: Outage) -> OutageWords:
    return OutageWords(outage.title, outage.message, outage.translations)


def _journal(item: WorkItem, verb: str, changes: Changes, *, actor: Actor, at: datetime) -> None:
    change_work_item(item, verb=verb, values={}, also=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
