"""What every end of an approval comes with: rows, journal, news for pages, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.events import ApprovalDecided
from timshel.leadership.approval.models import Approval, Delegation, Seat
from timshel.leadership.approval.outcomes import Decided
from timshel.leadership.approval.states import (
    APPROVALS,
    ApprovalState,
    Outcome,
    SeatState,
    Trigger,
)

SUBJECT = "approval"


def region_of(approval_id: int) -> str:
    """Return the live region of one approval."""
    return f"approval:{approval_id}"


def region_of_person(person_id: int) -> str:
    """Return the live region of the approvals that wait for a person."""
    return f"approvals:{person_id}"


def end_approval(
    approval: Approval,
    *,
    trigger: Trigger,
    outcome: Outcome,
    comment: str,
    actor: Actor,
    at: datetime,
) -> None:
    """End an approval that is locked, and do what follows from it.

    Args:
        approval: it is open.
        trigger: how it ends.
        outcome: what whoever asked is told.
        comment: why; may be empty.
        actor: who answered or withdrew, or the system.
        at: when.
    """
    seats = list(approval.seats.all())
    approval.state = APPROVALS.target(ApprovalState(approval.state), trigger)
    approval.outcome = outcome
    approval.decided_at = at
    approval.save(update_fields=["state", "outcome", "decided_at"])
    approval.seats.filter(state=SeatState.OPEN).update(state=SeatState.NOT_NEEDED)
    changes: dict[str, tuple[Any, Any]] = {
        "state": (str(ApprovalState.OPEN), str(approval.state)),
        "outcome": (None, str(outcome)),
    }
    if comment:
        changes["comment"] = (None, comment)
    verb = "approval.withdrawn" if outcome is Outcome.WITHDRAWN else "approval.decided"
    write_down(verb, approval, changes, actor=actor, at=at)
    tell_pages(approval, seats, at=at)
    by_person_id = None if trigger is Trigger.EXPIRE else actor.person_id
    if outcome is not Outcome.WITHDRAWN:
        decided = Decided(
            approval_id=approval.pk,
            work_item_id=approval.work_item_id,
            step=approval.step,
            outcome=outcome,
            by_person_id=by_person_id,
            comment=comment,
        )
        outcomes.tell(decided, actor=actor, at=at)
    publish(
        ApprovalDecided(
            approval_id=approval.pk,
            work_item_id=approval.work_item_id,
            step=approval.step,
            at=at,
            outcome=str(outcome),
            by_person_id=by_person_id,
            comment=comment,
        )
    )


def write_down(
    verb: str,
    approval: Approval,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Write an entry about an approval into the journal."""
    record(verb, subject_kind=SUBJECT, subject_id=approval.pk, changes=changes, actor=actor, at=at)


def tell_pages(approval: Approval, seats: Iterable[Seat], *, at: datetime) -> None:
    """Have the pages drawn anew that show an approval, or count it among what waits."""
    holders = {seat.person_id for seat in seats if seat.person_id is not None}
    running = Delegation.objects.running(at).filter(person__in=holders)
    concerned = holders | set(running.values_list("substitute_id", flat=True))
    regions = {region_of(approval.pk), f"person:{approval.requester_id}"}
    live.announce(regions | {region_of_person(each) for each in concerned}, at=at)
