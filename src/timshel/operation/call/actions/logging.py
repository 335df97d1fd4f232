"""Writing down a call or a visit: who it was, what it was about, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.live import announce
from timshel.kernel.telephone import plain_number
from timshel.kernel.text import is_storable
from timshel.operation.call import access
from timshel.operation.call.actions.telling import REGION, SUBJECT, wrapped_by_hand
from timshel.operation.call.events import CallLogged
from timshel.operation.call.models import Call
from timshel.operation.call.states import CHANNELS, Direction, Outcome
from timshel.operation.work.access import find
from timshel.operation.work.actions import reference
from timshel.operation.work.models import WorkItem

LONGEST_CALL = timedelta(hours=12)
LONGEST_NOTE = 10_000
LONGEST_NAME = 200
NEEDS_WORK = frozenset({Outcome.RESOLVED, Outcome.LOGGED, Outcome.ADDED})


@dataclass(frozen=True, slots=True)
class CallLog:
    """What somebody writes down of a call.

    Args:
        began_at: when it began; not before the last twelve hours.
        outcome: what came of it.
        channel: ``phone`` or ``walk_in``.
        direction: who called whom.
        person_id: who it was, where that is known.
        name: who it was, where it is nobody we know.
        number: from where, as dialled.
        note: what was said.
        work: the number of the work it was about.
        call_id: the call as a telephone system told of it; None where none did.
    """

    began_at: datetime
    outcome: str
    channel: str = Channel.PHONE
    direction: str = Direction.INBOUND
    person_id: int | None = None
    name: str = ""
    number: str = ""
    note: str = ""
    work: str | None = None
    call_id: int | None = None


@transaction.atomic
def log_call(log: CallLog, *, actor: Actor, at: datetime) -> CallLogged:
    """Write down a call that is over, or about to be.

    A call that a telephone system told of keeps its moments and gets the rest. Whether it opened
    the work it was about is found out here, not claimed: the same person opened it, during the
    call, and no earlier call did.

    Raises:
        NotAllowed: without ``call.log``.
        NotFound: the call or the work is not there for the actor.
        WrongState: the call is written down already.
        Invalid: what is wrong, by field.
    """
    access.require_log(actor)
    call = _call(log, actor=actor, at=at)
    item = find(log.work, actor=actor) if log.work else None
    _check(log, item=item, actor=actor, at=at)
    _write_caller(call, log)
    call.outcome, call.note, call.logged_at = Outcome(log.outcome), log.note.strip(), at
    if call.agent_id is None:
        call.agent_id = actor.person_id
    if call.ended_at is None and not call.external_id:
        call.ended_at = at
    call.wrapped_at = call.wrapped_at or (wrapped_by_hand(call) if call.external_id else None)
    call.work_item = item
    call.opened_work = item is not None and _opened(call, item, actor=actor)
    call.save()
    _journal(call, "call.logged", item=item, actor=actor, at=at)
    _announce(item, at=at)
    event = CallLogged(call.pk, item.pk if item else None, at, actor.person_id)
    publish(event)
    return event


@transaction.atomic
def link_call(call_id: int, *, work: str, actor: Actor, at: datetime) -> None:
    """Say which work a call was about, after it was written down or instead of that.

    Doing it again changes nothing.

    Args:
        call_id: the call.
        work: the number of the work.
        actor: who has ``call.log`` and sees both.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: it is tied to other work already.
    """
    call = access.call_to_log(call_id, actor=actor)
    item = find(work, actor=actor)
    if call.work_item_id == item.pk:
        return
    if call.work_item_id is not None:
        raise WrongState(_("This call belongs to another case already."))
    call.work_item = item
    call.opened_work = _opened(call, item, actor=actor)
    if not call.outcome:
        call.outcome, call.logged_at = Outcome.ADDED, at
    call.save()
    _journal(call, "call.linked", item=item, actor=actor, at=at)
    _announce(item, at=at)


def team_of(actor: Actor) -> int | None:
    """Return the team in whose name somebody takes calls: the first that they are a member of."""
    teams = Membership.objects.filter(person_id=actor.person_id or 0, team__is_active=True)
    return teams.order_by("pk").values_list("team_id", flat=True).first()


def caller_faults(
    *, person_id: int | None, name: str, number: str, actor: Actor
) -> dict[str, list[Text]]:
    """Return what is wrong with how a caller is named."""
    if person_id is not None:
        seen = Person.objects.visible_to(actor).filter(pk=person_id)
        return {} if seen.exists() else {"person": [_("There is no such person.")]}
    if not name.strip() and not number.strip():
        return {"person": [_("Say who it was: choose the person, or give a name or a number.")]}
    if len(name.strip()) > LONGEST_NAME or not is_storable(name):
        return {"name": [_("Please give a shorter name.")]}
    return {} if is_storable(number) else {"number": [_("This is no number.")]}


def _call(log: CallLog, *, actor: Actor, at: datetime) -> Call:
    if log.call_id is None:
        return Call(
            channel=log.channel,
            direction=log.direction,
            team_id=team_of(actor),
            agent_id=actor.person_id,
            began_at=log.began_at,
            answered_at=log.began_at,
            ended_at=max(at, log.began_at),
        )
    call = access.call_to_log(log.call_id, actor=actor)
    if call.logged_at is not None:
        raise WrongState(_("This call is written down already."))
    return call


def _check(log: CallLog, *, item: WorkItem | None, actor: Actor, at: datetime) -> None:
    problems = caller_faults(person_id=log.person_id, name=log.name, number=log.number, actor=actor)
    if log.channel not in CHANNELS:
        problems["channel"] = [_("Please choose one of the choices.")]
    if log.direction not in set(Direction):
        problems["direction"] = [_("Please choose one of the choices.")]
    if not at - LONGEST_CALL <= log.began_at <= at:
        problems["began_at"] = [_("A call is written down within twelve hours.")]
    if len(log.note) > LONGEST_NOTE or not is_storable(log.note):
        problems["note"] = [_("This cannot be stored; please write less.")]
    problems |= _outcome_faults(log.outcome, item)
    if problems:
        raise Invalid(problems)


def _outcome_faults(outcome: str, item: WorkItem | None) -> dict[str, list[Text]]:
    if outcome not in set(Outcome):
        return {"outcome": [_("Please say what came of the call.")]}
    if outcome in NEEDS_WORK and item is None:
        return {"work": [_("Say which case this was about.")]}
    if outcome == Outcome.RESOLVED and (item is None or item.resolved_at is None):
        return {"outcome": [_("The case is not solved yet.")]}
    return {}


def _write_caller(call: Call, log: CallLog) -> None:
    if log.person_id is not None:
        call.caller_id = log.person_id
    if log.number.strip() and not call.caller_number and call.number_forgotten_at is None:
        call.caller_number = plain_number(log.number)
    if log.name.strip() and log.person_id is None:
        call.caller_name = log.name.strip()


def _opened(call: Call, item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether a call is what opened a piece of work."""
    if item.opened_by_id is None or item.opened_by_id != actor.person_id:
        return False
    if item.opened_at < call.began_at:
        return False
    return not Call.objects.filter(work_item=item, opened_work=True).exclude(pk=call.pk).exists()


def _announce(item: WorkItem | None, *, at: datetime) -> None:
    """Have the pages of calls be drawn anew, and the record of the work that one was about."""
    announce({REGION} if item is None else {REGION, f"work_item:{item.pk}"}, at=at)


def _journal(call: Call, verb: str, *, item: WorkItem | None, actor: Actor, at: datetime) -> None:
    # Neither number nor name of the caller: what the journal holds can never be deleted.
    changes: dict[str, tuple[Any, Any]] = {
        "channel": (None, call.channel),
        "outcome": (None, call.outcome),
        "work": (None, reference(item)),
        "caller": (None, reference(call.caller)),
    }
    record(verb, subject_kind=SUBJECT, subject_id=call.pk, changes=changes, actor=actor, at=at)
