"""Calls as they were: the list behind a figure, one call, and the work it was about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.addresses import record_address, record_addresses
from timshel.interfaces.web.desk.call_days import day_of, seconds
from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.words import CHANNEL_NAMES
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid, NotFound
from timshel.operation.call import actions, queries
from timshel.operation.call.access import LOG, MEASURE
from timshel.operation.call.queries.calls import WHAT_NAMES, CallFilters, CallRow, what_of
from timshel.performance_evaluation.measurement.rules.periods import Period, PeriodKind

PAGE_SIZE = 50
REGIONS = ["calls"]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A call in a list, with where its page and its case are."""

    row: CallRow
    channel: str
    waited: str
    talked: str
    address: str


class WorkForm(StepForm):
    """Which work a call was about."""

    work = forms.CharField(label=gettext_lazy("Number of the case"), max_length=20)


@require_safe
def calls(request: TimshelRequest) -> HttpResponse:
    """Show calls, newest first; the address says which, as behind a figure."""
    filters = filters_of(request, request.GET)
    page = queries.call_list(
        filters, actor=request.actor, cursor=request.GET.get("cursor"), size=PAGE_SIZE
    )
    places = record_addresses()
    context = {
        "page": page,
        "rows": [shown(row, places) for row in page.items],
        "what": filters.what,
        "what_name": WHAT_NAMES[filters.what],
        "whats": list(WHAT_NAMES.items()),
        "lines": queries.line_list(language=request.actor.language, active_only=False),
        "line": request.GET.get("line", ""),
        "first": request.GET.get("from", ""),
        "last": request.GET.get("until", ""),
        "agent": request.GET.get("agent", ""),
        "measured": request.GET.get("measured", ""),
        "may_log": request.actor.may_somewhere(LOG),
        "may_measure": request.actor.may_somewhere(MEASURE),
        "live_regions": REGIONS,
    }
    return render(request, "desk/calls.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: TimshelRequest, call_id: int) -> HttpResponse:
    """Show one call; say which work it was about."""
    row = queries.call_view(call_id, actor=request.actor)
    form = WorkForm("call", request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _linked(request, form, call_id):
            messages.success(request, _("The call is tied to the case."))
            return redirect("call", call_id=call_id)
        status = 422
    places = record_addresses()
    context = {
        "call": row,
        "shown": shown(row, places),
        "form": form,
        "may_link": request.actor.may_somewhere(LOG) and not row.work,
        "work_address": record_address(row.work_kind, row.work) if row.work else "",
    }
    return render(request, "desk/call.html", context, status=status)


def shown(row: CallRow, places: Mapping[str, str]) -> ShownRow:
    """Return a call as lists show it."""
    return ShownRow(
        row=row,
        channel=str(CHANNEL_NAMES[row.channel]),
        waited=seconds(row.waited),
        talked=seconds(row.talked),
        address=f"{places[row.work_kind]}{row.work}" if row.work else "",
    )


def filters_of(request: TimshelRequest, given: Mapping[str, str]) -> CallFilters:
    """Return which calls an address names; days are those of the reader.

    Raises:
        Invalid: there is no such list, day or person.
    """
    zone = request.actor.time_zone
    first, last = day_of(given.get("from", ""), "from"), day_of(given.get("until", ""), "until")
    if first and last and last < first:
        raise Invalid({"until": [_("The last day comes after the first.")]})
    agent = given.get("agent", "")
    if agent and not (agent.isascii() and agent.isdigit() and len(agent) < 19):
        raise Invalid({"agent": [_("There is no such person.")]})
    line = given.get("line", "")
    return CallFilters(
        what=what_of(given.get("what", "") or "all"),
        since=Period(PeriodKind.DAYS, first, first, zone).since if first else None,
        until=Period(PeriodKind.DAYS, last, last, zone).until if last else None,
        line=None if not line else "" if line == "none" else line.replace("\0", ""),
        agent_id=int(agent) if agent else None,
        is_measured=bool(given.get("measured")),
    )


def _linked(request: TimshelRequest, form: WorkForm, call_id: int) -> bool:
    def do() -> bool:
        number = form.cleaned_data["work"]
        try:
            actions.link_call(call_id, work=number, actor=request.actor, at=request.at)
        except NotFound as refusal:
            raise Invalid({"work": [_("There is no such case.")]}) from refusal
        return True

    return bool(refusing(form, do))
