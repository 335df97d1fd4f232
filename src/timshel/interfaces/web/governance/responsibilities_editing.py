"""Writing matrices, roles and assignments in the browser."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from timshel.context.organization.queries import team_list
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.responsibilities import key_of, role_context
from timshel.interfaces.web.governance.responsibilities_forms import (
    AssignmentForm,
    NewMatrixForm,
    NewRoleForm,
    RoleForm,
    TypedMatrix,
    number_of,
    typed_from,
    typed_of,
    where_of,
    where_text,
    with_room,
)
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.interfaces.web.governance.responsibilities_words import (
    LEGEND,
    matrix_address,
    matrix_title,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, Invalid, NotAllowed
from timshel.leadership.responsibility import actions, queries
from timshel.leadership.responsibility.access import MANAGE, require_manage
from timshel.leadership.responsibility.actions import NewAssignment
from timshel.leadership.responsibility.rules import MatrixContent, MatrixKey

WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(WRITE)
def new_matrix(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new matrix, or begin it."""
    actor, at = request.actor, request.at
    if not actor.may_somewhere(MANAGE):
        raise NotAllowed
    views = queries.overview(actor=actor, at=at).matrices
    others = [(where_text(view.key), matrix_title(view)) for view in views]
    is_sent = request.method == "POST"
    named = {name: request.GET.get(name, "") for name in ("kind", "code", "name")}
    form = NewMatrixForm(request.POST if is_sent else None, initial=named, others=others)
    if is_sent and form.is_valid():
        given = form.cleaned_data
        key = key_of(given["kind"], given["code"].strip())

        def save() -> int:
            if queries.has_matrix(key):
                raise Invalid({"code": [_("There is a matrix about this already.")]})
            like = where_of(given["like"])
            content = _copied(like, given["name"], request)
            return actions.save_matrix(key, content=content, actor=actor, at=at)

        if refusing(form, save):
            return redirect(matrix_address(key, "responsibility-change"))
    status = 422 if form.is_bound else 200
    return render(request, "governance/responsibilities_new.html", {"form": form}, status=status)


def _copied(like: MatrixKey | None, name: str, request: TimshelRequest) -> MatrixContent:
    """Return what a new matrix begins with."""
    if like is None:
        return MatrixContent(name=name)
    source = queries.matrix_content(like, actor=request.actor)
    return MatrixContent(name=name, roles=source.roles, activities=source.activities)


@require_http_methods(WRITE)
def change_matrix(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Show the editor of a matrix, or write it."""
    key = key_of(kind, code)
    actor, at = request.actor, request.at
    require_manage(key, actor=actor)
    view = queries.matrix(key, actor=actor, at=at)
    content = queries.matrix_content(key, actor=actor)
    if request.method != "POST":
        return _editor(request, view.key, typed_from(content, view.revision))
    typed = typed_of(request.POST)
    faults: list[str] = []
    try:
        actions.save_matrix(
            key,
            content=typed.content(content),
            seen_revision=number_of(typed.revision),
            actor=actor,
            at=at,
        )
    except Invalid as refusal:
        faults = [str(text) for texts in refusal.fields.values() for text in texts]
    except Conflict:
        faults = [
            _(
                "Somebody else changed this matrix in the meantime. Nothing of yours was saved "
                "yet: look at what stands now in another window, then save again."
            )
        ]
        typed = TypedMatrix(typed.name, str(view.revision), typed.columns, typed.rows)
    else:
        messages.success(request, _("The matrix is saved."))
        if "more" in request.POST:
            return redirect(matrix_address(key, "responsibility-change"))
        return redirect(matrix_address(key))
    return _editor(request, key, with_room(typed), faults=faults)


def _editor(
    request: TimshelRequest, key: MatrixKey, typed: TypedMatrix, *, faults: list[str] | None = None
) -> HttpResponse:
    roles = queries.role_list(language=request.actor.language)
    names = {role.code: role.name for role in roles}
    context: dict[str, Any] = {
        "key": key,
        "typed": typed,
        "roles": roles,
        "rows": [
            {
                "row": row,
                "cells": [
                    (place, names.get(code, _("New role")), text)
                    for place, (code, text) in enumerate(
                        zip(typed.columns, row.letters, strict=True)
                    )
                ],
            }
            for row in typed.rows
        ],
        "faults": faults or [],
        "legend": LEGEND,
        "address": matrix_address(key),
    }
    status = 422 if faults else 200
    return render(request, "governance/responsibilities_edit.html", context, status=status)


@require_POST
def remove_matrix(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Remove a matrix."""
    actions.remove_matrix(key_of(kind, code), actor=request.actor, at=request.at)
    messages.success(request, _("The matrix is removed. The journal keeps what it said."))
    return redirect("responsibilities")


@require_http_methods(WRITE)
def new_role(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new role, or add it."""
    require_manage(None, actor=request.actor)
    form = NewRoleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"].strip()

        def save() -> int:
            known = queries.role_list(language=request.actor.language)
            if code in {role.code for role in known}:
                raise Invalid({"code": [_("This code is already taken.")]})
            return _save_role(request, code, form)

        if refusing(form, save):
            return redirect("responsibility-role", code=code)
    return _role_page(request, form, None)


@require_http_methods(WRITE)
def change_role(request: TimshelRequest, code: str) -> HttpResponse:
    """Show the form of a role, or change it."""
    require_manage(None, actor=request.actor)
    role, translations = queries.role_to_change(code)
    form = RoleForm(request.POST if request.method == "POST" else None, role=role)
    for language, texts in translations.items():
        form.initial.update({f"{name}_{language}": text for name, text in texts.items()})
    is_good = form.is_bound and form.is_valid()
    if is_good and refusing(form, lambda: _save_role(request, code, form)):
        messages.success(request, _("Saved."))
        return redirect("responsibility-role", code=code)
    return _role_page(request, form, role.name)


def _save_role(request: TimshelRequest, code: str, form: RoleForm) -> int:
    given = form.cleaned_data
    return actions.define_role(
        code,
        name=given["name"],
        summary=given["summary"],
        source=given["source"],
        permission=given["permission"],
        translations=form.translations(),
        actor=request.actor,
        at=request.at,
    )


def _role_page(request: TimshelRequest, form: RoleForm, name: str | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "name": name}
    return render(request, "governance/responsibilities_role_form.html", context, status=status)


@require_http_methods(WRITE)
def role(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a role with its holders, or have somebody hold it."""
    context = role_context(request, code)
    form = _assignment_form(request, context)
    if request.method == "POST":
        require_manage(where_of(request.POST.get("where", "")), actor=request.actor)
    is_good = form is not None and form.is_bound and form.is_valid()
    if form is not None and is_good and refusing(form, lambda: _assign(request, code, form)):
        messages.success(request, _("The role is assigned."))
        return redirect("responsibility-role", code=code)
    status = 422 if request.method == "POST" else 200
    context["form"] = form
    return render(request, "governance/responsibilities_role.html", context, status=status)


def _assignment_form(request: TimshelRequest, context: dict[str, Any]) -> AssignmentForm | None:
    if not context["is_assigned"] or not request.actor.may_somewhere(MANAGE):
        return None
    language = request.actor.language
    today = request.actor.day_at(request.at)
    return AssignmentForm(
        request.POST if request.method == "POST" else None,
        teams=[(team.code, team.name) for team in team_list(language=language)],
        matrices=context["matrix_names"],
        initial={"valid_from": today, "where": request.GET.get("where", "")},
        everywhere=context["may_manage"],
    )


def _assign(request: TimshelRequest, code: str, form: AssignmentForm) -> int:
    given = form.cleaned_data
    wanted = NewAssignment(
        role=code,
        person=found_person(given["person"], field="person", actor=request.actor),
        team=given["team"],
        matrix=where_of(given["where"]),
        valid_from=given["valid_from"],
        valid_until=given["valid_until"],
        note=given["note"],
    )
    return actions.assign(wanted, actor=request.actor, at=request.at)


@require_POST
def end_assignment(request: TimshelRequest, code: str, pk: int) -> HttpResponse:
    """End an assignment with yesterday's end, so that it holds no more from today on."""
    today = request.actor.day_at(request.at)
    last_day = today.fromordinal(today.toordinal() - 1)
    actions.end_assignment(pk, last_day=last_day, actor=request.actor, at=request.at)
    messages.success(request, _("The assignment is ended."))
    return redirect("responsibility-role", code=code)
