"""Moving a request from stage to stage, by hand or as its process says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.operation.process.access import hold_run
from timshel.operation.process.actions import cancel_run
from timshel.operation.process.states import OPEN_RUNS
from timshel.operation.work.access import is_own
from timshel.operation.work.actions import change_work_item, check_text, stage_values
from timshel.operation.work.models import OPEN, WorkItem
from timshel.operation.work.rules import covers
from timshel.operation.work.states import Stage, Trigger, WaitingReason
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.resolution_fulfilment.service_request import rules
from timshel.resolution_fulfilment.service_request.access import (
    CANCEL,
    KIND,
    WORK,
    find,
    require,
    require_own,
)
from timshel.resolution_fulfilment.service_request.events import (
    RequestClosed,
    RequestEnded,
    RequestReopened,
)
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.states import Outcome

Pairs = Mapping[str, tuple[Any, Any]]
NOT_BY_HAND = frozenset({WaitingReason.APPROVAL})


@transaction.atomic
def wait_request(
    number: str, *, reason: WaitingReason | str, note: str = "", actor: Actor, at: datetime
) -> WorkItem:
    """Let a request wait for something, with the reason that decides about its clocks.

    Raises:
        Invalid: there is no such reason, or none that people choose.
        NotAllowed, NotFound, WrongState: as they say.
    """
    item = require(number, WORK, actor=actor)
    if reason not in set(WaitingReason) - NOT_BY_HAND:
        raise Invalid({"reason": [_("Please say what this waits for.")]})
    check_text(note, field="note", longest=1_000)
    values = stage_values(item, Trigger.WAIT, reason=WaitingReason(reason), at=at)
    also = {"note": (None, note.strip())} if note.strip() else None
    write_stage(item, "service_request.waited", values=values, also=also, actor=actor, at=at)
    return item


@transaction.atomic
def resume_request(number: str, *, actor: Actor, at: datetime) -> WorkItem:
    """Go on with a request that waited.

    Raises:
        NotAllowed, NotFound, WrongState: as they say.
    """
    item = require(number, WORK, actor=actor)
    values = stage_values(item, Trigger.RESUME, at=at)
    write_stage(item, "service_request.resumed", values=values, actor=actor, at=at)
    return item


@transaction.atomic
def fulfil_request(number: str, *, text: str, actor: Actor, at: datetime) -> RequestEnded:
    """Say by hand that a request is delivered; one whose process runs is ended by that alone.

    Raises:
        Invalid: nothing was said about it.
        WrongState: it is not open, or its process still runs.
        NotAllowed, NotFound: as they say.
    """
    hold(number)
    item = require(number, WORK, actor=actor)
    if not text.strip():
        raise Invalid({"text": [_("Please say what was delivered.")]})
    check_text(text, field="text", longest=10_000)
    run = hold_run(item.pk)
    if run is not None and run.state in OPEN_RUNS:
        raise WrongState(_("Its process still runs: finish, skip or move its steps."))
    return end_request(item, Outcome.FULFILLED, text=text.strip(), actor=actor, at=at)


@transaction.atomic
def cancel_request(number: str, *, reason: str, actor: Actor, at: datetime) -> RequestEnded:
    """Cancel a request with everything that its process began, with the reason.

    Raises:
        Invalid: no reason was given.
        NotAllowed, NotFound, WrongState: as they say.
    """
    hold(number)
    item = require(number, CANCEL, actor=actor)
    if not reason.strip():
        raise Invalid({"reason": [_("Please say why this is cancelled.")]})
    check_text(reason, field="reason", longest=1_000)
    return _stop(item, Outcome.CANCELLED, reason=reason.strip(), actor=actor, at=at)


@transaction.atomic
def withdraw_request(number: str, *, reason: str = "", actor: Actor, at: datetime) -> RequestEnded:
    """Withdraw one's own request, with its parts: nobody needs to work on it any more.

    Raises:
        WrongState: it is not open.
        NotAllowed, NotFound: it is somebody else's, or not there.
    """
    hold(number)
    item = require_own(number, actor=actor)
    check_text(reason, field="reason", longest=1_000)
    return _stop(item, Outcome.WITHDRAWN, reason=reason.strip(), actor=actor, at=at)


@transaction.atomic
def reopen_request(number: str, *, reason: str, actor: Actor, at: datetime) -> RequestReopened:
    """Open a delivered request again: the requester or a helper, within the window.

    Its process has ended and stays so; what is still to be done is done by hand.

    Raises:
        WrongState: it was not delivered, or the window is over.
        Invalid: no reason was given.
        NotAllowed, NotFound: as they say.
    """
    seen = find(number, actor=actor)
    helps = covers(actor, WORK, seen)
    if not helps and not is_own(seen, actor=actor):
        raise NotAllowed
    item = require(number, WORK, actor=actor) if helps else require_own(number, actor=actor)
    if not reason.strip():
        raise Invalid({"reason": [_("Please say what is not as it should be.")]})
    check_text(reason, field="reason", longest=1_000)
    values = stage_values(item, Trigger.REOPEN, at=at)
    if not rules.within(rules.REOPEN_WINDOW, item.resolved_at, at=at):
        raise WrongState(_("This was finished too long ago to be reopened. Please ask anew."))
    ended = ServiceRequest.objects.filter(pk=item.pk)
    outcome, text = ended.values_list("outcome", "outcome_text").get()
    also = {
        "reason": (None, reason.strip()),
        "outcome": (outcome or None, None),
        "outcome_text": (text or None, None),
    }
    write_stage(item, "service_request.reopened", values=values, also=also, actor=actor, at=at)
    ended.update(outcome="", outcome_text="")
    event = RequestReopened(item.pk, item.number, at, actor.person_id)
    publish(event)
    return event


@transaction.atomic
def close_request(number: str, *, actor: Actor, at: datetime) -> RequestClosed:
    """Finish a delivered request.

    Raises:
        NotAllowed, NotFound, WrongState: as they say.
    """
    item = require(number, WORK, actor=actor)
    return write_closure(item, actor=actor, at=at)


@transaction.atomic
def confirm_request(number: str, *, actor: Actor, at: datetime) -> RequestClosed:
    """Say as the requester that everything arrived.

    Raises:
        WrongState: it is not delivered.
        NotAllowed, NotFound: it is somebody else's, or not there.
    """
    item = require_own(number, actor=actor)
    return write_closure(item, actor=actor, at=at)


def close_due_requests(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Close requests that were delivered long enough ago; several sweeps may run at once.

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


def hold(number: str) -> None:
    """Lock the run of a request before the request itself, as whatever changes both does."""
    if not is_storable(number):
        raise NotFound
    key = WorkItem.objects.filter(number=number.upper()).values_list("pk", flat=True).first()
    if key is not None:
        hold_run(key)


def end_request(
    item: WorkItem, outcome: Outcome, *, text: str = "", actor: Actor, at: datetime
) -> RequestEnded:
    """Write the end of a locked request: delivered, or cancelled with its outcome."""
    delivered = outcome is Outcome.FULFILLED
    trigger = Trigger.RESOLVE if delivered else Trigger.CANCEL
    values = stage_values(item, trigger, at=at)
    also: dict[str, tuple[Any, Any]] = {"outcome": (None, str(outcome))}
    if text:
        also["reason"] = (None, text)
    verb = "service_request.fulfilled" if delivered else "service_request.cancelled"
    write_stage(item, verb, values=values, also=also, actor=actor, at=at)
    ServiceRequest.objects.filter(pk=item.pk).update(outcome=outcome, outcome_text=text)
    event = RequestEnded(item.pk, item.number, at, actor.person_id, str(outcome), item.parent_id)
    publish(event)
    return event


def write_closure(item: WorkItem, *, actor: Actor, at: datetime) -> RequestClosed:
    """Write the end of a delivered request, authorised before."""
    values = stage_values(item, Trigger.CLOSE, at=at)
    write_stage(item, "service_request.closed", values=values, actor=actor, at=at)
    event = RequestClosed(item.pk, item.number, at, actor.person_id)
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
    """Write a new stage of a locked request, and read its clocks anew."""
    change_work_item(item, verb=verb, values=values, also=also, actor=actor, at=at)
    refresh_clocks(item, at=at)


def _stop(
    item: WorkItem, outcome: Outcome, *, reason: str, actor: Actor, at: datetime
) -> RequestEnded:
    """End a request and its parts before their time, and take back what their processes began."""
    event = end_request(item, outcome, text=reason, actor=actor, at=at)
    cancel_run(item.pk, actor=actor, at=at)
    parts = WorkItem.objects.filter(OPEN, parent=item, kind=KIND).order_by("pk")
    for key in list(parts.values_list("pk", flat=True)):
        hold_run(key)
        part = (
            WorkItem.objects.select_for_update(of=("self",), no_key=True)
            .select_related("team", "assignee", "requester")
            .defer("search")
            .filter(OPEN, pk=key)
            .first()
        )
        if part is not None:
            _stop(part, outcome, reason=reason, actor=actor, at=at)
    return event
