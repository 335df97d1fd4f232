"""Asking for approvals in tests, as a process would."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import AT, SYSTEM
from timshel.kernel.actor import Actor
from timshel.leadership.approval.actions import Question, SeatAsked, ask_approval
from timshel.leadership.approval.states import Why
from timshel.operation.work.models import WorkItem

WORK_ITEM = 4711


def work(by: Actor, *, key: int = WORK_ITEM) -> None:
    """Have a piece of work to ask about, as bare as a table takes it; again changes nothing.

    It is of no kind that anything else knows, so that nothing follows from what is decided.
    """
    WorkItem.objects.get_or_create(
        pk=key,
        defaults={
            "kind": "test",
            "number": f"TST{key:07}",
            "title": "What is asked about",
            "impact": 3,
            "urgency": 3,
            "priority": 5,
            "channel": "portal",
            "requester_id": by.person_id,
            "opened_at": AT,
            "updated_at": AT,
        },
    )


def asked(
    *seats: Actor | int | None,
    by: Actor,
    why: Why = Why.LINE_MANAGER,
    step: str = "approve",
    work_item_id: int = WORK_ITEM,
    at: datetime = AT,
    **question: Any,
) -> int:
    """Ask for an approval by the real action and return its key.

    Args:
        seats: who is asked; None for nobody found.
        by: for whom it is wanted, unless ``requester_id`` says otherwise.
        why: they are asked.
        step: what in the work asks.
        work_item_id: the work; approvals know nothing of it.
        at: when.
        question: what else is asked.
    """
    work(by, key=work_item_id)
    people = [each.person_id if isinstance(each, Actor) else each for each in seats]
    question.setdefault("title", "A laptop for fieldwork")
    question.setdefault("reference", "REQ0000012")
    question.setdefault("requester_id", by.person_id)
    event = ask_approval(
        Question(
            work_item_id=work_item_id,
            step=step,
            seats=tuple(SeatAsked(each, why) for each in people),
            **question,
        ),
        actor=SYSTEM,
        at=at,
    )
    return event.approval_id
