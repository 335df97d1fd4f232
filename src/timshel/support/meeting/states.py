"""What kinds of boards there are, where a meeting stands, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.states import StateMachine, Transition


class BoardKind(models.TextChoices):
    """What a board is there for."""

    MANAGEMENT_REVIEW = "management_review", _("Management review")
    CHANGE_ADVISORY = "change_advisory", _("Change advisory board")
    SERVICE_REVIEW = "service_review", _("Service review")
    IMPROVEMENT = "improvement", _("Improvement board")
    PROJECT = "project", _("Project board")
    OTHER = "other", _("Another board")


class Presence(models.TextChoices):
    """Whether somebody who was invited came."""

    INVITED = "invited", _("Invited")
    PRESENT = "present", _("Present")
    EXCUSED = "excused", _("Excused")


class DecidedBy(models.TextChoices):
    """How a decision came about."""

    CONSENSUS = "consensus", _("By consensus")
    VOTE = "vote", _("By vote")
    CHAIR = "chair", _("By the chair")


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    HELD = "held"
    MINUTED = "minuted"
    CANCELLED = "cancelled"


STATE_NAMES: Mapping[MeetingState, Promise] = {
    MeetingState.PLANNED: _("Planned"),
    MeetingState.HELD: _("Held, minutes to be approved"),
    MeetingState.MINUTED: _("Minutes approved"),
    MeetingState.CANCELLED: _("Called off"),
}


class Trigger(StrEnum):
    """What moves a meeting."""

    HOLD = "hold"
    APPROVE = "approve"
    CANCEL = "cancel"


MEETINGS: StateMachine[MeetingState, Trigger] = StateMachine(
    "meeting",
    initial=MeetingState.PLANNED,
    transitions=(
        Transition(Trigger.HOLD, frozenset({MeetingState.PLANNED}), MeetingState.HELD),
        Transition(Trigger.APPROVE, frozenset({MeetingState.HELD}), MeetingState.MINUTED),
        Transition(Trigger.CANCEL, frozenset({MeetingState.PLANNED}), MeetingState.CANCELLED),
    ),
)

WRITABLE = frozenset({MeetingState.PLANNED, MeetingState.HELD})
"""Minutes, attendance and decisions are written while a meeting stands here."""

TOOK_PLACE = frozenset({MeetingState.HELD, MeetingState.MINUTED})
