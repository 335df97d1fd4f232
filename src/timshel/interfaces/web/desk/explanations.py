"""Why a clock of an incident says what it says: from the agreement to each counted minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.addresses import INCIDENT, record_address
from timshel.interfaces.web.desk.clocks import clock_name, left_words
from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.stretches import (
    day_lines,
    duration_words,
    has_gap,
    waiting_name,
    working_span,
)
from timshel.interfaces.web.wording import exact_moment
from timshel.relationship_agreement.service_level.queries import ClockExplanation, ClockView
from timshel.relationship_agreement.service_level.queries.explanation import (
    CandidateView,
    LapView,
    TargetView,
    work_explanation,
)
from timshel.relationship_agreement.service_level.rules.clock import DueAlert
from timshel.relationship_agreement.service_level.states import (
    AGREEMENT_NAMES,
    RECIPIENT_NAMES,
    STATE_NAMES,
    ClockKind,
    ClockState,
)
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES

SHOWN_CANDIDATES = 8
LONGEST_LAP = 6


@dataclass(frozen=True, slots=True)
class LapLine:
    """A lap of the clock as the page lists it."""

    number: int
    name: str
    started_at: datetime
    stopped_at: datetime | None
    used: str
    state: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class AlertLine:
    """Whom the clock tells when, in words."""

    at: datetime
    words: str
    recipient: str


@require_safe
def explanation(
    request: TimshelRequest, number: str, kind: str, work: str = INCIDENT
) -> HttpResponse:
    """Show why a clock says what it says; ``lap`` names an earlier run, ``all`` leaves out no
    day and no agreement.

    Args:
        request: of a helper.
        number: of the work.
        kind: of the clock.
        work: the kind of the work.
    """
    if kind not in set(ClockKind):
        raise Http404
    found = work_explanation(
        number,
        ClockKind(kind),
        work=work,
        lap=_lap(request.GET.get("lap", "")),
        actor=request.actor,
        at=request.at,
    )
    why, everything = found.explanation, "all" in request.GET
    days = day_lines(why.stretches, all_days=everything)
    candidates = shown_candidates(why.candidates, everything=everything)
    context = {
        "number": found.number,
        "parent_address": record_address(work, found.number),
        "has_chain": work == INCIDENT,
        "title": found.title,
        "why": why,
        "clock": why.clock,
        "clock_name": clock_name(why.clock, why.holder),
        "sentence": sentence(why),
        "sum": arithmetic(why.clock),
        "target": duration_words(why.target.amount, why.target.unit),
        "fits": fitting_words(why.target),
        "facts": fact_words(why),
        "agreement_kind": AGREEMENT_NAMES[why.agreement_kind],
        "other_zone": other_zone(why),
        "days": days,
        "candidates": candidates,
        "is_folded": has_gap(days) or len(candidates) < len(why.candidates),
        "everything": everything,
        "terms": [(each, working_span(each.target or timedelta(0))) for each in why.terms],
        "alerts": [alert_line(each) for each in why.alerts if not each.is_reached],
        "laps": [lap_line(each, shown=why.clock.lap) for each in why.laps],
    }
    return render(request, "desk/explanation.html", context)


def sentence(why: ClockExplanation) -> str:
    """Return in one sentence what the clock says and why."""
    clock = why.clock
    names = {
        "due": exact_moment(clock.due_at) if clock.due_at else "",
        "stopped": exact_moment(clock.stopped_at) if clock.stopped_at else "",
        "agreement": why.agreement_name,
        "calendar": why.calendar_name,
        "target": working_span(clock.target),
        "used": working_span(clock.elapsed),
        "left": working_span(max(timedelta(0), clock.remaining)),
        "over": working_span(max(timedelta(0), -clock.remaining)),
        "reason": waiting_name(clock.paused_reason or ""),
    }
    return _pattern(clock) % names


def _pattern(clock: ClockView) -> str:
    match clock.state:
        case ClockState.RUNNING if clock.due_at is None:
            return _(
                "No due time, because “%(calendar)s” holds no %(left)s any more: so much is left "
                "of %(target)s that “%(agreement)s” promises."
            )
        case ClockState.RUNNING:
            return _(
                "Due %(due)s, because “%(agreement)s” promises %(target)s, of which %(used)s are "
                "used, and the %(left)s left end then in the hours of “%(calendar)s”."
            )
        case ClockState.BREACHED:
            return _(
                "Late since %(due)s, because the %(target)s that “%(agreement)s” promises were "
                "used up then in the hours of “%(calendar)s”; by now it is %(over)s over."
            )
        case ClockState.PAUSED if clock.breached:
            return _(
                "Late since %(due)s, and standing still now (%(reason)s): %(used)s are used of "
                "%(target)s that “%(agreement)s” promises."
            )
        case ClockState.PAUSED:
            return _(
                "No due time while it stands still (%(reason)s): %(used)s are used of %(target)s "
                "that “%(agreement)s” promises, and %(left)s are left in the hours of "
                "“%(calendar)s” once it goes on."
            )
        case ClockState.MET:
            return _(
                "Kept: it stopped on %(stopped)s after %(used)s of %(target)s that "
                "“%(agreement)s” promises."
            )
        case ClockState.MISSED:
            return _(
                "Not kept: the %(target)s that “%(agreement)s” promises were used up on %(due)s, "
                "and it stopped on %(stopped)s after %(used)s."
            )
        case _:
            return _(
                "Ended without a result on %(stopped)s, after %(used)s of %(target)s that "
                "“%(agreement)s” promises."
            )


def arithmetic(clock: ClockView) -> str:
    """Return the sum that leads to the due moment."""
    names = {
        "used": working_span(clock.elapsed),
        "left": working_span(abs(clock.remaining)),
        "target": working_span(clock.target),
    }
    if clock.remaining < timedelta(0):
        return _("%(used)s used − %(left)s over = %(target)s promised") % names
    return _("%(used)s used + %(left)s left = %(target)s promised") % names


def fitting_words(target: TargetView) -> list[str]:
    """Return what the line of the agreement is for, narrowest first."""
    if target.is_own:
        return [_("this task alone: the step of its process states it")]
    found = []
    if target.offering:
        found.append(_("the offering %(name)s") % {"name": target.offering})
    if target.service:
        found.append(_("the service %(name)s") % {"name": target.service})
    if target.priority is not None:
        found.append(_("priority %(name)s") % {"name": _priority(target.priority)})
    return found or [_("everything that the agreement covers")]


def fact_words(why: ClockExplanation) -> list[tuple[str, str]]:
    """Return what of the work decided about the agreement, name and value."""
    facts = why.facts
    values = [
        (_("Priority"), _priority(facts.priority)),
        (_("Service"), facts.service),
        (_("Offering"), facts.offering),
        (_("Customer"), facts.customer),
        (_("Unit"), facts.unit),
        (_("Time with"), why.holder),
    ]
    return [(name, value) for name, value in values if value]


def _priority(number: int) -> str:
    return f"P{number} {PRIORITY_NAMES.get(number, '')}".strip()


def other_zone(why: ClockExplanation) -> str:
    """Return the due moment in the calendar's zone, where the reader lives by another one."""
    moment = why.clock.due_at or why.read_at
    zone = ZoneInfo(why.calendar_zone)
    here = moment.astimezone(timezone.get_current_timezone())
    if moment.astimezone(zone).utcoffset() == here.utcoffset() or why.clock.due_at is None:
        return ""
    with timezone.override(zone):
        return exact_moment(moment)


def shown_candidates(
    candidates: Sequence[CandidateView], *, everything: bool
) -> Sequence[CandidateView]:
    """Return the agreements to list: those that apply, and of the others as many as fit; an
    earlier version of an agreement is left out first."""
    if everything or len(candidates) <= SHOWN_CANDIDATES:
        return candidates
    first = [each for each in candidates if each.applies]
    others = [each for each in candidates if not each.applies]
    others.sort(key=lambda each: each.mismatch == "not_in_force")
    return [*first, *others][: max(SHOWN_CANDIDATES, len(first))]


def alert_line(due: DueAlert) -> AlertLine:
    """Return an alert in words."""
    alert = due.alert
    if alert.before is not None:
        words = _("%(span)s before the due time") % {"span": working_span(alert.before)}
    else:
        words = _("%(percent)d %% of the target used") % {"percent": alert.percent or 0}
    recipient = str(RECIPIENT_NAMES[alert.recipient])
    return AlertLine(due.at, words, recipient)


def lap_line(lap: LapView, *, shown: int) -> LapLine:
    """Return a lap in words."""
    clock = lap.clock
    used = _("%(used)s of %(target)s") % {
        "used": working_span(clock.elapsed),
        "target": working_span(clock.target),
    }
    left = left_words(clock)
    return LapLine(
        number=clock.lap,
        name=lap.holder,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        used=f"{used} ({left})" if left else used,
        state=str(STATE_NAMES[clock.state]),
        is_shown=clock.lap == shown,
    )


def _lap(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST_LAP):
        raise Http404
    return int(text)
