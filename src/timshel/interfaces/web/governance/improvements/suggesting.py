"""Suggesting an improvement from any page, and following what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from timshel.improvement.initiative import actions, queries
from timshel.improvement.initiative.access import sees_register
from timshel.improvement.initiative.rules import LONGEST_PAGE
from timshel.improvement.initiative.states import STATE_NAMES
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.improvements.forms import SuggestForm
from timshel.interfaces.web.governance.improvements.words import path_of
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: TimshelRequest) -> HttpResponse:
    """Show the form with which anybody suggests an improvement, or take what was written."""
    page = request.GET.get("page", "")
    initial = {"page": page if page.startswith("/") and len(page) <= LONGEST_PAGE else ""}
    form = SuggestForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        number = refusing(
            form,
            lambda: actions.suggest_improvement(
                form.suggestion(), actor=request.actor, at=request.at
            ),
        )
        if number is not None:
            messages.success(request, _("Thank you. We look at it, and you are told."))
            return redirect("suggestion", number)
    status = 422 if form.is_bound else 200
    return render(request, "governance/improvements/suggest.html", {"form": form}, status=status)


@require_safe
def own(request: TimshelRequest) -> HttpResponse:
    """List what the reader suggested."""
    token = live.token()
    cursor = request.GET.get("cursor") or None
    page = queries.own_suggestions(actor=request.actor, cursor=cursor)
    context = {
        "page": page.map(lambda each: (each, STATE_NAMES[each.state])),
        "sees_register": sees_register(request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/improvements/own.html", context)


@require_safe
def one(request: TimshelRequest, improvement: str) -> HttpResponse:
    """Show what came of something that the reader suggested."""
    token = live.token()
    view = queries.own_suggestion(improvement, actor=request.actor)
    context = {
        "view": view,
        "path": path_of([each.state for each in view.steps], view.state),
        "steps": [(each, STATE_NAMES[each.state]) for each in view.steps],
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/improvements/suggestion.html", context)
