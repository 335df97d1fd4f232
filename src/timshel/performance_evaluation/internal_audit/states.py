"""Where programmes, audits and findings stand, and what moves them."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class ProgrammeState(models.TextChoices):
    """Where a programme of audits stands."""

    DRAFT = "draft", pgettext_lazy("audit programme", "Draft")
    AGREED = "agreed", pgettext_lazy("audit programme", "Agreed")
    CLOSED = "closed", pgettext_lazy("audit programme", "Closed")


class ProgrammeTrigger(StrEnum):
    """What moves a programme."""

    AGREE = "agree"
    CLOSE = "close"


class AuditState(models.TextChoices):
    """Where an audit stands."""

    PLANNED = "planned", pgettext_lazy("audit", "Planned")
    RUNNING = "running", pgettext_lazy("audit", "Running")
    REPORTED = "reported", pgettext_lazy("audit", "Reported")
    CLOSED = "closed", pgettext_lazy("audit", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("audit", "Cancelled")


class AuditTrigger(StrEnum):
    """What moves an audit."""

    START = "start"
    REPORT = "report"
    CLOSE = "close"
    CANCEL = "cancel"


class FindingState(models.TextChoices):
    """Where a finding stands."""

    OPEN = "open", pgettext_lazy("finding", "Open")
    ANSWERED = "answered", pgettext_lazy("finding", "Answered")
    FOLLOWED_UP = "followed_up", pgettext_lazy("finding", "Followed up")
    CLOSED = "closed", pgettext_lazy("finding", "Closed")


class FindingTrigger(StrEnum):
    """What moves a finding."""

    ANSWER = "answer"
    RETURN = "return"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"


class Grade(models.TextChoices):
    """How much a finding weighs."""

    MAJOR = "major", pgettext_lazy("finding", "Major nonconformity")
    MINOR = "minor", pgettext_lazy("finding", "Minor nonconformity")
    OBSERVATION = "observation", pgettext_lazy("finding", "Observation")
    STRENGTH = "strength", pgettext_lazy("finding", "Strength")


class QuestionAnswer(models.TextChoices):
    """What was found when a question was asked."""

    CONFORMS = "conforms", pgettext_lazy("audit question", "Conforms")
    DOES_NOT = "does_not", pgettext_lazy("audit question", "Does not conform")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("audit question", "Not applicable")


class SubjectKind(models.TextChoices):
    """What kind of thing is audited."""

    CLAUSE = "clause", pgettext_lazy("audit", "Clause")
    PROCESS = "process", pgettext_lazy("audit", "Process")
    SERVICE = "service", pgettext_lazy("audit", "Service")


NEEDS_ANSWER = frozenset({Grade.MAJOR, Grade.MINOR})
"""Grades that are closed only after what was done about them was looked at."""

PROGRAMME = StateMachine(
    "audit programme",
    initial=ProgrammeState.DRAFT,
    transitions=(
        Transition(
            ProgrammeTrigger.AGREE, frozenset({ProgrammeState.DRAFT}), ProgrammeState.AGREED
        ),
        Transition(
            ProgrammeTrigger.CLOSE, frozenset({ProgrammeState.AGREED}), ProgrammeState.CLOSED
        ),
    ),
)

AUDIT = StateMachine(
    "audit",
    initial=AuditState.PLANNED,
    transitions=(
        Transition(AuditTrigger.START, frozenset({AuditState.PLANNED}), AuditState.RUNNING),
        Transition(AuditTrigger.REPORT, frozenset({AuditState.RUNNING}), AuditState.REPORTED),
        Transition(AuditTrigger.CLOSE, frozenset({AuditState.REPORTED}), AuditState.CLOSED),
        Transition(
            AuditTrigger.CANCEL,
            frozenset({AuditState.PLANNED, AuditState.RUNNING}),
            AuditState.CANCELLED,
        ),
    ),
)

FINDING = StateMachine(
    "audit finding",
    initial=FindingState.OPEN,
    transitions=(
        Transition(FindingTrigger.ANSWER, frozenset({FindingState.OPEN}), FindingState.ANSWERED),
        Transition(FindingTrigger.RETURN, frozenset({FindingState.ANSWERED}), FindingState.OPEN),
        Transition(
            FindingTrigger.FOLLOW_UP,
            frozenset({FindingState.ANSWERED}),
            FindingState.FOLLOWED_UP,
        ),
        Transition(
            FindingTrigger.CLOSE,
            frozenset({FindingState.OPEN, FindingState.FOLLOWED_UP}),
            FindingState.CLOSED,
        ),
    ),
)
