"""Running a macro on a record: what it will do is shown, then all of it is done or nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.addresses import PREFIXES, address_of_number
from timshel.interfaces.web.desk.doing import way
from timshel.interfaces.web.desk.texts.deed_words import planned_lines
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Refused
from timshel.operation.macro import actions, queries


@require_safe
def macros(request: TimshelRequest, number: str) -> HttpResponse:
    """List the macros that are meant for a piece of work."""
    kind = PREFIXES.get(number[:3].upper(), "")
    rows = queries.macro_list(kind=kind, active_only=True, actor=request.actor)
    return _page(request, number, {"macros": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: TimshelRequest, number: str, macro_id: int) -> HttpResponse:
    """Show what a macro will do to a piece of work, or do it."""
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            done = actions.run_macro(macro_id, number=number, actor=request.actor, at=request.at)
        except Refused as caught:
            refusal = caught
        else:
            messages.success(request, _("“%(name)s” is done.") % {"name": done.name})
            return redirect(address_of_number(number) + way(request))
    plan = queries.macro_plan(macro_id, number=number, actor=request.actor, at=request.at)
    missing = sorted({name for step in plan.steps for name in step.missing})
    context = {
        "plan": plan,
        "lines": planned_lines(plan.steps, request.actor),
        "missing": missing,
        "refusal": refusal,
        "is_possible": not missing and all(step.is_possible for step in plan.steps),
    }
    return _page(request, number, context, status=409 if refusal else 200)


def _page(
    request: TimshelRequest, number: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    carried = way(request)
    address = address_of_number(number) + carried
    context |= {"number": number.upper(), "record_address": address, "way": carried}
    template = "desk/macros_panel.html" if request.htmx else "desk/macros.html"
    return render(request, template, context, status=status)
