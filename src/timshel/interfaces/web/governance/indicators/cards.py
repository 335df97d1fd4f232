"""Scorecards: the list, one with its indicators, and putting it together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.indicators.forms import ScorecardForm
from timshel.interfaces.web.governance.indicators.words import shown_lines
from timshel.interfaces.web.governance.subscriptions import (
    SubscriptionForm,
    shown_subscriptions,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.performance_evaluation.indicator import actions, queries
from timshel.performance_evaluation.indicator.access import may_manage, require_manage
from timshel.performance_evaluation.indicator.queries import ScorecardRow
from timshel.performance_evaluation.reporting.scorecards import audience_words
from timshel.performance_evaluation.reporting.states import ReportKind


@require_safe
def cards(request: TimshelRequest) -> HttpResponse:
    """List scorecards, the newest first."""
    token = live.token()
    page = queries.scorecard_list(actor=request.actor, cursor=request.GET.get("cursor") or None)
    context = {
        "page": page,
        "may_manage": may_manage(request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/indicators/cards.html", context)


@require_safe
def card(request: TimshelRequest, scorecard: str) -> HttpResponse:
    """Show a scorecard with its indicators."""
    token = live.token()
    view = queries.scorecard(scorecard, actor=request.actor, at=request.at)
    context = {
        "row": view.row,
        "audience": audience_words(view.row, request.actor.language),
        "lines": shown_lines(view.lines, request.actor.language),
        "subscriptions": shown_subscriptions(
            request, kind=ReportKind.SCORECARD, code=view.row.number
        ),
        "subscription_form": SubscriptionForm(),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/indicators/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new scorecard, or put it together."""
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = ScorecardForm(given, actor=request.actor)
    if given is not None and form.is_valid():
        number = refusing(
            form,
            lambda: actions.add_scorecard(form.content(), actor=request.actor, at=request.at),
        )
        if number is not None:
            messages.success(request, _("The scorecard is put together."))
            return redirect("scorecard", number)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, scorecard: str) -> HttpResponse:
    """Show the form of a scorecard, or change it."""
    row = queries.scorecard(scorecard, actor=request.actor, at=request.at).row
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = ScorecardForm(given, actor=request.actor, row=row)
    if given is not None and form.is_valid() and form.try_to(lambda: _change(request, row, form)):
        messages.success(request, _("Saved."))
        return redirect("scorecard", row.number)
    return _form(request, form, row)


@require_POST
def remove(request: TimshelRequest, scorecard: str) -> HttpResponse:
    """Take a scorecard away."""
    actions.remove_scorecard(scorecard, actor=request.actor, at=request.at)
    messages.success(request, _("The scorecard is taken away. Its indicators stay."))
    return redirect("scorecard-list")


def _change(request: TimshelRequest, row: ScorecardRow, form: ScorecardForm) -> None:
    actions.change_scorecard(
        row.number,
        content=form.content(),
        seen_revision=form.cleaned_data["revision"] or 0,
        actor=request.actor,
        at=request.at,
    )


def _form(request: TimshelRequest, form: ScorecardForm, row: ScorecardRow | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "governance/indicators/card_form.html", context, status=status)
