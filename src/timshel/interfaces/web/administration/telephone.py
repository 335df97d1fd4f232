"""The lines that people call, the counters they come to, and what they often call about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.administration.telephone_forms import (
    KeptForm,
    LineForm,
    TemplateForm,
)
from timshel.interfaces.web.desk.call_days import seconds
from timshel.interfaces.web.desk.words import CHANNEL_NAMES
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.operation.call import actions, queries
from timshel.operation.call.access import require_manage
from timshel.operation.call.queries import LineKept, TemplateKept


@dataclass(frozen=True, slots=True)
class _Kept:
    """One of the two things that are kept, with its words."""

    form: type[LineForm] | type[TemplateForm]
    new: Promise


LINE = _Kept(LineForm, gettext_lazy("New line"))
TEMPLATE = _Kept(TemplateForm, gettext_lazy("New template"))


@require_safe
def telephone(request: TimshelRequest) -> HttpResponse:
    """List the lines and the templates."""
    require_manage(request.actor)
    language = request.actor.language
    lines = queries.line_list(language=language, active_only=False)
    context = {
        "lines": [(row, CHANNEL_NAMES[row.channel], seconds(row.answer_within)) for row in lines],
        "templates": queries.template_list(language=language, active_only=False),
    }
    return render(request, "administration/telephone.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_line(request: TimshelRequest) -> HttpResponse:
    """Show the form of another line, or make it."""
    require_manage(request.actor)
    return _keep(request, LINE, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_line(request: TimshelRequest, code: str) -> HttpResponse:
    """Show the form of a line, or change it."""
    return _keep(request, LINE, queries.line_kept(code, actor=request.actor))


@require_http_methods(["GET", "HEAD", "POST"])
def new_template(request: TimshelRequest) -> HttpResponse:
    """Show the form of another template, or make it."""
    require_manage(request.actor)
    return _keep(request, TEMPLATE, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_template(request: TimshelRequest, code: str) -> HttpResponse:
    """Show the form of a template, or change it."""
    return _keep(request, TEMPLATE, queries.template_kept(code, actor=request.actor))


def _keep(
    request: TimshelRequest, kept: _Kept, standing: LineKept | TemplateKept | None
) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = kept.form(request.actor, given, standing=standing)
    if request.method == "POST" and form.is_valid():
        code = standing.code if standing else form.cleaned_data["code"]
        if refusing(form, lambda: _kept(request, form, code, is_new=standing is None)):
            messages.success(request, _("Saved."))
            return redirect("telephone")
    context = {"form": form, "standing": standing, "new": kept.new}
    status = 422 if form.is_bound else 200
    return render(request, "administration/telephone_form.html", context, status=status)


def _kept(request: TimshelRequest, form: KeptForm, code: str, *, is_new: bool) -> int:
    by: dict[str, Any] = {"actor": request.actor, "at": request.at}
    if isinstance(form, LineForm):
        taken = {each.code for each in queries.line_list(language="en", active_only=False)}
        _refuse_taken(code, taken if is_new else set())
        return actions.keep_line(code, content=form.content(), **by)
    if isinstance(form, TemplateForm):
        taken = {each.code for each in queries.template_list(language="en", active_only=False)}
        _refuse_taken(code, taken if is_new else set())
        return actions.keep_template(code, content=form.content(), **by)
    raise TypeError(form)


def _refuse_taken(code: str, taken: set[str]) -> None:
    # Keeping is making or changing: whoever makes something new does not mean to change another.
    if code in taken:
        raise Invalid({"code": [_("This code is taken.")]})
