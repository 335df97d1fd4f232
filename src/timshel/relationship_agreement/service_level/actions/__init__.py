"""What is done with service levels: keep the clocks, tell of breaches, set what is promised."""

from __future__ import annotations

from timshel.relationship_agreement.service_level.actions.clocks import (
    refresh_clocks,
    refresh_many,
    start_clocks,
)
from timshel.relationship_agreement.service_level.actions.configuration import (
    CalendarHours,
    change_calendar,
    change_target,
    create_calendar,
    load_default_targets,
    set_waiting_rule,
    withdraw_target,
)
from timshel.relationship_agreement.service_level.actions.sweep import warn_and_breach_due

__all__ = [
    "CalendarHours",
    "change_calendar",
    "change_target",
    "create_calendar",
    "load_default_targets",
    "refresh_clocks",
    "refresh_many",
    "set_waiting_rule",
    "start_clocks",
    "warn_and_breach_due",
    "withdraw_target",
]
