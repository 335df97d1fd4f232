"""Where a management review stands, and what moves it."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class ReviewState(models.TextChoices):
    """Where a management review stands."""

    PLANNED = "planned", pgettext_lazy("management review", "Planned")
    PREPARED = "prepared", pgettext_lazy("management review", "Prepared")
    FROZEN = "frozen", pgettext_lazy("management review", "Frozen")
    HELD = "held", pgettext_lazy("management review", "Held")
    CLOSED = "closed", pgettext_lazy("management review", "Closed")


class ReviewTrigger(StrEnum):
    """What moves a management review."""

    DRAW = "draw"
    FREEZE = "freeze"
    HOLD = "hold"
    CLOSE = "close"


REVIEW: StateMachine[ReviewState, ReviewTrigger] = StateMachine(
    "management review",
    initial=ReviewState.PLANNED,
    transitions=(
        Transition(
            ReviewTrigger.DRAW,
            frozenset({ReviewState.PLANNED, ReviewState.PREPARED}),
            ReviewState.PREPARED,
        ),
        Transition(ReviewTrigger.FREEZE, frozenset({ReviewState.PREPARED}), ReviewState.FROZEN),
        Transition(ReviewTrigger.HOLD, frozenset({ReviewState.FROZEN}), ReviewState.HELD),
        Transition(ReviewTrigger.CLOSE, frozenset({ReviewState.HELD}), ReviewState.CLOSED),
    ),
)

OPEN = frozenset({ReviewState.PLANNED, ReviewState.PREPARED})
"""The pack can be drawn and commented on."""

COMING = OPEN | {ReviewState.FROZEN}
TOOK_PLACE = frozenset({ReviewState.HELD, ReviewState.CLOSED})


class Output(models.TextChoices):
    """What a management review has to decide about."""

    IMPROVEMENT = "improvement", pgettext_lazy("management review", "Improving")
    SYSTEM = "system", pgettext_lazy("management review", "Changes to the management system")
    SERVICES = "services", pgettext_lazy("management review", "Changes to the services")


class Section(models.TextChoices):
    """What a management review looks at, in this order."""

    EARLIER = (
        "earlier",
        pgettext_lazy("management review", "Decisions and actions of earlier reviews"),
    )
    CHANGES = "changes", pgettext_lazy("management review", "Changes around the management system")
    FEEDBACK = "feedback", pgettext_lazy("management review", "Customer feedback")
    PERFORMANCE = "performance", pgettext_lazy("management review", "Performance of services")
    OBJECTIVES = "objectives", pgettext_lazy("management review", "Objectives and their trend")
    RESOURCES = "resources", pgettext_lazy("management review", "Resources")
    CAPABILITIES = (
        "capabilities",
        pgettext_lazy("management review", "Capabilities and responsibilities"),
    )
    RISKS = "risks", pgettext_lazy("management review", "Risks and opportunities")
    AUDITS = "audits", pgettext_lazy("management review", "Results of audits")
    ADVICE = "advice", pgettext_lazy("management review", "Recommendations from outside")
    NONCONFORMITIES = (
        "nonconformities",
        pgettext_lazy("management review", "Nonconformities and corrective actions"),
    )
    IMPROVEMENTS = "improvements", pgettext_lazy("management review", "Improvements")
