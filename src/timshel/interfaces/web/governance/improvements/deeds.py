"""The steps of an improvement: assessing, authorising, planning, doing, measuring, ending it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from timshel.improvement.initiative import actions, queries
from timshel.improvement.initiative.queries import ImprovementView
from timshel.improvement.initiative.states import Deed
from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.improvements.forms import (
    AssessForm,
    MeasureForm,
    NeededSayForm,
    PlanForm,
    SayForm,
    kept,
)
from timshel.interfaces.web.governance.improvements.views import DEED_NAMES
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, NotFound, WrongState

WRITE = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Way:
    """How a step is taken.

    Args:
        form: what is asked.
        take: takes it with what the form holds.
        done: what is said afterwards.
    """

    form: type[RefusableForm]
    take: Callable[..., None]
    done: Promise


WAYS: Mapping[Deed, Way] = {
    Deed.AUTHORISE: Way(SayForm, actions.authorise_improvement, _("It is authorised.")),
    Deed.PLAN: Way(PlanForm, actions.plan_improvement, _("It is planned.")),
    Deed.START: Way(SayForm, actions.start_improvement, _("It has begun.")),
    Deed.FINISH: Way(NeededSayForm, actions.finish_improvement, _("It is done.")),
    Deed.MEASURE: Way(MeasureForm, actions.measure_benefit, _("Its benefit is measured.")),
    Deed.PARK: Way(NeededSayForm, actions.park_improvement, _("It is parked.")),
    Deed.DECLINE: Way(NeededSayForm, actions.decline_improvement, _("It is declined.")),
    Deed.RESUME: Way(SayForm, actions.resume_improvement, _("It is taken up again.")),
}


@require_http_methods(WRITE)
def assess(request: TimshelRequest, improvement: str) -> HttpResponse:
    """Show the form of an assessment, or assess."""
    view = _open(request, improvement, Deed.ASSESS)
    given = request.POST if request.method == "POST" else None
    form = AssessForm(request.actor, view.row, given)
    if form.is_bound and form.is_valid():

        def save() -> bool:
            actions.assess_improvement(
                improvement,
                assessment=form.assessment(),
                said=form.cleaned_data["said"],
                actor=request.actor,
                at=request.at,
            )
            return True

        if kept(form, save):
            messages.success(request, _("It is assessed."))
            return redirect("improvement", view.row.number)
    return _form_page(request, form, view, Deed.ASSESS)


@require_http_methods(WRITE)
def take_step(request: TimshelRequest, improvement: str, improvement_deed: str) -> HttpResponse:
    """Show the form of a step, or take it."""
    if improvement_deed not in {each.value for each in WAYS}:
        raise NotFound
    chosen = Deed(improvement_deed)
    way = WAYS[chosen]
    view = _open(request, improvement, chosen)
    form = way.form(request.POST if request.method == "POST" else None, initial=_begun(view))
    if form.is_bound and form.is_valid():

        def save() -> bool:
            given = _given(form, request)
            way.take(improvement, **given, actor=request.actor, at=request.at)
            return True

        if kept(form, save):
            messages.success(request, str(way.done))
            return redirect("improvement", view.row.number)
    return _form_page(request, form, view, chosen)


def _open(request: TimshelRequest, improvement: str, deed: Deed) -> ImprovementView:
    """Return an improvement with which the reader may do something now.

    Raises:
        WrongState: it stands elsewhere by now, or who assessed it must not authorise it.
        NotAllowed, NotFound: as they say.
    """
    view = queries.one_improvement(improvement, actor=request.actor, at=request.at)
    if deed in view.deeds:
        return view
    if deed is Deed.AUTHORISE and view.waits_for_other:
        raise NotAllowed(
            _("This costs much: somebody else than who assessed it must authorise it.")
        )
    if view.may_change:
        raise WrongState
    raise NotAllowed


def _begun(view: ImprovementView) -> dict[str, Any]:
    due = view.row.due_date
    return {"owner": view.row.owner_code, "due_date": due.isoformat() if due else ""}


def _given(form: RefusableForm, request: TimshelRequest) -> dict[str, Any]:
    given = dict(form.cleaned_data)
    if "owner" in given:
        given["owner"] = found_person(given["owner"], field="owner", actor=request.actor)
    if "value_reached" in given:
        given["reached"] = given.pop("value_reached")
    return given


def _form_page(
    request: TimshelRequest, form: RefusableForm, view: ImprovementView, deed: Deed
) -> HttpResponse:
    name = DEED_NAMES[deed]
    context = {"form": form, "row": view.row, "title": name, "button": name}
    status = 422 if form.is_bound else 200
    return render(request, "governance/improvements/form.html", context, status=status)
