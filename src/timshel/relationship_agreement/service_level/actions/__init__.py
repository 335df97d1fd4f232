"""What is done with service levels: keep the clocks, tell of breaches, set what is promised."""

from __future__ import annotations

from timshel.relationship_agreement.service_level.actions.agreements import (
    Draft,
    choose_level,
    discard_draft,
    end_agreement,
    publish_draft,
    save_draft,
    take_effect_due,
)
from timshel.relationship_agreement.service_level.actions.calendar_uses import use_calendar
from timshel.relationship_agreement.service_level.actions.calendars import (
    CalendarHours,
    change_calendar,
    create_calendar,
    import_days,
)
from timshel.relationship_agreement.service_level.actions.clocks import (
    refresh_clocks,
    refresh_many,
    start_clocks,
)
from timshel.relationship_agreement.service_level.actions.documents import attach_document
from timshel.relationship_agreement.service_level.actions.previews import begin_preview
from timshel.relationship_agreement.service_level.actions.sweep import warn_and_breach_due
from timshel.relationship_agreement.service_level.actions.waiting import (
    set_escalation_rules,
    set_waiting_rule,
)

__all__ = [
    "CalendarHours",
    "Draft",
    "attach_document",
    "begin_preview",
    "change_calendar",
    "choose_level",
    "create_calendar",
    "discard_draft",
    "end_agreement",
    "import_days",
    "publish_draft",
    "refresh_clocks",
    "refresh_many",
    "save_draft",
    "set_escalation_rules",
    "set_waiting_rule",
    "start_clocks",
    "take_effect_due",
    "use_calendar",
    "warn_and_breach_due",
]
