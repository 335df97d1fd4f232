"""Where a level, a certificate, a person on a path and a step of theirs stand."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class HoldingState(StrEnum):
    """Where what was said of somebody's level stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class HoldingTrigger(StrEnum):
    """What moves a level."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    DECLINE = "decline"


HOLDINGS: StateMachine[HoldingState, HoldingTrigger] = StateMachine(
    "skill level",
    initial=HoldingState.PROPOSED,
    transitions=(
        Transition(HoldingTrigger.PROPOSE, frozenset(HoldingState), HoldingState.PROPOSED),
        Transition(
            HoldingTrigger.CONFIRM, frozenset({HoldingState.PROPOSED}), HoldingState.CONFIRMED
        ),
        Transition(
            HoldingTrigger.DECLINE, frozenset({HoldingState.PROPOSED}), HoldingState.DECLINED
        ),
    ),
)


class CertificateKind(models.TextChoices):
    """What somebody has to show."""

    CERTIFICATE = "certificate", _("Certificate")
    TRAINING = "training", _("Training")


class CertificateState(StrEnum):
    """Where a certificate stands; whether it expired follows from its last day."""

    REPORTED = "reported"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"


class CertificateTrigger(StrEnum):
    """What moves a certificate."""

    CHECK = "check"
    WITHDRAW = "withdraw"


CERTIFICATES: StateMachine[CertificateState, CertificateTrigger] = StateMachine(
    "certificate",
    initial=CertificateState.REPORTED,
    transitions=(
        Transition(
            CertificateTrigger.CHECK,
            frozenset({CertificateState.REPORTED}),
            CertificateState.CHECKED,
        ),
        Transition(
            CertificateTrigger.WITHDRAW,
            frozenset({CertificateState.REPORTED, CertificateState.CHECKED}),
            CertificateState.WITHDRAWN,
        ),
    ),
)


class EnrolmentState(StrEnum):
    """Where a person on a learning path stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"


class EnrolmentTrigger(StrEnum):
    """What moves a person on a path; it completes itself with the last signature."""

    COMPLETE = "complete"
    STOP = "stop"
    RESUME = "resume"


ENROLMENTS: StateMachine[EnrolmentState, EnrolmentTrigger] = StateMachine(
    "learning",
    initial=EnrolmentState.RUNNING,
    transitions=(
        Transition(
            EnrolmentTrigger.COMPLETE,
            frozenset({EnrolmentState.RUNNING}),
            EnrolmentState.COMPLETED,
        ),
        Transition(
            EnrolmentTrigger.STOP, frozenset({EnrolmentState.RUNNING}), EnrolmentState.STOPPED
        ),
        Transition(
            EnrolmentTrigger.RESUME, frozenset({EnrolmentState.STOPPED}), EnrolmentState.RUNNING
        ),
    ),
)


class StepState(StrEnum):
    """Where a step of a person on a path stands."""

    OPEN = "open"
    READ = "read"
    SIGNED = "signed"


class StepTrigger(StrEnum):
    """What moves a step."""

    READ = "read"
    SIGN = "sign"
    RETURN = "return"


STEPS: StateMachine[StepState, StepTrigger] = StateMachine(
    "learning step",
    initial=StepState.OPEN,
    transitions=(
        Transition(StepTrigger.READ, frozenset({StepState.OPEN}), StepState.READ),
        Transition(StepTrigger.SIGN, frozenset({StepState.READ}), StepState.SIGNED),
        Transition(StepTrigger.RETURN, frozenset({StepState.READ}), StepState.OPEN),
    ),
)

HOLDING_NAMES: Mapping[HoldingState, Promise] = {
    HoldingState.PROPOSED: pgettext_lazy("skill level", "Proposed"),
    HoldingState.CONFIRMED: pgettext_lazy("skill level", "Confirmed"),
    HoldingState.DECLINED: pgettext_lazy("skill level", "Declined"),
}
CERTIFICATE_NAMES: Mapping[CertificateState, Promise] = {
    CertificateState.REPORTED: pgettext_lazy("certificate", "To be checked"),
    CertificateState.CHECKED: pgettext_lazy("certificate", "Checked"),
    CertificateState.WITHDRAWN: pgettext_lazy("certificate", "Withdrawn"),
}
ENROLMENT_NAMES: Mapping[EnrolmentState, Promise] = {
    EnrolmentState.RUNNING: pgettext_lazy("learning", "Running"),
    EnrolmentState.COMPLETED: pgettext_lazy("learning", "Completed"),
    EnrolmentState.STOPPED: pgettext_lazy("learning", "Stopped"),
}
STEP_NAMES: Mapping[StepState, Promise] = {
    StepState.OPEN: pgettext_lazy("learning step", "To be read"),
    StepState.READ: pgettext_lazy("learning step", "Read and understood"),
    StepState.SIGNED: pgettext_lazy("learning step", "Signed off"),
}
