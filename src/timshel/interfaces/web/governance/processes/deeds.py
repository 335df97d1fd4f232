"""Describing processes, saying what they run on and what passes, reviewing and retiring them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.governance.issues.saving import WRITE, SeenForm, saved
from timshel.interfaces.web.governance.processes.forms import (
    FlowForm,
    LinksForm,
    ProfileForm,
    ReviewForm,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed
from timshel.leadership.process_profile import actions, queries
from timshel.leadership.process_profile.access import require_manage
from timshel.leadership.process_profile.queries import ProfileView
from timshel.leadership.process_profile.states import Direction


@require_http_methods(WRITE)
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new process, or write it down."""
    require_manage(request.actor)
    form = ProfileForm(_given(request))

    def write() -> None:
        code = form.cleaned_data["code"]
        actions.write_profile(code, content=form.content(), actor=request.actor, at=request.at)

    if _done(form, write, revision=None):
        messages.success(request, _("It is written down. Now say what it runs on."))
        return redirect("process-profile", form.cleaned_data["code"])
    return _form(request, form, None, _("Describe a process"), _("Write it down"))


@require_http_methods(WRITE)
def change(request: TimshelRequest, process_profile: str) -> HttpResponse:
    """Show the form of a process, or say something else of it."""
    actor, at = request.actor, request.at
    view = _view(request, process_profile)
    content = queries.profile_content(process_profile, actor=actor, at=at)
    form = ProfileForm(_given(request), content=content, revision=view.row.revision)

    def write() -> None:
        actions.change_profile(
            view.row.code,
            content=form.content(),
            seen_revision=form.seen,
            actor=actor,
            at=at,
        )

    if _done(form, write, revision=view.row.revision):
        return _saved(request, view)
    return _form(request, form, view, _("Change what is said of it"), _("Save"))


@require_http_methods(WRITE)
def links(request: TimshelRequest, process_profile: str) -> HttpResponse:
    """Show what a process can run on, or say what it does run on."""
    view = _view(request, process_profile)
    form = LinksForm(_given(request), view=view, actor=request.actor)

    def write() -> None:
        actions.link_profile(
            view.row.code,
            machines=form.cleaned_data["machines"],
            diagrams=form.cleaned_data["diagrams"],
            seen_revision=form.seen,
            actor=request.actor,
            at=request.at,
        )

    if _done(form, write, revision=view.row.revision):
        return _saved(request, view)
    return _form(request, form, view, _("What it runs on"), _("Save"))


@require_http_methods(WRITE)
def review(request: TimshelRequest, process_profile: str) -> HttpResponse:
    """Show the form of a review, or note it."""
    view = queries.profile(process_profile, actor=request.actor, at=request.at)
    if not view.may_review:
        raise NotAllowed
    form = ReviewForm(_given(request))

    def note() -> None:
        actions.review_process(
            view.row.code,
            found=form.cleaned_data["found"],
            review_date=form.cleaned_data["review_date"],
            actor=request.actor,
            at=request.at,
        )

    if _done(form, note, revision=view.row.revision):
        messages.success(request, _("It is noted that it still holds."))
        return redirect("process-profile", view.row.code)
    lead = _("Where it does not hold any more, change what is said of it instead.")
    return _form(request, form, view, _("Does it still hold?"), _("It still holds"), lead=lead)


@require_http_methods(WRITE)
def new_flow(request: TimshelRequest, process_profile: str) -> HttpResponse:
    """Show the form of what passes, or write it down."""
    view = _view(request, process_profile)
    asked = request.GET.get("direction", "")
    form = FlowForm(
        _given(request),
        code=view.row.code,
        direction=asked if asked in Direction.values else Direction.INPUT.value,
        actor=request.actor,
        at=request.at,
    )

    def add() -> None:
        actions.add_flow(view.row.code, flow=form.content(), actor=request.actor, at=request.at)

    if _done(form, add, revision=None):
        return _saved(request, view)
    return _form(request, form, view, _("What comes in or goes out"), _("Add it"))


@require_POST
def remove_flow(request: TimshelRequest, process_profile: str, process_flow: int) -> HttpResponse:
    """Take away what passes."""
    actions.remove_flow(process_profile, flow_id=process_flow, actor=request.actor, at=request.at)
    messages.success(request, _("It is taken away."))
    return redirect("process-profile", process_profile)


@require_POST
def retire(request: TimshelRequest, process_profile: str) -> HttpResponse:
    """Take a process out of use."""
    actions.retire_process(process_profile, actor=request.actor, at=request.at)
    messages.success(request, _("It is retired. What is written of it stays."))
    return redirect("process-profile", process_profile)


@require_POST
def resume(request: TimshelRequest, process_profile: str) -> HttpResponse:
    """Take a process back into use."""
    actions.resume_process(process_profile, actor=request.actor, at=request.at)
    messages.success(request, _("It is in use again."))
    return redirect("process-profile", process_profile)


def _given(request: TimshelRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _view(request: TimshelRequest, code: str) -> ProfileView:
    """Return a process for somebody who may write of it."""
    view = queries.profile(code, actor=request.actor, at=request.at)
    if not view.may_manage:
        raise NotAllowed
    return view


def _done(form: SeenForm, do: Callable[[], Any], *, revision: int | None) -> bool:
    return form.is_bound and form.is_valid() and saved(form, do, revision=revision)


def _saved(request: TimshelRequest, view: ProfileView) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("process-profile", view.row.code)


def _form(
    request: TimshelRequest,
    form: SeenForm,
    view: ProfileView | None,
    heading: str,
    button: str,
    *,
    lead: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "fields": getattr(form, "first_fields", form.visible_fields)(),
        "row": view.row if view else None,
        "heading": heading,
        "button": button,
        "lead": lead,
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/processes/form.html", context, status=status)
