"""Promising to call somebody back, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.errors import Invalid, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.live import announce
from timshel.kernel.telephone import plain_number, read_number
from timshel.kernel.text import is_storable
from timshel.operation.call import access
from timshel.operation.call.actions.logging import caller_faults, team_of
from timshel.operation.call.actions.telling import REGION
from timshel.operation.call.events import CallBackPromised, CallBackReminded
from timshel.operation.call.models import Call, CallBack
from timshel.operation.call.states import CALL_BACKS, CallBackState, CallBackTrigger
from timshel.operation.work.access import find
from timshel.operation.work.actions import reference

SUBJECT = "call_back"
LONGEST_REASON = 500
LATEST = timedelta(days=90)
MISSED_AFTER = timedelta(hours=24)
"""A call-back that nobody touched for so long after its moment is missed."""


@dataclass(frozen=True, slots=True)
class CallBackPromise:
    """A promise to call somebody back.

    Args:
        due_at: when; not later than in ninety days.
        reason: why, in a few words.
        person_id: whom, where that is known.
        name: whom, where it is nobody we know.
        number: at which number; the person's own where none is given.
        work: the number of the work it is about.
        agent_id: who calls: a member of the same team; None for the actor.
        call_id: the call in which it was promised.
    """

    due_at: datetime
    reason: str
    person_id: int | None = None
    name: str = ""
    number: str = ""
    work: str | None = None
    agent_id: int | None = None
    call_id: int | None = None


@transaction.atomic
def promise_call_back(promise: CallBackPromise, *, actor: Actor, at: datetime) -> CallBackPromised:
    """Promise that somebody will be called back.

    Raises:
        NotAllowed: without ``call.log``.
        NotFound: the call or the work is not there for the actor.
        Invalid: what is wrong, by field.
    """
    access.require_log(actor)
    item = find(promise.work, actor=actor) if promise.work else None
    call = _call(promise.call_id, actor=actor)
    problems = caller_faults(
        person_id=promise.person_id, name=promise.name, number=promise.number, actor=actor
    )
    person = Person.objects.filter(pk=promise.person_id).first() if promise.person_id else None
    number = promise.number.strip() or (person.phone if person else "")
    team = team_of(actor)
    agent_id = actor.person_id if promise.agent_id is None else promise.agent_id
    problems |= _faults(promise, number=number, at=at)
    problems |= _agent_faults(agent_id, team=team, actor=actor)
    if problems:
        raise Invalid(problems)
    made = CallBack.objects.create(
        call=call,
        work_item=item,
        person=person,
        name=person.name if person else promise.name.strip() or plain_number(number),
        number=plain_number(number),
        reason=promise.reason.strip(),
        due_at=promise.due_at,
        agent_id=agent_id,
        team_id=team,
        promised_by_id=actor.person_id,
        promised_at=at,
    )
    changes = {
        "due_at": (None, made.due_at.isoformat()),
        "person": (None, reference(person)),
        "work": (None, reference(item)),
    }
    _journal(made, "call.call_back_promised", changes, actor=actor, at=at)
    event = CallBackPromised(made.pk, at, actor.person_id)
    publish(event)
    return event


@transaction.atomic
def finish_call_back(call_back_id: int, *, note: str = "", actor: Actor, at: datetime) -> None:
    """Say that somebody was called back and reached.

    Args:
        call_back_id: which.
        note: what came of it.
        actor: who called.
        at: when.

    Raises:
        WrongState: it is done already, or not needed any more.
        NotAllowed, NotFound, Invalid: as they say.
    """
    _move(call_back_id, CallBackTrigger.FINISH, note=note, actor=actor, at=at)


@transaction.atomic
def miss_call_back(call_back_id: int, *, note: str = "", actor: Actor, at: datetime) -> None:
    """Say that nobody was reached, and that it is not tried again by itself.

    Raises:
        WrongState: it does not wait to be done.
        NotAllowed, NotFound, Invalid: as they say.
    """
    _move(call_back_id, CallBackTrigger.MISS, note=note, actor=actor, at=at)


@transaction.atomic
def cancel_call_back(call_back_id: int, *, note: str = "", actor: Actor, at: datetime) -> None:
    """Say that it is not needed any more.

    Raises:
        WrongState: it is done already.
        NotAllowed, NotFound, Invalid: as they say.
    """
    _move(call_back_id, CallBackTrigger.CANCEL, note=note, actor=actor, at=at)


@transaction.atomic
def move_call_back(
    call_back_id: int, *, due_at: datetime, note: str = "", actor: Actor, at: datetime
) -> None:
    """Put a call-back off, as when nobody was reached; it reminds again.

    Args:
        call_back_id: which.
        due_at: the new moment, still to come.
        note: what is to be known.
        actor: who.
        at: when.

    Raises:
        WrongState: it is done or not needed any more.
        Invalid: the moment is over, or too far away.
        NotAllowed, NotFound: as they say.
    """
    problems = _moment_faults(due_at, at=at)
    if problems:
        raise Invalid(problems)
    _move(call_back_id, CallBackTrigger.MOVE, note=note, due_at=due_at, actor=actor, at=at)


@transaction.atomic
def remind_due_call_backs(*, at: datetime, limit: int = 200) -> int:
    """Remind of the call-backs whose moment has come, each once; returns how many.

    Args:
        at: now.
        limit: at most so many at once.
    """
    due = list(
        CallBack.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=CallBackState.DUE, due_at__lte=at, reminded_at__isnull=True)
        .order_by("due_at", "pk")[:limit]
    )
    for each in due:
        each.reminded_at = at
        each.save(update_fields=["reminded_at"])
        publish(CallBackReminded(each.pk, at))
    if due:
        announce({REGION}, at=at)
    return len(due)


@transaction.atomic
def miss_due_call_backs(*, at: datetime, limit: int = 200) -> int:
    """Call those missed that nobody touched for a day after their moment; returns how many.

    Args:
        at: now.
        limit: at most so many at once.
    """
    actor = system_actor(gettext_noop("Missed call-backs"))
    due = list(
        CallBack.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=CallBackState.DUE, due_at__lte=at - MISSED_AFTER)
        .order_by("due_at", "pk")[:limit]
    )
    for each in due:
        _write(each, CallBackTrigger.MISS, note="", due_at=None, actor=actor, at=at)
    return len(due)


def _move(
    call_back_id: int,
    trigger: CallBackTrigger,
    *,
    note: str,
    due_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    call_back = access.call_back_to_change(call_back_id, actor=actor)
    if len(note) > LONGEST_REASON or not is_storable(note):
        raise Invalid({"note": [_("This cannot be stored; please write less.")]})
    _write(call_back, trigger, note=note, due_at=due_at, actor=actor, at=at)


def _write(
    call_back: CallBack,
    trigger: CallBackTrigger,
    *,
    note: str,
    due_at: datetime | None,
    actor: Actor,
    at: datetime,
) -> None:
    before, before_due = call_back.state, call_back.due_at
    call_back.state = CALL_BACKS.target(CallBackState(before), trigger)
    if trigger in (CallBackTrigger.FINISH, CallBackTrigger.MISS) and actor.person_id is not None:
        call_back.attempts += 1
    if note.strip():
        call_back.note = note.strip()
    if due_at is None:
        call_back.finished_at = at
    else:
        call_back.due_at, call_back.reminded_at, call_back.finished_at = due_at, None, None
        call_back.attempts += 1
    call_back.save()
    changes = {
        "state": (before, str(call_back.state)),
        "due_at": (before_due.isoformat(), call_back.due_at.isoformat()),
        "note": (None, note.strip()),
    }
    told = {name: pair for name, pair in changes.items() if pair[0] != pair[1] and pair[1]}
    _journal(call_back, f"call.call_back_{_PAST[trigger]}", told, actor=actor, at=at)


_PAST = {
    CallBackTrigger.FINISH: "finished",
    CallBackTrigger.MISS: "missed",
    CallBackTrigger.MOVE: "moved",
    CallBackTrigger.CANCEL: "cancelled",
}


def _call(call_id: int | None, *, actor: Actor) -> Call | None:
    return None if call_id is None else access.call_to_log(call_id, actor=actor)


def _faults(promise: CallBackPromise, *, number: str, at: datetime) -> dict[str, list[Text]]:
    problems = _moment_faults(promise.due_at, at=at)
    if not promise.reason.strip():
        problems["reason"] = [_("Please say what the call is about.")]
    elif len(promise.reason) > LONGEST_REASON or not is_storable(promise.reason):
        problems["reason"] = [_("This cannot be stored; please write less.")]
    if read_number(number) is None:
        problems["number"] = [_("Please say at which number.")]
    return problems


def _moment_faults(due_at: datetime, *, at: datetime) -> dict[str, list[Text]]:
    if due_at <= at:
        return {"due_at": [_("This moment is over already.")]}
    if due_at > at + LATEST:
        return {"due_at": [_("Please choose a moment within ninety days.")]}
    return {}


def _agent_faults(agent_id: int | None, *, team: int | None, actor: Actor) -> dict[str, list[Text]]:
    if agent_id is None or agent_id == actor.person_id:
        return {}
    members = Membership.objects.filter(team_id=team or 0, person_id=agent_id)
    if members.filter(person__is_active=True).exists():
        return {}
    return {"agent": [_("This person is not in your team.")]}


def _journal(
    call_back: CallBack, verb: str, changes: dict[str, Any], *, actor: Actor, at: datetime
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=call_back.pk, changes=changes, actor=actor, at=at)
    announce({REGION}, at=at)
