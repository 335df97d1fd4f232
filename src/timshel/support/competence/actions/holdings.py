"""Who holds a skill at what level: proposed by themselves, confirmed by somebody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound
from timshel.kernel.events import publish
from timshel.support.competence import access
from timshel.support.competence.actions.base import active_person, journal, skill_in_use
from timshel.support.competence.events import LevelConfirmed
from timshel.support.competence.models import Holding, Skill
from timshel.support.competence.rules import level_faults
from timshel.support.competence.states import HOLDINGS, HoldingState, HoldingTrigger

SUBJECT = "skill_level"


@transaction.atomic
def say_level(
    person: str, *, skill: str, level: int, note: str = "", actor: Actor, at: datetime
) -> None:
    """Say at what level somebody holds a skill; the same again does nothing.

    What one says of oneself is proposed; what one's manager or a keeper of skills says, counts.

    Args:
        person: the code of whose level it is.
        skill: the code of the skill.
        level: from 0 to 4.
        note: what it is based on.
        actor: who says so.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        NotAllowed: they may see it only.
        NotFound: there is nobody, or the actor may not know of their skills.
    """
    whose = _person(person, actor=actor)
    counts = access.may_confirm(whose, actor=actor)
    if not counts and actor.person_id != whose.pk:
        raise NotAllowed
    faults = level_faults(level, note)
    if faults:
        raise Invalid(faults)
    active_person(person, field="person")
    # Two who say it at once: the second one waits for the first one's row.
    wanted = Skill.objects.select_for_update().get(pk=skill_in_use(skill, actor=actor).pk)
    row = Holding.objects.select_for_update().filter(person=whose, skill=wanted).first()
    state = HoldingState.CONFIRMED if counts else HoldingState.PROPOSED
    if row is None:
        row = Holding(person=whose, skill=wanted, state=state, said_level=0)
    elif (row.said_level, row.note, row.state) == (level, note.strip(), state):
        return
    before = (None if row.pk is None else row.said_level, row.state if row.pk else None)
    proposed = HOLDINGS.target(HoldingState(row.state), HoldingTrigger.PROPOSE)
    row.state = HOLDINGS.target(proposed, HoldingTrigger.CONFIRM) if counts else proposed
    row.said_level, row.note = level, note.strip()
    row.said_by_id, row.said_at = actor.person_id, at
    row.judged_by_id, row.judged_at = (actor.person_id, at) if counts else (None, None)
    if counts:
        row.level = level
    row.save()
    changes = {
        "person": (person, person),
        "skill": (skill, skill),
        "said_level": (before[0], level),
        "state": (before[1] and str(before[1]), row.state.value),
    }
    verb = "skill_level.said" if counts else "skill_level.proposed"
    journal(verb, (SUBJECT, row.pk), changes, actor=actor, at=at)
    if counts:
        publish(LevelConfirmed(row.pk, at, actor.person_id))


@transaction.atomic
def confirm_level(person: str, *, skill: str, actor: Actor, at: datetime) -> None:
    """Confirm the level that somebody proposed; again does nothing.

    Raises:
        WrongState: it was declined.
        NotAllowed: the actor does not judge them.
        NotFound: nothing was said, or the actor may not see it.
    """
    row = _judge(person, skill, HoldingTrigger.CONFIRM, actor=actor, at=at)
    if row is not None:
        publish(LevelConfirmed(row.pk, at, actor.person_id))


@transaction.atomic
def decline_level(person: str, *, skill: str, actor: Actor, at: datetime) -> None:
    """Decline the level that somebody proposed; what counted before goes on; again does nothing.

    Raises:
        WrongState: it was confirmed.
        NotAllowed: the actor does not judge them.
        NotFound: nothing was said, or the actor may not see it.
    """
    _judge(person, skill, HoldingTrigger.DECLINE, actor=actor, at=at)


_TARGETS = {each.trigger: each.target for each in HOLDINGS.transitions}


def _judge(
    person: str, skill: str, trigger: HoldingTrigger, *, actor: Actor, at: datetime
) -> Holding | None:
    whose = _person(person, actor=actor)
    access.require_confirm(whose, actor=actor)
    rows = Holding.objects.select_for_update().filter(person=whose, skill__code=skill)
    row: Holding | None = rows.first()
    if row is None:
        raise NotFound
    if row.state == _TARGETS[trigger]:
        return None
    target = HOLDINGS.target(HoldingState(row.state), trigger)
    level = row.said_level if trigger == HoldingTrigger.CONFIRM else row.level
    changes = {
        "person": (person, person),
        "skill": (skill, skill),
        "state": (str(row.state), target.value),
        "level": (row.level, level),
    }
    row.state, row.level = target, level
    row.judged_by_id, row.judged_at = actor.person_id, at
    row.save()
    journal(f"skill_level.{target.value}", (SUBJECT, row.pk), changes, actor=actor, at=at)
    return row


def _person(code: str, *, actor: Actor) -> Person:
    return access.person_seen(code, actor=actor)
