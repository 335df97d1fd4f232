"""Trying a process: a pretended run that walks through the diagram and does nothing else.

The moment of a trial is its own, so that its timers fire when the person who tries it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.engine import Run, Stuck, begin, restore
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.operation.process.access import require_design
from timshel.operation.process.diagrams import called_versions, diagrams_by_key
from timshel.operation.process.models import ProcessTrial, ProcessVersion


@dataclass(frozen=True, slots=True)
class Play:
    """What somebody lets happen in a trial.

    Args:
        move: ``complete``, ``skip``, ``error``, ``message`` or ``wait``: let the time pass until
            the next timer fires.
        step: the step that is completed, skipped or fails.
        outcome: with which it is completed.
        name: of the message, or the code of the error.
        answers: that the step gives.
    """

    move: str
    step: str = ""
    outcome: str = ""
    name: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def begin_trial(
    version_id: int, *, facts: Mapping[str, Any], actor: Actor, at: datetime
) -> ProcessTrial:
    """Begin to try a version of a process as it is saved now; an earlier trial of it is forgotten.

    Args:
        version_id: draft or published.
        facts: ``answers``, ``requester``, ``request`` and ``parts`` of the pretended request.
        actor: who tries it.
        at: the moment at which the trial begins.

    Raises:
        Invalid: the diagram cannot be read, or has no start.
        NotFound, NotAllowed: as they say.
    """
    require_design(actor)
    if actor.person_id is None:
        raise Invalid({"": [_("Only a person can try a process.")]})
    version = ProcessVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise NotFound
    run = _begin(version.xml, version.variant, facts, at=at)
    trial, _made = ProcessTrial.objects.update_or_create(
        person_id=actor.person_id,
        process=version,
        defaults={
            "xml": version.xml,
            "facts": dict(facts),
            "engine": run.state(),
            "clock": at,
            "updated_at": at,
        },
    )
    return trial


@transaction.atomic
def play_trial(version_id: int, *, play: Play, actor: Actor, at: datetime) -> ProcessTrial:
    """Let something happen in one's own trial of a version.

    Raises:
        NotFound: there is no trial, or no such step waits.
        WrongState: nothing waits for this.
        Invalid, NotAllowed: as they say.
    """
    require_design(actor)
    trial = (
        ProcessTrial.objects.select_for_update(of=("self",))
        .select_related("process")
        .filter(process=version_id, person=actor.person_id)
        .first()
    )
    if trial is None:
        raise NotFound
    run = _restored(trial)
    _play(run, trial, play, by=actor.name)
    trial.engine, trial.updated_at = run.state(), at
    trial.save(update_fields=["engine", "clock", "updated_at"])
    return trial


def _restored(trial: ProcessTrial) -> Run:
    """Return where a trial stands."""
    diagram = read_diagram(trial.xml)
    called = diagrams_by_key(called_versions(diagram, trial.process.variant))
    return restore(trial.engine, diagram, called)


def _begin(xml: str, variant: str, facts: Mapping[str, Any], *, at: datetime) -> Run:
    diagram = read_diagram(xml)
    called = diagrams_by_key(called_versions(diagram, variant))
    try:
        return begin(diagram, called, facts, at)
    except Stuck as stuck:
        return stuck.run


def _play(run: Run, trial: ProcessTrial, play: Play, *, by: str) -> None:
    given = {"facts": trial.facts, "at": trial.clock}
    with suppress(Stuck):  # the page shows before what it stands
        match play.move:
            case "complete":
                run.complete(play.step, outcome=play.outcome, answers=play.answers, by=by, **given)
            case "skip":
                run.skip(play.step, by=by, **given)
            case "error":
                run.raise_error(play.step, play.name, by=by, **given)
            case "message":
                if not run.send(play.name, answers=play.answers, by=by, **given):
                    raise WrongState(_("Nothing waits for this message."))
            case "wait":
                _let_time_pass(run, trial)
            case _:
                raise Invalid({"move": [_("Please choose one of the choices.")]})


def _let_time_pass(run: Run, trial: ProcessTrial) -> None:
    due_at = run.next_due_at()
    if due_at is None:
        raise WrongState(_("Nothing waits for a moment."))
    trial.clock = max(trial.clock, due_at)
    run.tick(facts=trial.facts, at=trial.clock)
