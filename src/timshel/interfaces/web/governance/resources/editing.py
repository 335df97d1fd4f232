"""Writing resources down, changing them, and giving their figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.resources.forms import (
    FiguresForm,
    ResourceForm,
    initial_of,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, WrongState
from timshel.support.resource import actions, queries
from timshel.support.resource.access import require_manage
from timshel.support.resource.queries import ResourceRow
from timshel.support.resource.rules.forecasting import COMING, MOST_POINTS
from timshel.support.resource.rules.quarters import moved, quarter_of

WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(WRITE)
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new resource, or write it down."""
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = ResourceForm(given, actor=request.actor, initial={"kind": request.GET.get("kind", "")})
    if given is not None and form.is_valid():
        number = refusing(
            form,
            lambda: actions.record_resource(form.content(), actor=request.actor, at=request.at),
        )
        if number is not None:
            messages.success(request, _("It is written down. Now give its figures."))
            return redirect("resource", number)
    return _page(request, form, None)


@require_http_methods(WRITE)
def change(request: TimshelRequest, resource: str) -> HttpResponse:
    """Show the form of a resource, or change it."""
    row = _row(request, resource)
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = ResourceForm(given, actor=request.actor, row=row, initial=initial_of(row))
    if given is not None and form.is_valid() and form.try_to(lambda: _change(request, row, form)):
        messages.success(request, _("Saved."))
        return redirect("resource", row.number)
    return _page(request, form, row)


@require_http_methods(WRITE)
def figures(request: TimshelRequest, resource: str) -> HttpResponse:
    """Show the figures of a resource over quarters, or change them."""
    row = _row(request, resource)
    if not row.may_answer:
        raise NotAllowed
    if row.is_retired:
        raise WrongState(_("This resource is retired. Bring it back first."))
    now = quarter_of(request.at.date())
    known = {each.quarter: each for each in queries.all_figures(resource, actor=request.actor)}
    given = request.POST if request.method == "POST" else None
    form = FiguresForm(
        given,
        quarters=[moved(now, count) for count in range(-MOST_POINTS, COMING + 1)],
        now=now,
        known=known,
        revision=row.revision,
    )
    if given is not None and form.is_valid() and form.try_to(lambda: _give(request, row, form)):
        messages.success(request, _("The figures are saved."))
        return redirect("resource", row.number)
    context: dict[str, Any] = {"form": form, "row": row, "groups": form.groups()}
    status = 422 if form.is_bound else 200
    return render(request, "governance/resources/figures.html", context, status=status)


def _row(request: TimshelRequest, number: str) -> ResourceRow:
    return queries.resource(number, actor=request.actor, at=request.at)


def _change(request: TimshelRequest, row: ResourceRow, form: ResourceForm) -> None:
    actions.change_resource(
        row.number,
        content=form.content(),
        seen_revision=form.cleaned_data["revision"] or 0,
        actor=request.actor,
        at=request.at,
    )


def _give(request: TimshelRequest, row: ResourceRow, form: FiguresForm) -> None:
    actions.set_figures(
        row.number,
        figures=form.figures(),
        seen_revision=form.cleaned_data["revision"] or 0,
        actor=request.actor,
        at=request.at,
    )


def _page(request: TimshelRequest, form: ResourceForm, row: ResourceRow | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "governance/resources/form.html", context, status=status)
