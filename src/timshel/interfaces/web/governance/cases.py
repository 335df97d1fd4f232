"""The cases or promises behind a figure of a report card."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.addresses import INCIDENT, record_address
from timshel.interfaces.web.governance.selections import selection_of
from timshel.interfaces.web.requests import TimshelRequest
from timshel.performance_evaluation.measurement.queries import (
    AGE_BANDS,
    NO_GOAL,
    CaseLine,
    PromiseLine,
    Selection,
    case_count,
    case_list,
    promise_list,
)
from timshel.performance_evaluation.measurement.states import WHAT_NAMES
from timshel.performance_evaluation.reporting import contents, wording
from timshel.relationship_agreement.service_level.states import KIND_NAMES, ClockKind

PAGE_SIZE = 50


@require_safe
def cases(request: TimshelRequest) -> HttpResponse:
    """Show the list behind a figure, with the number that the figure says."""
    actor, at = request.actor, request.at
    selection = selection_of(request.GET, actor=actor, at=at)
    read: Any = promise_list if selection.is_of_promises else case_list
    shown: Any = _promise if selection.is_of_promises else _case
    page = read(
        selection, actor=actor, at=at, cursor=request.GET.get("cursor") or None, size=PAGE_SIZE
    )
    subject, period = selection.subject, selection.period
    card = reverse("report-card", args=[subject.kind.value, subject.code])
    context = {
        "selection": selection,
        "title": WHAT_NAMES[selection.what],
        "narrowing": _narrowing(selection),
        "days": wording.days(period),
        "count": case_count(selection, actor=actor, at=at),
        "page": page,
        "rows": [shown(line) for line in page.items],
        "card_address": f"{card}?from={period.first_day}&until={period.last_day}"
        f"&zone={period.zone}",
    }
    return render(request, "governance/cases.html", context)


def _narrowing(selection: Selection) -> list[str]:
    """Return what narrows the list further, in words."""
    found = []
    if selection.kind:
        found.append(str(KIND_NAMES[ClockKind(selection.kind)]))
    if selection.priority is not None:
        found.append(contents.priority(selection.priority))
    if selection.goal == NO_GOAL:
        found.append(_("Without a goal"))
    elif selection.goal:
        found.append(_("With a goal of %(goal)s%%") % {"goal": selection.goal})
    found += [str(band.name) for band in AGE_BANDS if band.code == selection.band]
    return found


def _case(line: CaseLine) -> dict[str, Any]:
    return {
        "line": line,
        "address": record_address(INCIDENT, line.number),
        "taken": wording.duration(line.taken) if line.taken is not None else wording.NOTHING,
    }


def _promise(line: PromiseLine) -> dict[str, Any]:
    return {
        "line": line,
        "address": record_address(line.work_kind, line.number),
        "name": KIND_NAMES[ClockKind(line.kind)],
        "target": wording.duration(line.target),
        "used": wording.duration(line.used),
        "late": wording.duration(line.late_by) if line.late_by is not None else "",
    }
