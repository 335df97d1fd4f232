"""What was promised for one's own case, and how the time is counted, in plain words."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.stretches import PLAIN_WAITING, day_lines, has_gap, working_span
from timshel.interfaces.web.wording import exact_moment
from timshel.relationship_agreement.service_level.queries import ClockView
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.resolution_fulfilment.incident.queries import CasePromise, case_promise


@require_safe
def promise(request: TimshelRequest, number: str) -> HttpResponse:
    """Show what was promised; ``all`` leaves out no day."""
    found = case_promise(number, actor=request.actor, at=request.at)
    days = day_lines(found.stretches, plain=True, all_days="all" in request.GET)
    context = {
        "number": found.number,
        "title": found.title,
        "clock": found.clock,
        "sentences": sentences(found),
        "days": days,
        "is_folded": has_gap(days),
    }
    return render(request, "portal/case_promise.html", context)


def sentences(found: CasePromise) -> list[str]:
    """Return what was promised and how it stands, in plain sentences."""
    clock = found.clock
    if clock is None:
        return [_("No time is promised for this. We work on it as soon as we can.")]
    names = _names(clock)
    sentences = [_standing(clock) % names]
    if clock.kind is ClockKind.RESPOND:
        sentences.append(_("This is the promise of a first answer."))
    sentences.append(
        _("We promise it within %(target)s of our opening hours. So far %(used)s have counted.")
        % names
    )
    if _has_other_hours(clock, found.calendar_zone):
        words = _("Our opening hours are those of the time zone %(zone)s; you see your own times.")
        sentences.append(words % {"zone": found.calendar_zone})
    return sentences


def _names(clock: ClockView) -> dict[str, str]:
    waits_for = PLAIN_WAITING.get(clock.paused_reason or "", _("we waited"))
    return {
        "due": exact_moment(clock.due_at) if clock.due_at else "",
        "stopped": exact_moment(clock.stopped_at) if clock.stopped_at else "",
        "target": working_span(clock.target),
        "used": working_span(clock.elapsed),
        "left": working_span(max(timedelta(0), clock.remaining)),
        "reason": str(waits_for),
    }


def _standing(clock: ClockView) -> str:
    match clock.state:
        case ClockState.RUNNING if clock.due_at is not None:
            return _("We promised this by %(due)s.")
        case ClockState.BREACHED:
            return _("We promised this by %(due)s. We are late, and we are sorry.")
        case ClockState.PAUSED if clock.breached:
            return _("We promised this by %(due)s. We are late, and we are sorry.")
        case ClockState.PAUSED:
            return _("The promised time stands still: %(reason)s. Then %(left)s are left.")
        case ClockState.MET:
            return _("We kept the promise: it was done on %(stopped)s.")
        case ClockState.MISSED:
            return _("We promised this by %(due)s and did it on %(stopped)s. We are sorry.")
        case ClockState.CANCELLED:
            return _("The promise ended when the case was withdrawn.")
        case _:
            return _("We cannot name a time, because we have no opening hours ahead.")


def _has_other_hours(clock: ClockView, zone_name: str) -> bool:
    """Tell whether the reader's clock on the wall shows another time than ours."""
    moment = clock.due_at or clock.started_at
    here = moment.astimezone(timezone.get_current_timezone())
    return moment.astimezone(ZoneInfo(zone_name)).utcoffset() != here.utcoffset()
