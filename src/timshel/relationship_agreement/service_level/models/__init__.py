"""Tables of calendars, agreements and their targets; clocks as a cache of what they say."""

from __future__ import annotations

from timshel.relationship_agreement.service_level.models.agreements import (
    Agreement,
    BookRevision,
    EscalationRule,
    Goal,
    LevelChoice,
    Target,
    WaitingRule,
)
from timshel.relationship_agreement.service_level.models.calendars import (
    BusinessCalendar,
    CalendarUse,
)
from timshel.relationship_agreement.service_level.models.clocks import (
    TO_ALERT,
    TO_BREACH,
    Clock,
    Forecast,
    ForecastModel,
)
from timshel.relationship_agreement.service_level.models.versions import in_force

__all__ = [
    "TO_ALERT",
    "TO_BREACH",
    "Agreement",
    "BookRevision",
    "BusinessCalendar",
    "CalendarUse",
    "Clock",
    "EscalationRule",
    "Forecast",
    "ForecastModel",
    "Goal",
    "LevelChoice",
    "Target",
    "WaitingRule",
    "in_force",
]
