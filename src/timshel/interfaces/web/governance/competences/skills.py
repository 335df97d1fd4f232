"""Skills: their list, one with who needs and who holds it, and writing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.competences.forms import (
    NeedForm,
    SkillForm,
    initial_of_skill,
)
from timshel.interfaces.web.governance.competences.shown import level_rows, shown_holding
from timshel.interfaces.web.governance.process_names import ProcessNames
from timshel.interfaces.web.requests import TimshelRequest
from timshel.planning.planned_action.queries import actions_about
from timshel.service_portfolio.service.queries import service_choices
from timshel.support.competence import actions, queries
from timshel.support.competence.access import may_manage, may_view, require_manage


@require_safe
def skills(request: TimshelRequest) -> HttpResponse:
    """List the skills."""
    is_retired = request.GET.get("when") == "retired"
    page = queries.skill_list(
        actor=request.actor, is_retired=is_retired, cursor=request.GET.get("cursor")
    )
    context = {
        "page": page,
        "is_retired": is_retired,
        "sees_all": may_view(request.actor),
        "may_manage": may_manage(request.actor),
    }
    return render(request, "governance/competences/skills.html", context)


@require_safe
def one(request: TimshelRequest, skill: str) -> HttpResponse:
    """Show a skill."""
    return _page(request, skill)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new skill, or name it."""
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    processes = ProcessNames(actor=request.actor, at=request.at)
    form = SkillForm(given, actor=request.actor, processes=processes)
    if given is not None and form.is_valid():
        code = refusing(
            form, lambda: actions.create_skill(form.content(), actor=request.actor, at=request.at)
        )
        if code is not None:
            messages.success(request, _("Saved."))
            return redirect("skill", code)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, skill: str) -> HttpResponse:
    """Show the form of a skill, or change it."""
    row = queries.skill(skill, actor=request.actor, at=request.at).row
    require_manage(request.actor)
    given = request.POST if request.method == "POST" else None
    processes = ProcessNames(actor=request.actor, at=request.at)
    form = SkillForm(
        given,
        actor=request.actor,
        processes=processes,
        content=row.content,
        initial=initial_of_skill(row.content, row.revision, processes),
    )

    def save() -> None:
        actions.change_skill(
            skill,
            content=form.content(),
            seen_revision=form.cleaned_data["revision"] or 0,
            actor=request.actor,
            at=request.at,
        )

    if given is not None and form.is_valid() and form.try_to(save):
        messages.success(request, _("Saved."))
        return redirect("skill", skill)
    return _form(request, form, row)


@require_POST
def retire(request: TimshelRequest, skill: str) -> HttpResponse:
    """Take a skill out of use, or into use again."""
    deed = actions.restore_skill if request.POST.get("back") else actions.retire_skill
    deed(skill, actor=request.actor, at=request.at)
    messages.success(request, _("Saved."))
    return redirect("skill", skill)


@require_POST
def need(request: TimshelRequest, skill: str) -> HttpResponse:
    """Say who needs a skill."""
    require_manage(request.actor)
    form = NeedForm(request.POST, actor=request.actor)

    def do() -> bool:
        kind, code = form.whose()
        actions.say_need(
            skill,
            kind=kind,
            code=code,
            level=form.cleaned_data["level"],
            people=form.cleaned_data["people"],
            actor=request.actor,
            at=request.at,
        )
        return True

    if form.is_valid() and refusing(form, do):
        messages.success(request, _("Saved."))
        return redirect("skill", skill)
    return _page(request, skill, form=form)


@require_POST
def drop_need(request: TimshelRequest, skill: str, need: int) -> HttpResponse:
    """Say that a team or a role needs a skill no more."""
    actions.drop_need(skill, need=need, actor=request.actor, at=request.at)
    messages.success(request, _("It is taken away."))
    return redirect("skill", skill)


def _page(request: TimshelRequest, code: str, *, form: NeedForm | None = None) -> HttpResponse:
    view = queries.skill(code, actor=request.actor, at=request.at)
    names = dict(service_choices(language=request.actor.language))
    may_change = view.may_manage and not view.row.is_retired
    context: dict[str, Any] = {
        "view": view,
        "row": view.row,
        "content": view.row.content,
        "levels": level_rows(view.row.content.levels),
        "processes": ProcessNames(actor=request.actor, at=request.at).listed(
            view.row.content.processes
        ),
        "services": [names.get(each, each) for each in view.row.content.services],
        "holders": [shown_holding(each) for each in view.holders],
        "form": (form or NeedForm(actor=request.actor)) if may_change else None,
        "actions": actions_about("skill", [code], at=request.at).get(code, ()),
        "about": f"skill:{code}" if may_change else "",
    }
    status = 200 if form is None else 422
    return render(request, "governance/competences/skill.html", context, status=status)


def _form(request: TimshelRequest, form: SkillForm, row: queries.SkillRow | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row}
    return render(request, "governance/competences/skill_form.html", context, status=status)
