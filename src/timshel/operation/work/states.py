"""The stages that all work goes through, and what each tells the person who asked."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.states import StateMachine, Transition


class Stage(StrEnum):
    """Where a piece of work stands; one set for all kinds, so that like compares with like."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class WaitingReason(StrEnum):
    """What a waiting piece of work waits for; each reason has its own rule for the clocks."""

    REQUESTER = "requester"
    SUPPLIER = "supplier"
    PROBLEM = "problem"
    CHANGE = "change"
    EVIDENCE = "evidence"
    APPOINTMENT = "appointment"
    APPROVAL = "approval"


# Waiting for an approval begins and ends with the steps of a process: nobody chooses it.
BY_HAND = tuple(each for each in WaitingReason if each is not WaitingReason.APPROVAL)


class Trigger(StrEnum):
    """What moves work from stage to stage."""

    START = "start"
    WAIT = "wait"
    RESUME = "resume"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    CANCEL = "cancel"


OPEN_STAGES = frozenset({Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING})

STAGES: StateMachine[Stage, Trigger] = StateMachine(
    "work",
    initial=Stage.NEW,
    transitions=(
        Transition(Trigger.START, frozenset({Stage.NEW}), Stage.IN_PROGRESS),
        Transition(Trigger.WAIT, frozenset({Stage.NEW, Stage.IN_PROGRESS}), Stage.WAITING),
        Transition(Trigger.RESUME, frozenset({Stage.WAITING}), Stage.IN_PROGRESS),
        Transition(Trigger.RESOLVE, OPEN_STAGES, Stage.RESOLVED),
        Transition(Trigger.REOPEN, frozenset({Stage.RESOLVED, Stage.CLOSED}), Stage.IN_PROGRESS),
        Transition(Trigger.CLOSE, frozenset({Stage.RESOLVED}), Stage.CLOSED),
        Transition(Trigger.CANCEL, OPEN_STAGES, Stage.CANCELLED),
    ),
)

STAGE_NAMES: dict[Stage, Promise] = {
    Stage.NEW: _("New"),
    Stage.IN_PROGRESS: _("In progress"),
    Stage.WAITING: _("Waiting"),
    Stage.RESOLVED: _("Resolved"),
    Stage.CLOSED: _("Closed"),
    Stage.CANCELLED: _("Cancelled"),
}

WAITING_NAMES: dict[WaitingReason, Promise] = {
    WaitingReason.REQUESTER: _("Waiting for the requester"),
    WaitingReason.SUPPLIER: _("Waiting for a supplier"),
    WaitingReason.PROBLEM: _("Waiting for a problem to be solved"),
    WaitingReason.CHANGE: _("Waiting for a change"),
    WaitingReason.EVIDENCE: _("Waiting for evidence"),
    WaitingReason.APPOINTMENT: _("Waiting for an appointment"),
    WaitingReason.APPROVAL: _("Waiting for an approval"),
}

_STAGE_SENTENCES: dict[Stage, Promise] = {
    Stage.NEW: _("We have it. Someone will look at it soon."),
    Stage.IN_PROGRESS: _("Someone is working on it."),
    Stage.WAITING: _("We are waiting before we can go on."),
    Stage.RESOLVED: _("We believe it is solved. Please tell us whether it works for you."),
    Stage.CLOSED: _("This is finished."),
    Stage.CANCELLED: _("This was withdrawn and nobody is working on it."),
}

_WAITING_SENTENCES: dict[WaitingReason, Promise] = {
    WaitingReason.REQUESTER: _("We need an answer from you before we can go on."),
    WaitingReason.SUPPLIER: _("We are waiting for a supplier and follow it up for you."),
    WaitingReason.PROBLEM: _("The cause is known and is being removed; yours waits for that."),
    WaitingReason.CHANGE: _("The repair is planned as a change; yours waits for that."),
    WaitingReason.EVIDENCE: _("We are watching until it shows again, to find the cause."),
    WaitingReason.APPOINTMENT: _("We go on at the time we agreed with you."),
    WaitingReason.APPROVAL: _("Someone has to approve this before we can go on."),
}


def requester_sentence(stage: Stage, waiting_reason: WaitingReason | None) -> Promise:
    """Return what the requester is told about a stage."""
    if stage is Stage.WAITING and waiting_reason is not None:
        return _WAITING_SENTENCES[waiting_reason]
    return _STAGE_SENTENCES[stage]
