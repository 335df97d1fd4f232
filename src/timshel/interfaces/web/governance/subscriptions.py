"""Having report cards and scorecards sent by mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.performance_evaluation.measurement.queries import subject_names
from timshel.performance_evaluation.measurement.rules.periods import PeriodKind, period_of
from timshel.performance_evaluation.reporting import actions, wording
from timshel.performance_evaluation.reporting.queries import own_subscriptions
from timshel.performance_evaluation.reporting.states import (
    FORMAT_NAMES,
    REPORT_NAMES,
    Format,
    ReportKind,
)

OFTEN = {
    PeriodKind.WEEK: gettext_lazy("Each week"),
    PeriodKind.MONTH: gettext_lazy("Each month"),
    PeriodKind.QUARTER: gettext_lazy("Each quarter"),
}


class SubscriptionForm(forms.Form):
    """How often, and as what, a report is sent."""

    period = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=list(OFTEN.items()), initial=PeriodKind.MONTH
    )
    file_format = forms.ChoiceField(
        label=gettext_lazy("As what"), choices=list(FORMAT_NAMES.items()), initial=Format.PDF
    )


@require_POST
def subscribe(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Have a card sent to oneself, in one's own language and zone."""
    _subscribe(request, kind, code)
    messages.success(request, _("This report card will be sent to you."))
    return redirect("report-card", kind=kind, code=code)


@require_POST
def subscribe_scorecard(request: TimshelRequest, scorecard: str) -> HttpResponse:
    """Have a scorecard sent to oneself, in one's own language and zone."""
    _subscribe(request, ReportKind.SCORECARD, scorecard)
    messages.success(request, _("This scorecard will be sent to you."))
    return redirect("scorecard", scorecard)


@require_POST
def end(request: TimshelRequest, pk: int) -> HttpResponse:
    """End a subscription of one's own, and lead back to where that was asked."""
    actions.unsubscribe(pk, actor=request.actor, at=request.at)
    messages.success(request, _("This report is no longer sent to you."))
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return redirect(target if is_ours else reverse("governance"))


def _subscribe(request: TimshelRequest, kind: str, code: str) -> None:
    actor = request.actor
    form = SubscriptionForm(request.POST)
    if not form.is_valid():
        raise Invalid({name: [str(each) for each in form.errors[name]] for name in form.errors})
    language = actor.language if actor.language in dict(settings.LANGUAGES) else "en"
    wanted = actions.Subscription(
        kind=kind,
        code=code,
        period_kind=form.cleaned_data["period"],
        file_format=form.cleaned_data["file_format"],
        language=language,
        time_zone=actor.time_zone,
    )
    actions.subscribe(wanted, actor=actor, at=request.at)


def shown_subscriptions(
    request: TimshelRequest, *, kind: str = "", code: str = ""
) -> list[dict[str, Any]]:
    """Return one's own subscriptions in words, of one report or of all."""
    found = []
    rows = own_subscriptions(actor=request.actor, kind=kind, code=code)
    names = subject_names(rows, language=request.actor.language)
    for row in rows:
        kind_of_period = PeriodKind(row.period_kind)
        kind_of_report = ReportKind(row.subject_kind)
        period = period_of(kind_of_period, row.next_first_day, zone=row.time_zone)
        found.append(
            {
                "row": row,
                "often": OFTEN[kind_of_period],
                "format": FORMAT_NAMES[Format(row.file_format)],
                "subject": _subject(kind_of_report, row.subject_code, names),
                "address": _address(kind_of_report, row.subject_code),
                "period": wording.period_name(period),
            }
        )
    return found


def _subject(kind: ReportKind, code: str, names: Mapping[tuple[str, str], str]) -> str:
    """Return what a report is about: of what kind it is, and what that is called."""
    if kind is ReportKind.EVERYTHING:
        return str(REPORT_NAMES[kind])
    return f"{REPORT_NAMES[kind]} {names.get((kind.value, code), code)}"


def _address(kind: ReportKind, code: str) -> str:
    if kind is ReportKind.SCORECARD:
        return reverse("scorecard", args=[code])
    return reverse("report-card", args=[kind.value, code])
