"""Asking people to approve something, and asking no longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Text
from timshel.kernel.events import publish
from timshel.leadership.approval import access
from timshel.leadership.approval.actions.ending import end_approval, tell_pages, write_down
from timshel.leadership.approval.actions.seating import SeatAsked, take_seats
from timshel.leadership.approval.events import ApprovalAsked
from timshel.leadership.approval.models import Approval, Seat
from timshel.leadership.approval.rules import Line, Price
from timshel.leadership.approval.states import ApprovalState, OnExpiry, Outcome, Trigger

__all__ = ["Question", "SeatAsked", "ask_approval", "withdraw_approval"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom.

    Args:
        work_item_id: the work that it is about.
        step: tells this question from others about the same work, also from the same step of a
            process the next time it comes by; at most 200 characters.
        title: of what is to be approved, in the organisation's first language.
        requester_id: for whom it is wanted.
        seats: who is asked, in order. Whoever is named twice is asked once. Where nobody is
            named, or fewer than are needed, the seats that are missing fall to those who manage
            approvals, so that no question is ever lost.
        summary: what is being approved, line by line.
        price: what it costs, if it costs something.
        reference: what people call the work, such as its number.
        asked_by_id: who wanted it, where that is not the requester.
        needed: how many must approve; None for all who are asked.
        remind_at: when those who have not answered are reminded; None for never.
        due_at: until when an answer is expected; None for no end.
        on_expiry: what happens then.
        translations: of ``title``, as ``{"fr": {"title": …}}``.
    """

    work_item_id: int
    step: str
    title: str
    requester_id: int
    seats: tuple[SeatAsked, ...]
    summary: tuple[Line, ...] = ()
    price: Price | None = None
    reference: str = ""
    asked_by_id: int | None = None
    needed: int | None = None
    remind_at: datetime | None = None
    due_at: datetime | None = None
    on_expiry: OnExpiry = OnExpiry.REFUSED
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@transaction.atomic
def ask_approval(question: Question, *, actor: Actor, at: datetime) -> ApprovalAsked:
    """Ask people to approve something; asking the same question again changes nothing.

    Who asks must already have the right to do to the work what leads to this question; there is
    no further right to ask.

    Args:
        question: what is asked of whom.
        actor: who asks: the person whose doing led to the question, or the system.
        at: when.

    Returns:
        What was asked; ``approval_id`` is the key under which it is answered.

    Raises:
        NotFound: there is no such requester, or a person to be asked does not exist.
        Invalid: the question is malformed.
    """
    _check(question, at=at)
    people = (question.requester_id, question.asked_by_id or question.requester_id)
    if Person.objects.filter(pk__in=people).count() < len(set(people)):
        raise NotFound
    price = question.price
    approval, is_new = Approval.objects.get_or_create(
        work_item_id=question.work_item_id,
        step=question.step,
        defaults={
            "reference": question.reference,
            "title": question.title,
            "translations": {key: dict(texts) for key, texts in question.translations.items()},
            "summary": [line.plain() for line in question.summary],
            "price_amount": price.amount if price else None,
            "price_currency": price.currency if price else "",
            "price_per": price.per if price else "",
            "requester_id": question.requester_id,
            "asked_by_id": question.asked_by_id or actor.person_id,
            "asked_by_name": actor.name[:200],
            "needed": question.needed,
            "asked_at": at,
            "remind_at": question.remind_at,
            "due_at": question.due_at,
            "on_expiry": question.on_expiry,
        },
    )
    event = ApprovalAsked(approval.pk, approval.work_item_id, approval.step, approval.asked_at)
    if not is_new:
        return event
    seats = take_seats(approval, question.seats, at=at)
    write_down("approval.asked", approval, _told(approval, seats), actor=actor, at=at)
    tell_pages(approval, seats, at=at)
    publish(event)
    return event


@transaction.atomic
def withdraw_approval(
    approval_id: int, *, reason: str = "", actor: Actor, at: datetime
) -> ApprovalState:
    """Ask no longer, since what was to be approved is not wanted any more or was settled elsewhere.

    Nobody is told by the hook of outcomes: whoever withdraws knows. Withdrawing what is decided
    already changes nothing.

    Args:
        approval_id: the question.
        reason: why; kept in the journal.
        actor: the system, who asked, or somebody who manages approvals.
        at: when.

    Returns:
        Where the approval stands now.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
        NotAllowed: it is somebody else's question.
    """
    approval = access.approval_to_change(approval_id, actor=actor, at=at)
    is_own = actor.person_id is not None and access.is_barred(approval, actor.person_id)
    if not (is_own or access.manages_approval(approval, actor=actor)):
        raise NotAllowed
    if approval.state == ApprovalState.OPEN:
        end_approval(
            approval,
            trigger=Trigger.WITHDRAW,
            outcome=Outcome.WITHDRAWN,
            comment=reason,
            actor=actor,
            at=at,
        )
    return ApprovalState(approval.state)


def _check(question: Question, *, at: datetime) -> None:
    faults: dict[str, list[Text]] = {}
    if not 0 < len(question.step) <= 200:
        faults["step"] = [_("A question needs the name of its step.")]
    if not 0 < len(question.title) <= 250:
        faults["title"] = [_("A question needs a title of at most 250 characters.")]
    if question.needed is not None and question.needed < 1:
        faults["needed"] = [_("At least one person must approve.")]
    if question.due_at is not None and question.due_at <= at:
        faults["due_at"] = [_("The time for an answer is over before it begins.")]
    if faults:
        raise Invalid(faults)


def _told(approval: Approval, seats: list[Seat]) -> dict[str, tuple[None, object]]:
    told = {
        "work_item": approval.work_item_id,
        "step": approval.step,
        "title": approval.title,
        "requester": approval.requester_id,
        "needed": approval.needed or "all",
        "seats": [[seat.person_id, seat.why, seat.passed_from_id] for seat in seats],
        "due_at": approval.due_at.isoformat() if approval.due_at else None,
        "on_expiry": str(approval.on_expiry),
    }
    return {name: (None, value) for name, value in told.items() if value is not None}
