"""What one person can do and learns: one's own page, and those of others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.competences.forms import LevelForm
from timshel.interfaces.web.governance.competences.shown import (
    shown_certificate,
    shown_enrolment,
    shown_holding,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.support.competence import actions, queries
from timshel.support.competence.queries import PersonView


@require_safe
def mine(request: TimshelRequest) -> HttpResponse:
    """Show what the reader can do and learns."""
    return _page(request, queries.own_view(actor=request.actor, at=request.at))


@require_safe
def person(request: TimshelRequest, competent: str) -> HttpResponse:
    """Show what somebody can do and learns."""
    return _page(request, _view(request, competent))


@require_POST
def level(request: TimshelRequest, competent: str) -> HttpResponse:
    """Say at what level somebody holds a skill."""
    view = _view(request, competent)
    form = LevelForm(request.POST, actor=request.actor)

    def do() -> bool:
        actions.say_level(competent, **form.cleaned_data, actor=request.actor, at=request.at)
        return True

    if form.is_valid() and refusing(form, do):
        saved = _("Your manager, or who keeps skills, confirms it.") if view.is_own else ""
        messages.success(request, saved or _("Saved."))
        return _back(view)
    return _page(request, view, form=form)


@require_POST
def judge(request: TimshelRequest, competent: str, skill: str) -> HttpResponse:
    """Confirm or decline what somebody proposed."""
    deeds = {"confirm": actions.confirm_level, "decline": actions.decline_level}
    deed = deeds.get(request.POST.get("deed", ""))
    if deed is None:
        raise NotFound
    deed(competent, skill=skill, actor=request.actor, at=request.at)
    messages.success(request, _("Saved."))
    return redirect("competence-person", competent)


def _view(request: TimshelRequest, code: str) -> PersonView:
    return queries.person_view(code, actor=request.actor, at=request.at)


def _back(view: PersonView) -> HttpResponse:
    if view.is_own:
        return redirect("competence-mine")
    return redirect("competence-person", view.code)


def _page(
    request: TimshelRequest, view: PersonView, *, form: LevelForm | None = None
) -> HttpResponse:
    may_say = (view.is_own or view.may_judge) and not view.has_left
    context: dict[str, Any] = {
        "view": view,
        "holdings": [shown_holding(each) for each in view.holdings],
        "certificates": [shown_certificate(each) for each in view.certificates],
        "learning": [shown_enrolment(each) for each in view.learning],
        "form": (form or LevelForm(actor=request.actor)) if may_say else None,
        "may_say": may_say,
    }
    status = 200 if form is None else 422
    return render(request, "governance/competences/person.html", context, status=status)
