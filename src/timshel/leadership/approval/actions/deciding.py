"""Answering what one is asked to approve, and giving a seat to somebody else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.leadership.approval import access
from timshel.leadership.approval.actions.ending import end_approval, tell_pages, write_down
from timshel.leadership.approval.events import SeatGiven
from timshel.leadership.approval.models import Approval, Seat
from timshel.leadership.approval.rules import OUTCOMES, chair_state, verdict
from timshel.leadership.approval.states import (
    ApprovalState,
    Capacity,
    Decision,
    SeatState,
    Trigger,
)

LONGEST_COMMENT = 2_000
TRIGGERS = {ApprovalState.APPROVED: Trigger.APPROVE, ApprovalState.REFUSED: Trigger.REFUSE}
OWN_REQUEST = _("Nobody decides on a request of their own. Somebody else is asked.")
ANSWERED = _("You have already answered this; your answer stands.")
NOT_YOURS = _("You are not asked here.")
CLOSED = {
    ApprovalState.APPROVED: _("This was approved already."),
    ApprovalState.REFUSED: _("This was refused already."),
    ApprovalState.EXPIRED: _("The time for an answer is over."),
    ApprovalState.WITHDRAWN: _("This is no longer asked."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How an approval stands after an answer.

    Args:
        approval_id: the approval.
        seat_id: the seat that was answered for.
        decision: the answer.
        state: of the approval, with that answer.
    """

    approval_id: int
    seat_id: int
    decision: Decision
    state: ApprovalState


@transaction.atomic
def decide_approval(
    approval_id: int,
    *,
    decision: Decision,
    comment: str = "",
    seat_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> Standing:
    """Answer for a seat: one's own, that of somebody one stands in for, or by managing approvals.

    The same answer given twice, as by a double click, changes nothing the second time.

    Args:
        approval_id: what is asked.
        decision: the answer.
        comment: why; needed to refuse, and by whoever manages approvals and answers for others.
        seat_id: for which seat; where it is not given, one's own comes before that of somebody
            one stands in for, and that before any other.
        actor: who answers.
        at: when.

    Returns:
        How the approval stands now.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
        NotAllowed: the actor is not asked, or it is a request of their own.
        WrongState: it is decided already, or the actor has answered otherwise before.
        Invalid: a comment is missing or too long.
    """
    person_id = access.require_person(actor)
    approval = access.approval_to_change(approval_id, actor=actor, at=at)
    seats = list(approval.seats.order_by("chair", "pk"))
    before = _answered(seats, person_id)
    if before is not None:
        if before.state != decision:
            raise WrongState(ANSWERED)
        return _standing(approval, before)
    if access.is_barred(approval, person_id):
        raise NotAllowed(OWN_REQUEST)
    seat, capacity = _seat_of(approval, seats, seat_id=seat_id, actor=actor, at=at)
    said = _comment(comment, decision=decision, capacity=capacity)
    _answer(seat, decision=decision, comment=said, capacity=capacity, actor=actor, at=at)
    _close_chair(seat, seats)
    changes: dict[str, tuple[Any, Any]] = {
        "seat": (None, [seat.pk, seat.person_id, str(capacity)]),
        "decision": (None, str(decision)),
    }
    if said:
        changes["comment"] = (None, said)
    write_down("approval.answered", approval, changes, actor=actor, at=at)
    _settle(approval, seats, comment=said, actor=actor, at=at)
    return _standing(approval, seat)


@transaction.atomic
def hand_over_seat(seat_id: int, *, person_id: int, reason: str, actor: Actor, at: datetime) -> int:
    """Ask somebody else instead of whoever has a seat; doing it again changes nothing.

    Args:
        seat_id: the seat.
        person_id: who is asked from now on.
        reason: why; kept in the journal, where both can read it.
        actor: somebody who manages approvals.
        at: when.

    Returns:
        The key of the new seat.

    Raises:
        NotFound: there is no such seat, or the actor may not know that there is.
        NotAllowed: the right to manage approvals is missing.
        WrongState: the seat was answered for, or is no longer needed.
        Invalid: the reason is missing, or that person cannot be asked.
    """
    found = Seat.objects.filter(pk=seat_id).values_list("approval_id", flat=True).first()
    if found is None:
        raise NotFound
    approval = access.approval_to_change(found, actor=actor, at=at)
    access.require_manage(approval, actor=actor)
    seats = {seat.pk: seat for seat in approval.seats.all()}
    seat = seats[seat_id]
    again = _handed_to(seat, person_id, seats.values())
    if again is not None:
        return again.pk
    if approval.state != ApprovalState.OPEN or seat.state != SeatState.OPEN:
        raise WrongState(CLOSED.get(ApprovalState(approval.state), ANSWERED))
    why = _reason(reason)
    _check_holder(approval, person_id, seats.values())
    seat.state = SeatState.HANDED_OVER
    seat.save(update_fields=["state"])
    given = Seat.objects.create(
        approval=approval,
        chair=seat.chair,
        person_id=person_id,
        passed_from_id=seat.person_id,
        why=seat.why,
        why_detail=seat.why_detail,
        given_at=at,
    )
    changes = {"holder": (seat.person_id, person_id), "reason": (None, why)}
    write_down("approval.handed_over", approval, changes, actor=actor, at=at)
    tell_pages(approval, [seat, given], at=at)
    publish(SeatGiven(approval.pk, approval.work_item_id, approval.step, at, seat_id=given.pk))
    return given.pk


def _answered(seats: Collection[Seat], person_id: int) -> Seat | None:
    return next((seat for seat in seats if seat.decided_by_id == person_id), None)


def _seat_of(
    approval: Approval,
    seats: Collection[Seat],
    *,
    seat_id: int | None,
    actor: Actor,
    at: datetime,
) -> tuple[Seat, Capacity]:
    """Return the seat that an actor answers for, and as what."""
    assert actor.person_id is not None  # noqa: S101 - asked for before
    principals = access.principals_of(actor.person_id, at=at)
    is_manager = access.manages_approval(approval, actor=actor)
    possible: list[tuple[Seat, Capacity]] = []
    for seat in seats:
        if seat.person_id == actor.person_id:
            possible.append((seat, Capacity.HOLDER))
        elif seat.person_id in principals:
            possible.append((seat, Capacity.DELEGATE))
        elif is_manager:
            possible.append((seat, Capacity.MANAGER))
    if seat_id is not None:
        possible = [each for each in possible if each[0].pk == seat_id]
    if not possible:
        raise NotAllowed(NOT_YOURS)
    if approval.state != ApprovalState.OPEN:
        raise WrongState(CLOSED[ApprovalState(approval.state)])
    still_open = [each for each in possible if each[0].state == SeatState.OPEN]
    if not still_open:
        raise WrongState(_("Somebody else answered here, or was asked instead."))
    order = list(Capacity)
    return min(still_open, key=lambda each: (order.index(each[1]), each[0].person_id is not None))


def _answer(
    seat: Seat,
    *,
    decision: Decision,
    comment: str,
    capacity: Capacity,
    actor: Actor,
    at: datetime,
) -> None:
    seat.state = SeatState(decision)
    seat.decided_by_id = actor.person_id
    seat.decided_at = at
    seat.comment = comment
    seat.channel = str(actor.channel)
    seat.capacity = capacity
    seat.save(update_fields=["state", "decided_by", "decided_at", "comment", "channel", "capacity"])


def _close_chair(answered: Seat, seats: Collection[Seat]) -> None:
    """Note that the others on a chair are no longer needed: its first answer counts."""
    for seat in seats:
        if seat.chair == answered.chair and seat.state == SeatState.OPEN:
            seat.state = SeatState.NOT_NEEDED
            seat.save(update_fields=["state"])


def _settle(
    approval: Approval, seats: Collection[Seat], *, comment: str, actor: Actor, at: datetime
) -> None:
    """End the approval if enough has been said."""
    by_chair = groupby(sorted(seats, key=_chair), key=_chair)
    chairs = [chair_state(SeatState(seat.state) for seat in group) for _number, group in by_chair]
    state = verdict(chairs, needed=approval.needed)
    if state is ApprovalState.OPEN:
        tell_pages(approval, seats, at=at)
        return
    end_approval(
        approval,
        trigger=TRIGGERS[state],
        outcome=OUTCOMES[state],
        comment=comment,
        actor=actor,
        at=at,
    )


def _chair(seat: Seat) -> int:
    return seat.chair


def _standing(approval: Approval, seat: Seat) -> Standing:
    return Standing(approval.pk, seat.pk, Decision(seat.state), ApprovalState(approval.state))


def _comment(comment: str, *, decision: Decision, capacity: Capacity) -> str:
    said = comment.strip()
    _check_text(said, field="comment")
    if not said and decision is Decision.REFUSED:
        raise Invalid({"comment": [_("Please say why, so that it can be done better.")]})
    if not said and capacity is Capacity.MANAGER:
        raise Invalid({"comment": [_("Please say why you decide in somebody else's place.")]})
    return said


def _reason(reason: str) -> str:
    said = reason.strip()
    _check_text(said, field="reason")
    if not said:
        raise Invalid({"reason": [_("Please say why somebody else is asked.")]})
    return said


def _check_text(text: str, *, field: str) -> None:
    if len(text) > LONGEST_COMMENT:
        message = _("At most %(count)d characters are possible.") % {"count": LONGEST_COMMENT}
        raise Invalid({field: [message]})
    if not is_storable(text):
        raise Invalid({field: [_("This holds characters that cannot be stored.")]})


def _handed_to(seat: Seat, person_id: int, seats: Collection[Seat]) -> Seat | None:
    """Return the seat to which one was handed over before, if it was to that very person."""
    if seat.state != SeatState.HANDED_OVER:
        return None
    return next(
        (
            each
            for each in seats
            if each.chair == seat.chair
            and each.person_id == person_id
            and each.passed_from_id == seat.person_id
            and each.state != SeatState.HANDED_OVER
        ),
        None,
    )


def _check_holder(approval: Approval, person_id: int, seats: Collection[Seat]) -> None:
    if not Person.objects.filter(pk=person_id, is_active=True).exists():
        raise Invalid({"person": [_("There is no such person.")]})
    if access.is_barred(approval, person_id):
        raise Invalid({"person": [_("It is a request of theirs; they cannot decide on it.")]})
    takes_part = any(
        person_id in (seat.person_id, seat.decided_by_id) and seat.state != SeatState.HANDED_OVER
        for seat in seats
    )
    if takes_part:
        raise Invalid({"person": [_("This person is asked already.")]})
