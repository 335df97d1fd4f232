"""The register of indicators, one with its readings, and what can be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.indicators.beginnings import begun
from timshel.interfaces.web.governance.indicators.forms import IndicatorForm, RetiringForm
from timshel.interfaces.web.governance.indicators.words import (
    Shown,
    control_words,
    is_running,
    picture,
    reading_rows,
    verdict,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotFound
from timshel.performance_evaluation.indicator import actions, queries
from timshel.performance_evaluation.indicator.access import may_manage, require_manage
from timshel.performance_evaluation.indicator.queries import IndicatorFilter, IndicatorRow
from timshel.performance_evaluation.indicator.states import (
    STANDING_NAMES,
    IndicatorState,
    Standing,
)
from timshel.performance_evaluation.reporting.scorecards import names_of, unit_words
from timshel.planning.planned_action.queries import actions_about

STANDINGS = {each.value for each in Standing}


def asked_of(request: TimshelRequest) -> IndicatorFilter:
    """Return which indicators the address asks for; what it says amiss narrows nothing."""
    given = request.GET
    standing = given.get("standing", "")
    is_retired = given.get("state") == "retired"
    return IndicatorFilter(
        state=IndicatorState.RETIRED if is_retired else IndicatorState.RUNNING,
        standing=Standing(standing) if standing in STANDINGS else None,
        is_overdue=given.get("overdue") == "yes",
        process_code=given.get("process", ""),
    )


@require_safe
def register(request: TimshelRequest) -> HttpResponse:
    """List indicators, the newest first."""
    token = live.token()
    actor = request.actor
    asked = asked_of(request)
    page = queries.indicator_list(
        actor=actor, at=request.at, wanted=asked, cursor=request.GET.get("cursor") or None
    )
    context = {
        "page": page,
        "rows": Shown.all_of(page.items, language=actor.language),
        "asked": asked,
        "is_narrowed": asked != IndicatorFilter(state=IndicatorState.RUNNING),
        "standings": STANDING_NAMES.items(),
        "processes": queries.process_choices(language=actor.language),
        "may_manage": may_manage(actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/indicators/list.html", context)


@require_safe
def one(request: TimshelRequest, indicator: str) -> HttpResponse:
    """Show one with its readings."""
    return _page(request, indicator)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new indicator, or follow it from now on."""
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = IndicatorForm(given, actor=request.actor, initial=begun(request))
    if given is not None and form.is_valid():
        number = refusing(
            form,
            lambda: actions.add_indicator(form.content(), actor=request.actor, at=request.at),
        )
        if number is not None:
            messages.success(request, _("It is followed, and the last periods are read."))
            return redirect("indicator", number)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, indicator: str) -> HttpResponse:
    """Show the form of an indicator, or change it."""
    row = queries.indicator(indicator, actor=request.actor, at=request.at).row
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = IndicatorForm(given, actor=request.actor, row=row)
    if given is not None and form.is_valid() and form.try_to(lambda: _change(request, row, form)):
        messages.success(request, _("Saved."))
        return redirect("indicator", row.number)
    return _form(request, form, row)


@require_POST
def retire(request: TimshelRequest, indicator: str) -> HttpResponse:
    """Read it no more."""
    form = RetiringForm(request.POST)

    def do() -> bool:
        reason = form.cleaned_data["reason"]
        actions.retire_indicator(indicator, reason=reason, actor=request.actor, at=request.at)
        return True

    if form.is_valid() and refusing(form, do):
        messages.success(request, _("It is retired. Its readings stay."))
        return redirect("indicator", indicator)
    return _page(request, indicator, retiring=form)


@require_POST
def resume(request: TimshelRequest, indicator: str) -> HttpResponse:
    """Read it again."""
    actions.resume_indicator(indicator, actor=request.actor, at=request.at)
    messages.success(request, _("It is read again."))
    return redirect("indicator", indicator)


@require_POST
def read(request: TimshelRequest, indicator: str) -> HttpResponse:
    """Read the periods that are over now."""
    if actions.read_indicator(indicator, actor=request.actor, at=request.at):
        messages.success(request, _("The periods that were missing are read."))
    else:
        messages.info(request, _("All periods that are over were read already."))
    return redirect("indicator", indicator)


@require_POST
def recount(request: TimshelRequest, indicator: str) -> HttpResponse:
    """Count a period anew."""
    try:
        day = parse_date(request.POST.get("first_day", ""))
    except ValueError:
        day = None
    if day is None:
        raise NotFound
    is_other = actions.recount_reading(indicator, first_day=day, actor=request.actor, at=request.at)
    if is_other:
        messages.success(request, _("It is counted anew. The journal keeps what stood here."))
    else:
        messages.info(request, _("Counted anew, it is the same."))
    return redirect("indicator", indicator)


def _change(request: TimshelRequest, row: IndicatorRow, form: IndicatorForm) -> None:
    actions.change_indicator(
        row.number,
        content=form.content(),
        seen_revision=form.cleaned_data["revision"] or 0,
        actor=request.actor,
        at=request.at,
    )


def _form(request: TimshelRequest, form: IndicatorForm, row: IndicatorRow | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "governance/indicators/form.html", context, status=status)


def _page(
    request: TimshelRequest, number: str, *, retiring: RetiringForm | None = None
) -> HttpResponse:
    actor = request.actor
    view = queries.indicator(number, actor=actor, at=request.at)
    row, content = view.row, view.row.content
    runs = is_running(row)
    processes = dict(queries.process_choices(language=actor.language))
    context: dict[str, Any] = {
        "each": Shown.of(row, names_of([content], actor.language)),
        "row": row,
        "process": processes.get(content.process_code, content.process_code),
        "unit": unit_words(content),
        "runs": runs,
        "picture": picture(view),
        "control": control_words(content, view.control) if view.control else None,
        "verdict": verdict(view),
        "readings": reading_rows(view, actor=actor),
        "scorecards": view.scorecards,
        "actions": actions_about(actions.SUBJECT, [row.number], at=request.at).get(row.number, ()),
        "about": f"{actions.SUBJECT}:{row.number}" if row.may_read and runs else "",
        "retiring": retiring or RetiringForm(),
        "may_count": row.may_read and runs,
    }
    status = 200 if retiring is None else 422
    return render(request, "governance/indicators/one.html", context, status=status)
