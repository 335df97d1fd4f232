"""What texts about a case name and only later clauses and pages know: its service, what is
promised, and where it is followed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from timshel.interfaces.worker.pages import page
from timshel.operation.macro.values import About
from timshel.operation.work.rules import TASK
from timshel.relationship_agreement.service_level.queries import clock_marks
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.service_portfolio.service.queries import service_names

# What is promised to whoever asked; what was agreed with teams and suppliers is not theirs.
PROMISES = (ClockKind.RESOLVE, ClockKind.FULFIL)


def service(about: About) -> str:
    """Return the name of the service; one query where there is one."""
    if about.service_id is None:
        return ""
    return service_names([about.service_id], about.language).get(about.service_id, "")


def promised(about: About) -> str:
    """Return when it is promised to be done, by the clock of whoever asked; one query."""
    marks = clock_marks([about.work_item_id], at=about.at).get(about.work_item_id, ())
    due = next((mark.due_at for mark in marks if mark.is_current and mark.kind in PROMISES), None)
    if due is None:
        return ""
    return date_format(due.astimezone(ZoneInfo(about.time_zone)), "DATETIME_FORMAT")


def link(about: About) -> str:
    """Return where whoever asked follows it; tasks are not theirs to see."""
    return "" if about.kind == TASK else page("case", about.number)
