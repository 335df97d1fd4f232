"""Bringing incidents together, taking them apart, and making two of one: pages with forms."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.desk.teamwork.deeds import first_word, key_of
from timshel.interfaces.web.forms import RefusableForm, form_owner, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, WrongState
from timshel.kernel.idempotency.actions import once
from timshel.operation.work.states import OPEN_STAGES
from timshel.resolution_fulfilment.incident import actions, queries

LONGEST_TITLE = 250


class MergeForm(RefusableForm):
    """Where an incident goes on, or which others go on in it."""

    into = forms.CharField(
        label=gettext_lazy("This case goes on in"),
        help_text=gettext_lazy("Type a number or words of the title."),
        required=False,
        max_length=LONGEST_TITLE,
    )
    numbers = forms.CharField(
        label=gettext_lazy("These cases go on in this one"),
        help_text=gettext_lazy("Numbers, with spaces between them."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SplitForm(RefusableForm):
    """What becomes a case of its own."""

    title = forms.CharField(
        label=gettext_lazy("Title of the new case"),
        max_length=LONGEST_TITLE,
        error_messages={"required": gettext_lazy("Please say in a few words what is broken.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What it says"),
        help_text=gettext_lazy("Whoever asked for it reads this."),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    comment = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: TimshelRequest, number: str) -> HttpResponse:
    """Have an incident go on in another, or others in it."""
    view = queries.incident(number, actor=request.actor, at=request.at)
    if not queries.mergers(view.work, actor=request.actor).may_merge:
        raise NotAllowed if view.stage in OPEN_STAGES else WrongState
    form = MergeForm(request.POST or None, initial={"numbers": request.GET.get("with", "")[:2_000]})
    status = 200
    if request.method == "POST":
        if form.is_valid() and (target := _merged(request, view.number, form)):
            return redirect("incident", number=target)
        status = 422
    return render(request, "desk/panels/merge.html", {"record": view, "form": form}, status=status)


@require_POST
def unmerge(request: TimshelRequest, number: str) -> HttpResponse:
    """Have an incident that was merged go on by itself again."""
    try:
        actions.unmerge_incident(number, actor=request.actor, at=request.at)
        messages.success(request, _("The case goes on by itself again."))
    except WrongState as refusal:
        messages.error(request, str(refusal.message))
    return redirect("incident", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: TimshelRequest, number: str) -> HttpResponse:
    """Make a case of its own of something that was said in an incident."""
    view = queries.incident(number, actor=request.actor, at=request.at)
    if not queries.mergers(view.work, actor=request.actor).may_split:
        raise NotAllowed
    key = key_of(request.GET.get("comment", ""))
    said = next((each for each in view.conversation if each.id == key), None)
    if said is not None and said.is_internal:
        said = None  # a note never reaches whoever asked
    begun = {
        "title": view.title,
        "text": said.text if said else "",
        "comment": said.id if said else None,
        "once": uuid.uuid4().hex,
    }
    form = SplitForm(request.POST or None, initial=begun)
    status = 200
    if request.method == "POST":
        made = refusing(form, lambda: _split(request, view.number, form)) if form.is_valid() else ""
        if made:
            messages.success(request, _("The new case is open."))
            return redirect("incident", number=made)
        status = 422
    context = {"record": view, "form": form, "said": said}
    return render(request, "desk/panels/split.html", context, status=status)


def _merged(request: TimshelRequest, number: str, form: MergeForm) -> str:
    """Merge as the form says; returns the number in which all go on, or "" if it was refused."""
    into = first_word(form.cleaned_data["into"])
    numbers = form.cleaned_data["numbers"].replace(",", " ").split()
    if bool(into) == bool(numbers):
        form.add_error(None, _("Please name either the case in which this goes on, or others."))
        return ""
    target, sources = (into.upper(), [number]) if into else (number, numbers)

    def do() -> bool:
        actions.merge_incidents(target, numbers=sources, actor=request.actor, at=request.at)
        return True

    try:
        done = refusing(form, do)
    except WrongState as refusal:
        form.add_error(None, str(refusal.message))
        return ""
    if not done:
        return ""
    said = ngettext(
        "%(count)d case goes on in %(number)s.",
        "%(count)d cases go on in %(number)s.",
        len(sources),
    )
    messages.success(request, said % {"count": len(sources), "number": target})
    return target


def _split(request: TimshelRequest, number: str, form: SplitForm) -> str:
    """Open the new case once, however often its form is sent; returns its number."""
    given: dict[str, Any] = form.cleaned_data
    part = actions.SplitOff(given["title"], comment_id=given["comment"], text=given["text"])

    def do() -> str:
        event = actions.split_incident(number, part=part, actor=request.actor, at=request.at)
        return event.number

    if not given["once"]:
        return do()
    content = f"{number} {given['title']} {given['text']}".encode()
    made, _is_new = once(
        given["once"], do, owner=form_owner(request), content=content, at=request.at
    )
    return str(made)
