"""Learning paths, their steps, and people on them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.competences.forms import EnrolForm, PathForm, StepForm
from timshel.interfaces.web.governance.competences.shown import shown_enrolment
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.support.competence import actions, queries
from timshel.support.competence.access import may_manage, may_view, require_manage
from timshel.support.competence.states import ENROLMENTS, STEP_NAMES, EnrolmentTrigger

STEP_DEEDS = {
    "read": actions.read_step,
    "sign": actions.sign_step,
    "return": actions.return_step,
}
END_DEEDS = {"stop": actions.stop_learning, "resume": actions.resume_learning}


@require_safe
def paths(request: TimshelRequest) -> HttpResponse:
    """List the learning paths."""
    is_retired = request.GET.get("when") == "retired"
    page = queries.path_list(
        actor=request.actor, is_retired=is_retired, cursor=request.GET.get("cursor")
    )
    context = {
        "page": page,
        "is_retired": is_retired,
        "sees_all": may_view(request.actor),
        "may_manage": may_manage(request.actor),
    }
    return render(request, "governance/competences/paths.html", context)


@require_safe
def path(request: TimshelRequest, learning_path: str) -> HttpResponse:
    """Show a learning path."""
    return _page(request, learning_path)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new path, or name it."""
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    form = PathForm(given, actor=request.actor)
    if given is not None and form.is_valid():
        number = refusing(
            form, lambda: actions.create_path(form.content(), actor=request.actor, at=request.at)
        )
        if number is not None:
            messages.success(request, _("Saved. Now add its steps."))
            return redirect("learning-path", number)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, learning_path: str) -> HttpResponse:
    """Show the form of a path, or change it."""
    row = queries.path(learning_path, actor=request.actor, at=request.at).row
    require_manage(request.actor)
    said = row.content
    begun = {
        "name": said.name,
        "summary": said.summary,
        "role": said.role,
        "revision": row.revision,
    }
    given = request.POST if request.method == "POST" else None
    form = PathForm(given, actor=request.actor, initial=begun)

    def save() -> None:
        actions.change_path(
            learning_path,
            content=form.content(),
            seen_revision=form.cleaned_data["revision"] or 0,
            actor=request.actor,
            at=request.at,
        )

    if given is not None and form.is_valid() and form.try_to(save):
        messages.success(request, _("Saved."))
        return redirect("learning-path", learning_path)
    return _form(request, form, row)


@require_POST
def retire(request: TimshelRequest, learning_path: str) -> HttpResponse:
    """Take a path out of use, or into use again."""
    deed = actions.restore_path if request.POST.get("back") else actions.retire_path
    deed(learning_path, actor=request.actor, at=request.at)
    messages.success(request, _("Saved."))
    return redirect("learning-path", learning_path)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: TimshelRequest, learning_path: str, step: int | None = None) -> HttpResponse:
    """Show the form of a step, or add or change it."""
    view = queries.path(learning_path, actor=request.actor, at=request.at)
    require_manage(request.actor)
    begun: dict[str, Any] = {"position": len(view.steps) + 1}
    if step is not None:
        said = queries.path_step(learning_path, step=step, actor=request.actor).content
        begun = {name: getattr(said, name) for name in said.__slots__}
    given = request.POST if request.method == "POST" else None
    form = StepForm(given, initial=begun)

    def save() -> None:
        by: dict[str, Any] = {"content": form.content(), "actor": request.actor, "at": request.at}
        if step is None:
            actions.add_step(learning_path, **by)
        else:
            actions.change_step(learning_path, step=step, **by)

    if given is not None and form.is_valid() and form.try_to(save):
        messages.success(request, _("Saved."))
        return redirect("learning-path", learning_path)
    context = {"form": form, "row": view.row, "is_new": step is None}
    status = 422 if form.is_bound else 200
    return render(request, "governance/competences/step_form.html", context, status=status)


@require_POST
def remove_step(request: TimshelRequest, learning_path: str, step: int) -> HttpResponse:
    """Take a step away."""
    actions.remove_step(learning_path, step=step, actor=request.actor, at=request.at)
    messages.success(request, _("It is taken away."))
    return redirect("learning-path", learning_path)


@require_POST
def enrol(request: TimshelRequest, learning_path: str) -> HttpResponse:
    """Put somebody on a path."""
    form = EnrolForm(request.POST)

    def do() -> str:
        person, confirmer = form.people(request.actor)
        return actions.enrol(
            learning_path,
            person=person,
            confirmer=confirmer,
            due_date=form.cleaned_data["due_date"],
            actor=request.actor,
            at=request.at,
        )

    if form.is_valid():
        number = refusing(form, do)
        if number is not None:
            messages.success(request, _("Saved."))
            return redirect("learning", number)
    return _page(request, learning_path, form=form)


@require_safe
def learning(request: TimshelRequest, learning: str) -> HttpResponse:
    """Show somebody on a path, step by step."""
    view = queries.enrolment(learning, actor=request.actor, at=request.at)
    context = {
        "view": view,
        "row": view.row,
        "each": shown_enrolment(view.row),
        "steps": [(row, STEP_NAMES[row.state]) for row in view.steps if row.state is not None],
        "is_running": ENROLMENTS.allows(view.row.state, EnrolmentTrigger.STOP),
        "may_resume": view.may_sign and ENROLMENTS.allows(view.row.state, EnrolmentTrigger.RESUME),
    }
    return render(request, "governance/competences/learning.html", context)


@require_POST
def step_deed(request: TimshelRequest, learning: str, step: int) -> HttpResponse:
    """Read a step of one's own, or sign off or give back that of somebody else."""
    deed = STEP_DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise NotFound
    deed(learning, step=step, actor=request.actor, at=request.at)
    messages.success(request, _("Saved."))
    return redirect("learning", learning)


@require_POST
def end(request: TimshelRequest, learning: str) -> HttpResponse:
    """Take somebody off a path, or put them on it again."""
    deed = END_DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise NotFound
    deed(learning, actor=request.actor, at=request.at)
    messages.success(request, _("Saved."))
    return redirect("learning", learning)


def _page(request: TimshelRequest, number: str, *, form: EnrolForm | None = None) -> HttpResponse:
    view = queries.path(number, actor=request.actor, at=request.at)
    may_enrol = view.may_manage and view.steps and not view.row.is_retired
    context = {
        "view": view,
        "row": view.row,
        "learners": [shown_enrolment(each) for each in view.learners],
        "form": (form or EnrolForm()) if may_enrol else None,
    }
    status = 200 if form is None else 422
    return render(request, "governance/competences/path.html", context, status=status)


def _form(request: TimshelRequest, form: PathForm, row: queries.PathRow | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "governance/competences/path_form.html", context, status=status)
