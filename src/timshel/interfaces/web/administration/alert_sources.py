"""The monitoring systems that are listened to: settings, token, rules, and what was not read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.administration.alert_source_forms import (
    RuleForm,
    SourceForm,
    as_content,
)
from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.kernel.paging import LARGEST_NUMBER
from timshel.resolution_fulfilment.alert import actions, queries
from timshel.resolution_fulfilment.alert.access import require_manage
from timshel.resolution_fulfilment.alert.queries import RuleView, SourceView
from timshel.resolution_fulfilment.alert.rules.alertmanager import read_alertmanager
from timshel.resolution_fulfilment.alert.rules.mapping import read_mapped
from timshel.resolution_fulfilment.alert.rules.reading import Delivery, Unreadable, parse_json
from timshel.resolution_fulfilment.alert.states import SourceKind

SHOWN_TRIED = 20


@require_safe
def sources(request: TimshelRequest) -> HttpResponse:
    """List the sources."""
    rows = queries.source_list(actor=request.actor)
    context = {"rows": rows, "kinds": dict(SourceKind.choices)}
    return render(request, "administration/alert_sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: TimshelRequest) -> HttpResponse:
    """Show the form of another source, or make it and show its token this once."""
    require_manage(request.actor)
    form = SourceForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        secret = refusing(
            form,
            lambda: actions.create_source(
                code=code, content=form.content(), actor=request.actor, at=request.at
            ),
        )
        if secret is not None:
            return _token_page(request, code, secret, kind=form.cleaned_data["kind"])
    return render(
        request,
        "administration/alert_source_new.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a source with everything that is set, or change it, or try a sample out."""
    found = queries.source(code, actor=request.actor)
    is_trial = request.method == "POST" and request.POST.get("do") == "try"
    given = request.POST if request.method == "POST" and not is_trial else None
    form = SourceForm(request.actor, given, standing=found)
    if (
        given is not None
        and form.is_valid()
        and refusing(form, lambda: _saved(request, code, form))
    ):
        messages.success(request, _("Saved."))
        return redirect("alert-source", code)
    sample = request.POST.get("sample", "") if is_trial else ""
    context: dict[str, Any] = {
        "source": found,
        "form": form,
        "kinds": dict(SourceKind.choices),
        "rules": list(enumerate(queries.rule_list(code, actor=request.actor), start=1)),
        "payloads": queries.refused_payloads(code, actor=request.actor),
        "address": request.build_absolute_uri(f"/api/v1/alerts/{code}"),
        "sample": sample,
        "tried": _tried(found, sample) if is_trial else None,
    }
    status = 422 if form.is_bound else 200
    return render(request, "administration/alert_source.html", context, status=status)


@require_POST
def token(request: TimshelRequest, code: str) -> HttpResponse:
    """Make another token and show it this once."""
    secret = actions.make_token(code, actor=request.actor, at=request.at)
    kind = queries.source(code, actor=request.actor).row.kind
    return _token_page(request, code, secret, kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: TimshelRequest, code: str, place: int = 0) -> HttpResponse:
    """Show the form of a rule, keep it, or try it on the last alerts; place 0 is another one."""
    found = queries.source(code, actor=request.actor)
    rules = queries.rule_list(code, actor=request.actor)
    standing = _at(rules, place) if place else None
    form = RuleForm(
        request.actor, request.POST if request.method == "POST" else None, standing=standing
    )
    tried = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "try":
            held = form.cleaned_data["conditions"]
            tried = queries.tried_on_last(code, held, actor=request.actor)
        elif refusing(form, lambda: _rule_saved(request, code, rules, place, form)):
            messages.success(request, _("Saved."))
            return redirect("alert-source", code)
    context = {
        "source": found,
        "rule": standing,
        "form": form,
        "tried": None if tried is None else [each for each in tried if each.is_met][:SHOWN_TRIED],
        "tried_count": len(tried or ()),
        "met_count": sum(each.is_met for each in tried or ()),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "administration/alert_rule.html", context, status=status)


@require_POST
def rule_deed(request: TimshelRequest, code: str, place: int) -> HttpResponse:
    """Move a rule up, or remove it."""
    rules = [as_content(each) for each in queries.rule_list(code, actor=request.actor)]
    if not 1 <= place <= len(rules):
        raise Http404
    moved = rules.pop(place - 1)
    if request.POST.get("do") == "up":
        rules.insert(max(place - 2, 0), moved)
    actions.keep_rules(code, rules=rules, actor=request.actor, at=request.at)
    return redirect("alert-source", code)


@require_POST
def payload(request: TimshelRequest, code: str, payload_id: int) -> HttpResponse:
    """Read again what could not be read, or put it aside."""
    key = min(payload_id, LARGEST_NUMBER)
    if request.POST.get("do") == "dismiss":
        actions.dismiss_payload(key, actor=request.actor, at=request.at)
        messages.success(request, _("It is put aside."))
        return redirect("alert-source", code)
    came = actions.read_again(key, actor=request.actor, at=request.at)
    if came.faults:
        messages.warning(request, came.faults[0])
    else:
        text = ngettext("%(count)d alert was read.", "%(count)d alerts were read.", came.alerts)
        messages.success(request, text % {"count": came.alerts})
    return redirect("alert-source", code)


def _saved(request: TimshelRequest, code: str, form: SourceForm) -> bool:
    actions.change_source(code, content=form.content(), actor=request.actor, at=request.at)
    return True


def _rule_saved(
    request: TimshelRequest, code: str, rules: tuple[RuleView, ...], place: int, form: RuleForm
) -> bool:
    contents = [as_content(each) for each in rules]
    at = place or len(contents) + 1
    contents[at - 1 : at] = [form.content()]
    try:
        actions.keep_rules(code, rules=contents, actor=request.actor, at=request.at)
    except Invalid as refusal:
        own = {name.removeprefix(f"{at}."): texts for name, texts in refusal.fields.items()}
        raise Invalid(own) from refusal
    return True


def _at(rules: tuple[RuleView, ...], place: int) -> RuleView:
    if place > len(rules):
        raise Http404
    return rules[place - 1]


def _tried(found: SourceView, sample: str) -> Delivery | str:
    """Return what a sample says, or a sentence that says why it says nothing."""
    try:
        payload = parse_json(sample.encode("utf-8", "replace"))
        if found.row.kind == SourceKind.ALERTMANAGER:
            return read_alertmanager(payload)
        return read_mapped(payload, found.mapping)
    except Unreadable as fault:
        return str(fault)


def _token_page(request: TimshelRequest, code: str, secret: str, *, kind: str) -> HttpResponse:
    context = {
        "code": code,
        "secret": secret,
        "address": request.build_absolute_uri(f"/api/v1/alerts/{code}"),
        "is_alertmanager": kind == SourceKind.ALERTMANAGER,
    }
    return render(request, "administration/alert_token.html", context)
