"""People on learning paths: put on one, reading their steps, and signed off by somebody else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.support.competence import access
from timshel.support.competence.actions.base import active_person, journal
from timshel.support.competence.events import PathCompleted
from timshel.support.competence.models import Enrolment, PathStep, StepProgress
from timshel.support.competence.states import (
    ENROLMENTS,
    STEPS,
    EnrolmentState,
    EnrolmentTrigger,
    StepState,
    StepTrigger,
)

SUBJECT = "learning"


@transaction.atomic
def enrol(
    path: str,
    *,
    person: str,
    confirmer: str,
    due_date: date | None = None,
    actor: Actor,
    at: datetime,
) -> str:
    """Put somebody on a path; returns the number. Whoever is on it already stays so.

    Args:
        path: its number.
        person: the code of who shall go through it.
        confirmer: the code of who signs off their steps; somebody else.
        due_date: until when.
        actor: who keeps paths, or the manager of that person.
        at: when.

    Raises:
        Invalid: what is wrong with it, by field.
        WrongState: the path is out of use, or has no steps.
        NotAllowed: the actor does not judge that person.
        NotFound: there is no such path.
    """
    row = access.path_seen(path, actor=actor)
    if not access.may_manage(actor):
        try:
            access.require_confirm(access.person_seen(person, actor=actor), actor=actor)
        except NotFound:
            raise NotAllowed from None
    faults: dict[str, Any] = {}
    found = []
    for field, code in (("person", person), ("confirmer", confirmer)):
        try:
            found.append(active_person(code, field=field))
        except Invalid as refusal:
            faults |= dict(refusal.fields)
    if person == confirmer:
        faults["confirmer"] = [_("Somebody else has to sign off.")]
    if due_date is not None and due_date < at.date():
        faults["due_date"] = [_("This day is past.")]
    if faults:
        raise Invalid(faults)
    if row.is_retired or not row.steps.exists():
        raise WrongState(_("This path is out of use, or has no steps yet."))
    learner, signer = found
    enrolled, is_new = Enrolment.objects.get_or_create(
        path=row,
        person=learner,
        defaults={
            "confirmer": signer,
            "state": ENROLMENTS.initial,
            "due_date": due_date,
            "started_at": at,
        },
    )
    if is_new:
        changes = {"path": (None, path), "person": (None, person), "confirmer": (None, confirmer)}
        journal("learning.started", (SUBJECT, enrolled.pk), changes, actor=actor, at=at)
    return enrolled.number


@transaction.atomic
def read_step(number: str, *, step: int, actor: Actor, at: datetime) -> None:
    """Confirm that one read and understood a step of one's own; again does nothing.

    Args:
        number: of oneself on the path.
        step: its key.
        actor: who is on the path.
        at: when.

    Raises:
        WrongState: it was stopped or is completed.
        NotAllowed: it is somebody else's.
        NotFound: there is none, or the actor may not see it.
    """
    row = access.enrolment_locked(number, actor=actor)
    if actor.person_id != row.person_id:
        raise NotAllowed
    found = _progress(row, step)
    if found.state in (StepState.READ, StepState.SIGNED):
        return
    _require_running(row)
    found.read_at = at
    _move(row, found, StepTrigger.READ, actor=actor, at=at)


@transaction.atomic
def sign_step(number: str, *, step: int, actor: Actor, at: datetime) -> None:
    """Sign off a step that somebody read; the last one completes the path. Again does nothing.

    Args:
        number: of somebody on the path.
        step: its key.
        actor: who signs off, never one's own.
        at: when.

    Raises:
        WrongState: it was not read, or the path was stopped.
        NotAllowed: the actor does not sign off that person.
        NotFound: there is none, or the actor may not see it.
    """
    row = _to_sign(number, actor=actor)
    found = _progress(row, step)
    if found.state == StepState.SIGNED:
        return
    _require_running(row)
    found.signed_by_id, found.signed_at = actor.person_id, at
    _move(row, found, StepTrigger.SIGN, actor=actor, at=at)
    signed = row.progress.filter(state=StepState.SIGNED).count()
    if signed == PathStep.objects.filter(path_id=row.path_id).count():
        _end(row, EnrolmentTrigger.COMPLETE, actor=actor, at=at)
        publish(PathCompleted(row.pk, at, actor.person_id))


@transaction.atomic
def return_step(number: str, *, step: int, actor: Actor, at: datetime) -> None:
    """Give a step back that was read and not understood; again does nothing.

    Args:
        number: of somebody on the path.
        step: its key.
        actor: who signs off, never one's own.
        at: when.

    Raises:
        WrongState: it was signed off, or the path was stopped.
        NotAllowed: the actor does not sign off that person.
        NotFound: there is none, or the actor may not see it.
    """
    row = _to_sign(number, actor=actor)
    found = _progress(row, step)
    if found.state == StepState.OPEN:
        return
    _require_running(row)
    found.read_at = None
    _move(row, found, StepTrigger.RETURN, actor=actor, at=at)


@transaction.atomic
def stop_learning(number: str, *, actor: Actor, at: datetime) -> None:
    """Take somebody off a path; again does nothing.

    Raises:
        WrongState: it is completed.
        NotAllowed: the actor does not sign off that person.
        NotFound: there is none, or the actor may not see it.
    """
    row = _to_sign(number, actor=actor)
    if row.state != EnrolmentState.STOPPED:
        _end(row, EnrolmentTrigger.STOP, actor=actor, at=at)


@transaction.atomic
def resume_learning(number: str, *, actor: Actor, at: datetime) -> None:
    """Put somebody on a path again where they stopped; again does nothing.

    Raises:
        WrongState: it is completed.
        NotAllowed: the actor does not sign off that person.
        NotFound: there is none, or the actor may not see it.
    """
    row = _to_sign(number, actor=actor)
    if row.state != EnrolmentState.RUNNING:
        _end(row, EnrolmentTrigger.RESUME, actor=actor, at=at)


def _to_sign(number: str, *, actor: Actor) -> Enrolment:
    row = access.enrolment_locked(number, actor=actor)
    if not access.may_sign(row, actor=actor):
        raise NotAllowed
    return row


def _progress(row: Enrolment, step: int) -> StepProgress:
    """Return how far somebody is with a step, of which nothing may be stored yet."""
    wanted = PathStep.objects.filter(pk=step, path_id=row.path_id).first()
    if wanted is None:
        raise NotFound
    found = row.progress.filter(step=wanted).first()
    return found or StepProgress(enrolment=row, step=wanted, state=STEPS.initial)


def _require_running(row: Enrolment) -> None:
    if row.state != EnrolmentState.RUNNING:
        raise WrongState(_("This path was stopped, or is completed."))


def _move(
    row: Enrolment, found: StepProgress, trigger: StepTrigger, *, actor: Actor, at: datetime
) -> None:
    target = STEPS.target(StepState(found.state), trigger)
    changes = {
        "step": (found.step.title, found.step.title),
        "state": (str(found.state), target.value),
    }
    found.state = target
    found.save()
    verb = "returned" if trigger == StepTrigger.RETURN else target.value
    journal(f"learning.step_{verb}", (SUBJECT, row.pk), changes, actor=actor, at=at)


def _end(row: Enrolment, trigger: EnrolmentTrigger, *, actor: Actor, at: datetime) -> None:
    target = ENROLMENTS.target(EnrolmentState(row.state), trigger)
    changes = {"state": (str(row.state), target.value)}
    row.state = target
    row.ended_at = None if target == EnrolmentState.RUNNING else at
    row.save()
    journal(f"learning.{target.value}", (SUBJECT, row.pk), changes, actor=actor, at=at)
