"""What can be approved under a mandate, who holds it, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class Subject(models.TextChoices):
    """What may be approved."""

    PURCHASE = "purchase", pgettext_lazy("mandate", "Purchases")
    CONTRACT = "contract", pgettext_lazy("mandate", "Contracts with suppliers")
    BUDGET = "budget", pgettext_lazy("mandate", "Budgets")
    CHANGE = "change", pgettext_lazy("mandate", "Changes")
    RELEASE = "release", pgettext_lazy("mandate", "Releases")
    SERVICE_AGREEMENT = "service_agreement", pgettext_lazy("mandate", "Service agreements")
    CATALOGUE = "catalogue", pgettext_lazy("mandate", "Publication in the catalogue")
    RISK = "risk", pgettext_lazy("mandate", "Acceptance of risks")
    DOCUMENT = "document", pgettext_lazy("mandate", "Documents")
    ACCESS = "access", pgettext_lazy("mandate", "Access to data and places")
    EXCEPTION = "exception", pgettext_lazy("mandate", "Exceptions from a process")
    OTHER = "other", pgettext_lazy("mandate", "Something else")


WITH_MONEY = frozenset(
    {
        Subject.PURCHASE,
        Subject.CONTRACT,
        Subject.BUDGET,
        Subject.CHANGE,
        Subject.SERVICE_AGREEMENT,
        Subject.OTHER,
    }
)
"""What costs something, so that a mandate for it can have a limit."""


class HolderKind(models.TextChoices):
    """Who holds a mandate: one person, or whoever holds a role."""

    PERSON = "person", pgettext_lazy("mandate", "A person")
    PROCESS_ROLE = "process_role", pgettext_lazy("mandate", "Who holds a role in the work")
    ROLE = "role", pgettext_lazy("mandate", "Who holds a role with rights")


class MandateState(models.TextChoices):
    """Where a mandate stands."""

    DRAFT = "draft", pgettext_lazy("mandate", "Draft")
    IN_FORCE = "in_force", pgettext_lazy("mandate", "In force")
    ENDED = "ended", pgettext_lazy("mandate", "Ended")
    WITHDRAWN = "withdrawn", pgettext_lazy("mandate", "Withdrawn")


class MandateTrigger(StrEnum):
    """What moves a mandate."""

    PUT_IN_FORCE = "put_in_force"
    END = "end"
    WITHDRAW = "withdraw"


class Vacancy(StrEnum):
    """Why nobody can use a mandate."""

    NONE = ""
    ROLE = "role"
    LEFT = "left"


VACANCY_NAMES: Mapping[Vacancy, Promise] = {
    Vacancy.ROLE: _("Nobody holds the role"),
    Vacancy.LEFT: _("The holder has left"),
}

MANDATES: StateMachine[MandateState, MandateTrigger] = StateMachine(
    "mandate",
    initial=MandateState.DRAFT,
    transitions=(
        Transition(
            MandateTrigger.PUT_IN_FORCE, frozenset({MandateState.DRAFT}), MandateState.IN_FORCE
        ),
        Transition(MandateTrigger.END, frozenset({MandateState.IN_FORCE}), MandateState.ENDED),
        Transition(
            MandateTrigger.WITHDRAW,
            frozenset({MandateState.DRAFT, MandateState.IN_FORCE}),
            MandateState.WITHDRAWN,
        ),
    ),
)
