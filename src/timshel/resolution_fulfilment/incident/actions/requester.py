"""What requesters do with their own cases."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from timshel.kernel.actor import Actor
from timshel.operation.work.actions import check_text
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.access import require_own
from timshel.resolution_fulfilment.incident.actions.checks import require_stage
from timshel.resolution_fulfilment.incident.actions.stages import (
    write_cancellation,
    write_closure,
    write_resolution,
)
from timshel.resolution_fulfilment.incident.events import IncidentCancelled, IncidentClosed
from timshel.resolution_fulfilment.incident.states import ResolutionCode, Verb


@transaction.atomic
def withdraw_incident(
    number: str, *, reason: str = "", actor: Actor, at: datetime
) -> IncidentCancelled:
    """Withdraw one's own report: nobody needs to work on it any more.

    Raises:
        WrongState: it is not open.
        NotAllowed, NotFound: it is somebody else's, or not there.
    """
    item = require_own(number, actor=actor)
    check_text(reason, field="reason", longest=1_000)
    return write_cancellation(item, reason=reason.strip(), actor=actor, at=at)


@transaction.atomic
def confirm_incident(number: str, *, actor: Actor, at: datetime) -> IncidentClosed:
    """Say as the requester that it works again: an open case is resolved by that, and closed.

    Raises:
        WrongState: it is finished already.
        NotAllowed, NotFound: it is somebody else's, or not there.
    """
    item = require_own(number, actor=actor)
    require_stage(item, Verb.CONFIRM)
    if item.stage != Stage.RESOLVED:
        write_resolution(
            item,
            code=ResolutionCode.CONFIRMED,
            text="",
            actor=actor,
            at=at,
        )
    return write_closure(item, actor=actor, at=at)
