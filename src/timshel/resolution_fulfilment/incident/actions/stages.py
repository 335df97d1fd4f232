"""Moving an incident from stage to stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, WrongState
from timshel.kernel.events import publish
from timshel.operation.work.access import is_own
from timshel.operation.work.actions import change_work_item, check_text, stage_values
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import covers
from timshel.operation.work.states import BY_HAND, Stage, Trigger, WaitingReason
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.resolution_fulfilment.incident import access, rules
from timshel.resolution_fulfilment.incident.access import find, require, require_own
from timshel.resolution_fulfilment.incident.actions.suppliers import (
    awaited_supplier,
    supplier_change,
)
from timshel.resolution_fulfilment.incident.events import (
    IncidentCancelled,
    IncidentClosed,
    IncidentMoved,
    IncidentReopened,
    IncidentResolved,
)
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import KIND, ResolutionCode

Pairs = Mapping[str, tuple[Any, Any]]
LONGEST_RESOLUTION = 10_000


@transaction.atomic
def start_incident(number: str, *, actor: Actor, at: datetime) -> IncidentMoved:
    """Begin to work on a new incident."""
    item = require(number, access.WORK, actor=actor)
    values = stage_values(item, Trigger.START, at=at)
    return _moved(item, "incident.started", values=values, actor=actor, at=at)


@transaction.atomic
def wait_incident(
    number: str,
    *,
    reason: WaitingReason | str,
    note: str = "",
    supplier: str | None = None,
    actor: Actor,
    at: datetime,
) -> IncidentMoved:
    """Let an incident wait for something, with the reason that decides about its clocks.

    Args:
        number: the incident.
        reason: what it waits for, of those that people choose.
        note: what helpers should know about it, kept in the history.
        supplier: the code of the supplier that is waited for, where it is known; the time until
            the waiting ends is measured by the contract with that supplier.
        actor: a helper.
        at: when.

    Raises:
        Invalid: there is no such reason or supplier, or a supplier is named for another reason.
        NotAllowed, NotFound, WrongState: as they say.
    """
    item = require(number, access.WORK, actor=actor)
    if reason not in BY_HAND:
        raise Invalid({"reason": [_("Please say what this waits for.")]})
    check_text(note, field="note", longest=1_000)
    waited_for = awaited_supplier(supplier, reason=WaitingReason(reason))
    values = stage_values(item, Trigger.WAIT, reason=WaitingReason(reason), at=at)
    values["supplier_id"] = waited_for.pk if waited_for else None
    also = {"note": (None, note.strip())} if note.strip() else None
    return _moved(item, "incident.waited", values=values, also=also, actor=actor, at=at)


@transaction.atomic
def resume_incident(number: str, *, actor: Actor, at: datetime) -> IncidentMoved:
    """Go on with a waiting incident."""
    item = require(number, access.WORK, actor=actor)
    values = stage_values(item, Trigger.RESUME, at=at)
    return _moved(item, "incident.resumed", values=values, actor=actor, at=at)


def _moved(
    item: WorkItem,
    verb: str,
    *,
    values: Mapping[str, Any],
    also: Pairs | None = None,
    actor: Actor,
    at: datetime,
) -> IncidentMoved:
    write_stage(item, verb, values=values, also=also, actor=actor, at=at)
    event = IncidentMoved(item.pk, item.number, at, actor.person_id, item.stage)
    publish(event)
    return event


@transaction.atomic
def resolve_incident(
    number: str, *, code: str, text: str, actor: Actor, at: datetime
) -> IncidentResolved:
    """Say that it works again, how that came about, and what was done.

    Args:
        number: the incident.
        code: one of ``ResolutionCode``.
        text: what was done, in words that the requester reads too.
        actor: a helper.
        at: when.

    Raises:
        Invalid: code or text is missing.
        WrongState: it is not open.
    """
    item = require(number, access.RESOLVE, actor=actor)
    problems = {}
    if code not in set(ResolutionCode) - {ResolutionCode.CONFIRMED}:
        problems["code"] = [_("Please say how it was resolved.")]
    if not text.strip():
        problems["text"] = [_("Please say what was done.")]
    if problems:
        raise Invalid(problems)
    check_text(text, field="text", longest=LONGEST_RESOLUTION)
    return write_resolution(item, code=code, text=text.strip(), actor=actor, at=at)


def write_resolution(
    item: WorkItem, *, code: str, text: str, actor: Actor, at: datetime
) -> IncidentResolved:
    """Write a resolution that has been checked and authorised."""
    incident = Incident.objects.get(work_item=item)
    also = {
        "resolution_code": (incident.resolution_code, code),
        "resolution_text": (incident.resolution_text, text),
    }
    incident.resolution_code, incident.resolution_text = code, text
    values = stage_values(item, Trigger.RESOLVE, at=at)
    write_stage(item, "incident.resolved", values=values, also=also, actor=actor, at=at)
    incident.save(update_fields=["resolution_code", "resolution_text"])
    event = IncidentResolved(item.pk, item.number, at, actor.person_id)
    publish(event)
    return event


@transaction.atomic
def reopen_incident(number: str, *, reason: str, actor: Actor, at: datetime) -> IncidentReopened:
    """Open a resolved or closed incident again: the requester or a helper, within the window.

    Raises:
        WrongState: it is not resolved or closed, or the window is over and the actor lacks the
            right to reopen after it.
        Invalid: no reason was given.
    """
    seen = find(number, actor=actor)
    helps = covers(actor, access.WORK, seen)
    if not helps and not is_own(seen, actor=actor):
        raise NotAllowed
    item = require(number, access.WORK, actor=actor) if helps else require_own(number, actor=actor)
    if not reason.strip():
        raise Invalid({"reason": [_("Please say what still does not work.")]})
    check_text(reason, field="reason", longest=1_000)
    values = stage_values(item, Trigger.REOPEN, at=at)
    in_window = rules.within_reopen_window(item.resolved_at, at=at)
    if not in_window and not covers(actor, access.REOPEN_CLOSED, item):
        raise WrongState(_("This was finished too long ago to be reopened. Please report anew."))
    also = {"reason": (None, reason.strip())}
    write_stage(item, "incident.reopened", values=values, also=also, actor=actor, at=at)
    event = IncidentReopened(item.pk, item.number, at, actor.person_id)
    publish(event)
    return event


@transaction.atomic
def close_incident(number: str, *, actor: Actor, at: datetime) -> IncidentClosed:
    """Finish a resolved incident."""
    item = require(number, access.RESOLVE, actor=actor)
    return write_closure(item, actor=actor, at=at)


def write_closure(item: WorkItem, *, actor: Actor, at: datetime) -> IncidentClosed:
    """Write the end of a resolved incident, authorised before."""
    values = stage_values(item, Trigger.CLOSE, at=at)
    write_stage(item, "incident.closed", values=values, actor=actor, at=at)
    event = IncidentClosed(item.pk, item.number, at, actor.person_id)
    publish(event)
    return event


@transaction.atomic
def cancel_incident(number: str, *, reason: str, actor: Actor, at: datetime) -> IncidentCancelled:
    """Cancel an incident that needs no work, with the reason."""
    item = require(number, access.CANCEL, actor=actor)
    if not reason.strip():
        raise Invalid({"reason": [_("Please say why this is cancelled.")]})
    check_text(reason, field="reason", longest=1_000)
    return write_cancellation(item, reason=reason.strip(), actor=actor, at=at)


def write_cancellation(
    item: WorkItem, *, reason: str, actor: Actor, at: datetime
) -> IncidentCancelled:
    """Write a cancellation that has been checked and authorised."""
    values = stage_values(item, Trigger.CANCEL, at=at)
    also = {"reason": (None, reason)} if reason else None
    write_stage(item, "incident.cancelled", values=values, also=also, actor=actor, at=at)
    event = IncidentCancelled(item.pk, item.number, at, actor.person_id)
    publish(event)
    return event


def write_stage(
    item: WorkItem,
    verb: str,
    *,
    values: Mapping[str, Any],
    also: Pairs | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Write a new stage of a locked incident, and read its clocks anew."""
    journalled = {**(also or {}), **supplier_change(item, values)}
    change_work_item(item, verb=verb, values=values, also=journalled, actor=actor, at=at)
    refresh_clocks(item, at=at)


def close_due_incidents(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Close incidents that have been resolved for long enough; several sweeps may run at once.

    Args:
        actor: the sweep, as the journal names it.
        at: now.
        limit: how many at most, each in a transaction of its own.

    Returns:
        How many were closed.
    """
    due = WorkItem.objects.filter(
        kind=KIND, stage=Stage.RESOLVED, resolved_at__lte=at - rules.CLOSE_AFTER
    )
    closed = 0
    for key in due.order_by("resolved_at").values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            item = (
                due.select_for_update(of=("self",), skip_locked=True)
                .select_related("team", "assignee", "requester")
                .filter(pk=key)
                .first()
            )
            if item is not None:
                write_closure(item, actor=actor, at=at)
                closed += 1
    return closed
