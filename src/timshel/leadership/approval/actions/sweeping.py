"""What happens by the clock: a reminder, and what was agreed for when nobody answers in time.

Each approval is done in a transaction of its own: what follows from one may fail without holding
up the others. It is locked after its work, like every answer, and looked at again under the lock,
so that any number of sweeps may run beside people who answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.events import publish
from timshel.leadership.approval import access
from timshel.leadership.approval.actions.ending import end_approval, tell_pages, write_down
from timshel.leadership.approval.actions.seating import seat_above
from timshel.leadership.approval.events import ApprovalReminded, SeatGiven
from timshel.leadership.approval.models import Approval, ApprovalLink, Seat
from timshel.leadership.approval.rules import deadline_moved
from timshel.leadership.approval.states import (
    ApprovalState,
    OnExpiry,
    Outcome,
    SeatState,
    Trigger,
)

logger = logging.getLogger("timshel.approval")

OUTCOMES = {
    OnExpiry.REFUSED: Outcome.REFUSED,
    OnExpiry.APPROVED: Outcome.APPROVED,
    OnExpiry.ESCALATED: Outcome.EXPIRED,
    OnExpiry.EXPIRED: Outcome.EXPIRED,
}


def expire_and_remind_due(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Remind once for each deadline, and do what was agreed where a deadline is over.

    Where that is ``escalated``, the next manager above whoever has not answered gets a seat on
    the same chair, and the deadline moves once by as much time as there was at first; if nobody
    answers then either, the approval expires.

    Args:
        actor: the system.
        at: now.
        limit: how many to look at before giving other work a turn.

    Returns:
        How many were reminded of or came to an end; as many as ``limit`` means that there may be
        more. Those that failed are not counted, and tried again the next time.
    """
    still_open = Approval.objects.filter(state=ApprovalState.OPEN)
    late = still_open.filter(due_at__lte=at).order_by("due_at", "pk")
    done = _each(late.values_list("pk", "work_item_id")[:limit], _expire, actor=actor, at=at)
    near = still_open.filter(remind_at__lte=at, reminded_at__isnull=True).order_by(
        "remind_at", "pk"
    )
    rows = near.values_list("pk", "work_item_id")[: max(0, limit - done)]
    return done + _each(rows, _remind, actor=actor, at=at)


def _each(
    rows: QuerySet[Approval, tuple[int, int]],
    do: Callable[[Approval, Actor, datetime], bool],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    done = 0
    for approval_id, work_item_id in list(rows):
        try:
            with transaction.atomic():
                approval = access.locked(approval_id, work_item_id=work_item_id)
                done += approval.state == ApprovalState.OPEN and do(approval, actor, at)
        except Exception:
            # Whatever follows from one approval must not keep the others from their end.
            logger.exception("Approval %s could not be brought to its end", approval_id)
    return done


def _expire(approval: Approval, actor: Actor, at: datetime) -> bool:
    if approval.due_at is None or approval.due_at > at:
        return False
    on_expiry = OnExpiry(approval.on_expiry)
    if on_expiry is OnExpiry.ESCALATED and approval.escalated_at is None:
        _escalate(approval, actor=actor, at=at)
        return True
    outcome = OUTCOMES[on_expiry]
    end_approval(approval, trigger=Trigger.EXPIRE, outcome=outcome, comment="", actor=actor, at=at)
    return True


def _escalate(approval: Approval, *, actor: Actor, at: datetime) -> None:
    seats = list(approval.seats.order_by("chair", "pk"))
    given: list[Seat] = []
    for seat in seats:
        if seat.state == SeatState.OPEN and seat.person_id is not None:
            given.append(seat_above(seat, [*seats, *given], at=at))
    before = approval.due_at
    asked_at = approval.asked_at
    approval.due_at = deadline_moved(approval.due_at, asked_at=asked_at, at=at)
    approval.remind_at = deadline_moved(approval.remind_at, asked_at=asked_at, at=at)
    approval.reminded_at = None
    approval.escalated_at = at
    approval.save(update_fields=["due_at", "remind_at", "reminded_at", "escalated_at"])
    if approval.due_at is not None:
        links = ApprovalLink.objects.filter(seat__approval=approval, used_at__isnull=True)
        links.update(expires_at=approval.due_at)
    changes = {
        "due_at": (
            before.isoformat() if before else None,
            approval.due_at.isoformat() if approval.due_at else None,
        ),
        "seats": (None, [[seat.person_id, seat.why, seat.passed_from_id] for seat in given]),
    }
    write_down("approval.escalated", approval, changes, actor=actor, at=at)
    tell_pages(approval, [*seats, *given], at=at)
    for seat in given:
        publish(SeatGiven(approval.pk, approval.work_item_id, approval.step, at, seat_id=seat.pk))


def _remind(approval: Approval, actor: Actor, at: datetime) -> bool:
    if approval.reminded_at is not None or approval.remind_at is None or approval.remind_at > at:
        return False
    approval.reminded_at = at
    approval.save(update_fields=["reminded_at"])
    write_down("approval.reminded", approval, {}, actor=actor, at=at)
    publish(ApprovalReminded(approval.pk, approval.work_item_id, approval.step, at))
    return True
