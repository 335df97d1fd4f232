"""Forms in the administration: the list, one with its versions and uses, and publishing it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.administration.form_builder_outline import faults_by_part
from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.forms import Form, differences, faults, form_from
from timshel.service_portfolio.catalogue import actions
from timshel.service_portfolio.catalogue.access import MANAGE, PUBLISH
from timshel.service_portfolio.catalogue.queries import FormVersionRow, form_list, form_versions
from timshel.service_portfolio.catalogue.queries.form_uses import form_uses
from timshel.service_portfolio.catalogue.states import VERSION_NAMES, VersionState

SEE = (MANAGE, PUBLISH)
SET = (MANAGE,)


class NewForm(RefusableForm):
    """What a new form begins with."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("What people read above it, such as “A laptop”."),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens, as in “laptop-loan”. It stays."),
    )
    source = forms.ChoiceField(label=gettext_lazy("Begin with"), required=False)

    def __init__(self, given: Any, *, sources: list[tuple[str, str]]) -> None:
        super().__init__(given)
        choices = [("", _("an empty form")), *sources]
        self.fields["source"] = forms.ChoiceField(
            label=gettext_lazy("Begin with"), required=False, choices=choices
        )


@require_safe
def form_index(request: TimshelRequest) -> HttpResponse:
    """Show all forms."""
    rows = form_list(actor=request.actor)
    text = request.GET.get("q", "").strip().casefold()[:100]
    found = [row for row in rows if text in row.title.casefold() or text in row.code.casefold()]
    may_make = request.actor.may_somewhere(MANAGE)
    context = {"rows": found, "text": text, "has_any": bool(rows), "may_make": may_make}
    return render(request, "administration/forms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form_new(request: TimshelRequest) -> HttpResponse:
    """Begin a form, empty or as a copy of another one."""
    rows = form_list(actor=request.actor)
    sources = [(row.code, row.title) for row in rows]
    form = NewForm(request.POST or None, sources=sources)
    if request.method == "POST" and form.is_valid() and _begun(request, form, rows):
        return redirect("form-draft", code=form.cleaned_data["code"])
    status = 422 if form.is_bound else 200
    return render(request, "administration/form_new.html", {"form": form}, status=status)


def _begun(request: TimshelRequest, form: NewForm, rows: Any) -> bool:
    """Save the first draft of a new form; say at the form what is wrong."""
    given = form.cleaned_data
    code = given["code"]
    if any(row.code == code for row in rows):
        form.add_error("code", _("There is a form of this code already."))
        return False
    content = _beginning(request, given["source"], given["title"])
    try:
        actions.save_form_draft(
            code, content=content, seen_revision=0, actor=request.actor, at=request.at
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return False
    return True


def _beginning(request: TimshelRequest, source: str, title: str) -> dict[str, Any]:
    if source:
        content = deepcopy(dict(form_versions(source, actor=request.actor)[0].content))
        content.pop("translations", None)
        return content | {"title": title}
    question = {"key": "field_1", "type": "text", "label": _("New question")}
    step = {"key": "step_1", "title": _("New step"), "fields": [question]}
    return {"title": title, "steps": [step]}


@require_safe
def form_page(request: TimshelRequest, code: str) -> HttpResponse:
    """Show a form: what it asks, its versions, what differs between two, and where it is used."""
    return render(request, "administration/form.html", _page_of(request, code))


@require_POST
def form_start(request: TimshelRequest, code: str) -> HttpResponse:
    """Begin a draft with what the newest version asks, and go to it."""
    versions = form_versions(code, actor=request.actor)
    if versions[0].state not in (VersionState.DRAFT, VersionState.REVIEW):
        actions.save_form_draft(
            code,
            content=versions[0].content,
            seen_revision=0,
            actor=request.actor,
            at=request.at,
        )
    return redirect("form-draft", code=code)


@require_POST
def form_publish(request: TimshelRequest, code: str) -> HttpResponse:
    """Put the draft of a form in force."""
    try:
        actions.publish_form(code, actor=request.actor, at=request.at)
    except Invalid as refusal:
        context = _page_of(request, code) | {"refused": str(refusal.message)}
        return render(request, "administration/form.html", context, status=422)
    messages.success(request, _("The form is published. From now on it is asked like this."))
    return redirect("form", code=code)


@require_POST
def form_discard(request: TimshelRequest, code: str) -> HttpResponse:
    """Throw the draft of a form away."""
    actions.discard_form_draft(code, actor=request.actor, at=request.at)
    messages.success(request, _("The draft is gone; what was in force stays."))
    try:
        form_versions(code, actor=request.actor)
    except NotFound:
        return redirect("forms")
    return redirect("form", code=code)


@require_POST
def form_retire(request: TimshelRequest, code: str) -> HttpResponse:
    """Take a form out of force."""
    try:
        actions.retire_form(code, actor=request.actor, at=request.at)
    except WrongState as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The form is no longer in force. Older requests keep it."))
    return redirect("form", code=code)


def _page_of(request: TimshelRequest, code: str) -> dict[str, Any]:
    versions = form_versions(code, actor=request.actor)
    draft = next((each for each in versions if each.state == VersionState.DRAFT), None)
    published = next((each for each in versions if each.state == VersionState.PUBLISHED), None)
    shown = draft or published or versions[0]
    form = form_from(shown.content)
    before, after = _compared(request, versions)
    uses = form_uses(code, actor=request.actor)
    found = faults(form) if draft else []
    return {
        "code": code,
        "form": form,
        "title": form.text("title", request.actor.language),
        "steps": _steps(form, request.actor.language),
        "shown": shown,
        "draft": draft,
        "published": published,
        "versions": [(each, VERSION_NAMES.get(VersionState(each.state), "")) for each in versions],
        "before": before,
        "after": after,
        "changes": differences(form_from(before.content), form_from(after.content))
        if before and after
        else None,
        "uses": uses,
        "wrong": faults_by_part(dict(shown.content), found),
        "may_change": request.actor.may_somewhere(MANAGE),
        "may_publish": request.actor.may_somewhere(PUBLISH),
    }


def _steps(form: Form, language: str) -> list[tuple[str, list[str]]]:
    return [
        (step.text("title", language), [each.text("label", language) for each in step.fields])
        for step in form.steps
    ]


def _compared(
    request: TimshelRequest, versions: tuple[FormVersionRow, ...]
) -> tuple[FormVersionRow | None, FormVersionRow | None]:
    """Return the two versions to compare: those asked for, else the newest and the one before."""
    by_number = {str(each.number): each for each in versions}
    after = by_number.get(request.GET.get("after", ""), versions[0])
    older = [each for each in versions if each.number < after.number]
    before = by_number.get(request.GET.get("before", ""), older[0] if older else None)
    return before, after
