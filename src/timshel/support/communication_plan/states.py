"""What a planned communication can be, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class Medium(models.TextChoices):
    """By which way something is told."""

    MAIL = "mail", pgettext_lazy("way of telling", "Mail")
    MEETING = "meeting", pgettext_lazy("way of telling", "Meeting")
    PAGE = "page", pgettext_lazy("way of telling", "Page or portal")
    POSTER = "poster", pgettext_lazy("way of telling", "Poster")
    CALL = "call", pgettext_lazy("way of telling", "Call")
    TRAINING = "training", pgettext_lazy("way of telling", "Training")
    OTHER = "other", pgettext_lazy("way of telling", "Other")


class Rhythm(models.TextChoices):
    """How often something is told."""

    ONCE = "once", _("Once")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")
    HALF_YEARLY = "half_yearly", _("Every half-year")
    YEARLY = "yearly", _("Every year")


class PlanState(StrEnum):
    """Where a planned communication stands."""

    PLANNED = "planned"
    TOLD = "told"
    CANCELLED = "cancelled"


STATE_NAMES: Mapping[PlanState, Promise] = {
    PlanState.PLANNED: pgettext_lazy("communication", "Planned"),
    PlanState.TOLD: pgettext_lazy("communication", "Told"),
    PlanState.CANCELLED: pgettext_lazy("communication", "Cancelled"),
}


class Trigger(StrEnum):
    """What moves a planned communication."""

    TELL = "tell"
    REPEAT = "repeat"
    CANCEL = "cancel"


_PLANNED = frozenset({PlanState.PLANNED})

COMMUNICATIONS: StateMachine[PlanState, Trigger] = StateMachine(
    "planned communication",
    initial=PlanState.PLANNED,
    transitions=(
        Transition(Trigger.TELL, _PLANNED, PlanState.TOLD),
        Transition(Trigger.REPEAT, _PLANNED, PlanState.PLANNED),
        Transition(Trigger.CANCEL, _PLANNED, PlanState.CANCELLED),
    ),
)
