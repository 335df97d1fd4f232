"""The pages on which people make macros: what they are for, and their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.desk.texts.deed_words import DeedLine, deed_lines
from timshel.interfaces.web.desk.texts.keeping_forms import KINDS, MacroForm
from timshel.interfaces.web.desk.texts.macro_steps import OFFERED, posted_steps, shown_steps
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.operation.macro import actions, queries
from timshel.operation.macro.queries import MacroView
from timshel.operation.macro.rules import VARIABLES
from timshel.operation.macro.steps import step_deed, step_faults
from timshel.operation.work.deeds import DEED_NAMES

Steps = Sequence[Mapping[str, Any]]


@require_safe
def macro_list(request: TimshelRequest) -> HttpResponse:
    """List the macros that the reader finds."""
    rows = queries.macro_list(actor=request.actor)
    kinds = dict(KINDS)
    shown = [(row, [kinds[kind] for kind in row.kinds]) for row in rows]
    return render(request, "desk/texts/macro_list.html", {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def new_macro(request: TimshelRequest) -> HttpResponse:
    """Show the form for another macro, or make it."""
    form = MacroForm(request.actor, request.POST if request.method == "POST" else None)
    return _answer(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_macro(request: TimshelRequest, key: int) -> HttpResponse:
    """Show the form of a macro, or change it."""
    row = queries.macro(key, actor=request.actor)
    if not row.may_change:
        raise NotAllowed
    given = request.POST if request.method == "POST" else None
    return _answer(request, MacroForm(request.actor, given, initial=_standing(row)), row)


def _answer(request: TimshelRequest, form: MacroForm, row: MacroView | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, form, row, steps=row.steps if row else ())
    steps = posted_steps(request.POST)
    if "edit" in request.POST or "preview" in request.POST:
        return _page(request, form, row, steps=steps, is_shown="preview" in request.POST)
    if form.is_valid():
        try:
            _save(form, steps, row, request)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("macro-list")
    return _page(request, form, row, steps=steps, status=422)


def _save(form: MacroForm, steps: Steps, row: MacroView | None, request: TimshelRequest) -> None:
    macro = actions.MacroGiven(
        **form.shared(),
        description=form.cleaned_data["description"],
        kinds=form.cleaned_data["kinds"],
        steps=steps,
    )
    if row is None:
        actions.create_macro(macro, actor=request.actor, at=request.at)
    else:
        actions.change_macro(row.id, given=macro, actor=request.actor, at=request.at)


def _standing(row: MacroView) -> dict[str, Any]:
    return {
        "name": row.name,
        "description": row.description,
        "kinds": list(row.kinds),
        "audience": row.audience,
        "team": row.team_code,
        "is_active": row.is_active,
    }


def _page(
    request: TimshelRequest,
    form: MacroForm,
    row: MacroView | None,
    *,
    steps: Steps,
    is_shown: bool = False,
    status: int = 200,
) -> HttpResponse:
    faults = step_faults(steps) if is_shown else []
    context = {
        "form": form,
        "row": row,
        "steps": shown_steps(steps, request.actor),
        "offered": [(kind.value, DEED_NAMES[kind]) for kind in OFFERED],
        "lines": _lines(steps, request.actor) if is_shown and not faults else [],
        "faults": faults,
        "variables": VARIABLES.items(),
    }
    return render(request, "desk/texts/macro_form.html", context, status=status)


def _lines(steps: Steps, actor: Actor) -> list[DeedLine]:
    return deed_lines([step_deed(step, (actor.language,)) for step in steps], actor)
