"""Planning what is told, telling it, and answering what comes back (clause 7.4)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.support.communication_plan import access
from timshel.support.communication_plan.events import FeedbackReceived, FeedbackSettled
from timshel.support.communication_plan.models import Feedback, Occasion, PlannedCommunication
from timshel.support.communication_plan.rules import (
    LONGEST_LINE,
    MOST_REACHED,
    SUBJECT,
    PlanContent,
    content_faults,
    next_due,
    words_faults,
)
from timshel.support.communication_plan.states import COMMUNICATIONS, PlanState, Rhythm, Trigger

REGION = "communications"


@dataclass(frozen=True, slots=True)
class Told:
    """What was told on a day.

    Args:
        day: when.
        said: what was said.
        reached: how many it reached, where that is known.
        evidence: where that can be seen.
    """

    day: date
    said: str
    reached: int | None = None
    evidence: str = ""


@transaction.atomic
def plan_communication(content: PlanContent, *, actor: Actor, at: datetime) -> str:
    """Plan to tell something, and return its number.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    row = PlannedCommunication(made_at=at)
    row.owner = _checked(content, None)
    _say(row, content)
    row.save()
    changes = {each.name: (None, _plain(getattr(content, each.name))) for each in fields(content)}
    _journal(row, "planned_communication.planned", changes, actor=actor, at=at)
    return row.number


@transaction.atomic
def change_communication(
    number: str, *, content: PlanContent, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Plan it otherwise; the same again does nothing.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: it was told or cancelled, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.to_change(number, actor=actor)
    if row.state != PlanState.PLANNED:
        raise WrongState(_("This is told or cancelled, and stays as it is."))
    if row.revision != seen_revision:
        raise WrongState(
            _("Somebody else changed this communication meanwhile. Look at it again, then save.")
        )
    before = row.content()
    owner = _checked(content, row)
    changes = {
        each.name: (_plain(getattr(before, each.name)), _plain(getattr(content, each.name)))
        for each in fields(content)
        if _plain(getattr(before, each.name)) != _plain(getattr(content, each.name))
    }
    if not changes:
        return
    row.owner = owner
    _say(row, content)
    row.revision += 1
    row.save()
    _journal(row, "planned_communication.changed", changes, actor=actor, at=at)


@transaction.atomic
def tell_communication(number: str, *, told: Told, today: date, actor: Actor, at: datetime) -> None:
    """Record that it was told; what repeats is due again by its rhythm.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: it was told already, or cancelled.
        NotAllowed, NotFound: as they say.
    """
    row = access.to_tell(number, actor=actor)
    faults = _told_faults(row, told, today=today)
    if faults:
        raise Invalid(faults)
    following = next_due(
        row.due_date, rhythm=Rhythm(row.rhythm), day_of_month=row.day_of_month, told=told.day
    )
    trigger = Trigger.TELL if following is None else Trigger.REPEAT
    target = COMMUNICATIONS.target(PlanState(row.state), trigger)
    changes: dict[str, tuple[Any, Any]] = {
        "told_on": (None, str(told.day)),
        "said": (None, told.said.strip()),
        "state": (str(row.state), target.value),
    }
    if following is not None:
        changes["due_date"] = (str(row.due_date), str(following))
        row.due_date = following
    Occasion.objects.create(
        communication=row,
        day=told.day,
        said=told.said.strip(),
        reached=told.reached,
        evidence=told.evidence.strip(),
        told_by_id=actor.person_id,
    )
    row.state = target
    row.revision += 1
    row.save()
    _journal(row, "planned_communication.told", changes, actor=actor, at=at)


@transaction.atomic
def cancel_communication(number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Say that it is told no more, and why; what is cancelled stays so.

    Raises:
        Invalid: nothing is said of it, or too much.
        WrongState: it was told.
        NotAllowed, NotFound: as they say.
    """
    row = access.to_change(number, actor=actor)
    if faults := words_faults(reason):
        raise Invalid({"reason": faults})
    if row.state == PlanState.CANCELLED:
        return
    target = COMMUNICATIONS.target(PlanState(row.state), Trigger.CANCEL)
    changes = {"state": (str(row.state), target.value), "reason": ("", reason.strip())}
    row.state, row.reason = target, reason.strip()
    row.revision += 1
    row.save()
    _journal(row, "planned_communication.cancelled", changes, actor=actor, at=at)


@transaction.atomic
def record_feedback(
    number: str,
    *,
    text: str,
    outsider: str,
    received_on: date,
    today: date,
    actor: Actor,
    at: datetime,
) -> int:
    """Write down what somebody said to it, and return its key.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: it was cancelled before it was told.
        NotAllowed, NotFound: as they say.
    """
    row = access.to_tell(number, actor=actor)
    if row.state == PlanState.CANCELLED and not row.occasions.exists():
        raise WrongState(_("It was cancelled before it was told: nothing comes back."))
    faults = {
        "text": words_faults(text),
        "outsider": words_faults(outsider, longest=LONGEST_LINE),
        "received_on": _day_faults(received_on, today=today),
    }
    _refuse(faults)
    kept = Feedback(outsider=outsider.strip(), text=text.strip(), received_on=received_on)
    return _keep(row, kept, actor=actor, at=at)


@transaction.atomic
def leave_feedback(number: str, *, text: str, today: date, actor: Actor, at: datetime) -> int:
    """Say something to what was told to everybody, and return its key.

    Raises:
        Invalid: nothing is said, or too much.
        NotFound: it was not told to everybody.
    """
    row = access.heard(number, actor=actor)
    _refuse({"text": words_faults(text)})
    kept = Feedback(person_id=actor.person_id, text=text.strip(), received_on=today)
    return _keep(row, kept, actor=actor, at=at)


@transaction.atomic
def settle_feedback(
    number: str, *, feedback: int, answer: str, is_answered: bool, actor: Actor, at: datetime
) -> None:
    """Answer what came back, or note it and say why there is no answer.

    Raises:
        Invalid: nothing is said, or too much.
        WrongState: it was answered or noted already.
        NotAllowed, NotFound: as they say.
    """
    row = access.feedback_to_settle(number, feedback=feedback, actor=actor)
    _refuse({"answer": words_faults(answer)})
    if row.settled_at is not None:
        raise WrongState(_("This was answered or noted already."))
    row.answer, row.is_answered = answer.strip(), is_answered
    row.settled_by_id, row.settled_at = actor.person_id, at
    row.save()
    changes: dict[str, tuple[Any, Any]] = {
        "feedback": (None, row.text),
        "answer": (None, row.answer),
    }
    verb = "planned_communication.answered" if is_answered else "planned_communication.noted"
    _journal(row.communication, verb, changes, actor=actor, at=at)
    publish(FeedbackSettled(row.pk, at, actor.person_id))


def _keep(row: PlannedCommunication, kept: Feedback, *, actor: Actor, at: datetime) -> int:
    kept.communication = row
    kept.save()
    changes: dict[str, tuple[Any, Any]] = {"feedback": (None, kept.text)}
    _journal(row, "planned_communication.feedback", changes, actor=actor, at=at)
    publish(FeedbackReceived(kept.pk, at, actor.person_id))
    return kept.pk


def _checked(content: PlanContent, row: PlannedCommunication | None) -> Person:
    faults = content_faults(content)
    owner = Person.objects.filter(code=content.owner).first()
    stays = row is not None and owner is not None and row.owner_id == owner.pk
    if owner is None or not (owner.is_active or stays):
        faults["owner"] = [_("There is no person %(code)s.") % {"code": content.owner}]
    if faults or owner is None:
        raise Invalid(faults)
    return owner


def _told_faults(row: PlannedCommunication, told: Told, *, today: date) -> dict[str, list[Text]]:
    faults = {
        "said": words_faults(told.said),
        "evidence": words_faults(told.evidence, longest=LONGEST_LINE, is_needed=False),
        "day": _day_faults(told.day, today=today),
    }
    if told.reached is not None and not 0 <= told.reached <= MOST_REACHED:
        faults["reached"] = [_("Give a number from 0 to 1,000,000.")]
    if row.state == PlanState.PLANNED and row.occasions.filter(day=told.day).exists():
        faults["day"] = [_("It was told on this day already.")]
    return {name: texts for name, texts in faults.items() if texts}


def _day_faults(day: date, *, today: date) -> list[Text]:
    return [_("This day is still to come.")] if day > today else []


def _refuse(faults: dict[str, list[Text]]) -> None:
    if found := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(found)


def _say(row: PlannedCommunication, content: PlanContent) -> None:
    if row.due_date != content.due_date:  # else a rhythm on the 31st would end on the 28th
        row.day_of_month = content.due_date.day
    for each in fields(content):
        if each.name != "owner":
            value = getattr(content, each.name)
            setattr(row, each.name, value.strip() if type(value) is str else value)


def _plain(value: Any) -> str:
    return str(value).strip()


def _journal(
    row: PlannedCommunication,
    verb: str,
    changes: dict[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
