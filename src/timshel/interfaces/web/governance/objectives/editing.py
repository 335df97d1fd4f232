"""Writing objectives down, and changing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.objectives.forms import ObjectiveForm, initial_of
from timshel.interfaces.web.requests import TimshelRequest
from timshel.planning.objective import actions
from timshel.planning.objective.access import require_manage
from timshel.planning.objective.queries import ObjectiveRow, objective
from timshel.planning.objective.states import Level


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new objective, or write it down."""
    require_manage(request.actor)
    asked = request.GET.get("level", "")
    begun = {
        "level": asked if asked in Level.values else Level.OBJECTIVE.value,
        "parent": request.GET.get("parent", ""),
    }
    given = request.POST if request.method == "POST" else None
    form = ObjectiveForm(given, actor=request.actor, initial=begun)
    if given is not None and form.is_valid():
        number = refusing(
            form,
            lambda: actions.set_objective(form.content(), actor=request.actor, at=request.at),
        )
        if number is not None:
            messages.success(request, _("It is written down as a draft."))
            return redirect("objective", number)
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, objective: str) -> HttpResponse:
    """Show the form of an objective, or change it."""
    row = _row(request, objective)
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = ObjectiveForm(
        given,
        actor=request.actor,
        content=row.content,
        initial=initial_of(row.content, row.revision),
    )
    if given is not None and form.is_valid() and form.try_to(lambda: _change(request, row, form)):
        messages.success(request, _("Saved."))
        return redirect("objective", row.number)
    return _page(request, form, row)


def _row(request: TimshelRequest, number: str) -> ObjectiveRow:
    return objective(number, actor=request.actor, at=request.at).row


def _change(request: TimshelRequest, row: ObjectiveRow, form: ObjectiveForm) -> None:
    actions.change_objective(
        row.number,
        content=form.content(),
        seen_revision=form.cleaned_data["revision"] or 0,
        actor=request.actor,
        at=request.at,
    )


def _page(request: TimshelRequest, form: ObjectiveForm, row: ObjectiveRow | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "row": row}
    status = 422 if form.is_bound else 200
    return render(request, "governance/objectives/form.html", context, status=status)
